// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.ksql;

import io.lastfive.ksqltest.conformance.Conformance;
import io.lastfive.ksqltest.conformance.ConformanceReport;
import io.lastfive.ksqltest.conformance.RestConformance;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lastfive ksql conformance}: ksqlDB's own query cases on the embedded engine. */
@Command(
    name = "conformance",
    description = {
      "Run ksqlDB's query test cases on the embedded engine, in the test driver, and count by family.",
      "Refused as unsupported is counted apart, and never as passed."
    },
    footer = {"", "Exit codes: 0 no case failed, 1 some did, 2 the folder cannot be read."})
public final class ConformanceCommand implements Callable<Integer> {
  private static final int BETWEEN_REPORTS = 50;

  /** Brokers side by side: a REST case waits more than it works. */
  private static final int STACKS = 4;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "DIR",
      description =
          "The folder that holds query-validation-tests/, or the cases' files themselves.")
  private Path directory = Path.of(".");

  @Option(
      names = "--family",
      paramLabel = "NAME",
      description = "Only these families: files' names without .json, with commas between.")
  private @Nullable String family;

  @Option(
      names = "--case",
      paramLabel = "REGEX",
      description = "Only cases whose name holds a match.")
  private @Nullable String name;

  @Option(
      names = "--rest",
      description = {
        "Run the REST cases of rest-query-validation-tests/ instead, against a server in this JVM with a",
        "broker and a registry of its own."
      })
  private boolean rest;

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new UserError(
          "'" + directory + "' is no folder. Give one that holds query-validation-tests/.");
    }
    Console console = common.console();
    if (rest) {
      return runRest(console);
    }
    ConformanceReport report =
        Conformance.run(
            directory,
            Optional.ofNullable(family),
            Optional.ofNullable(name).map(ConformanceCommand::pattern),
            done -> {
              if (done % BETWEEN_REPORTS == 0) {
                console.status(done + " cases done");
              }
            });
    refuseNothing(report.isEmpty());
    console.print(common.json() ? report.toJson() : report.toText());
    return report.clean() ? 0 : 1;
  }

  private int runRest(Console console) throws IOException {
    if (!RestConformance.isIn(directory)) {
      throw new UserError(
          "'"
              + directory
              + "' has no rest-query-validation-tests/. Give the folder that holds it.");
    }
    try (ConformanceStacks stacks = ConformanceStacks.start(STACKS)) {
      RestConformance.Result result =
          RestConformance.run(
              directory,
              Optional.ofNullable(family),
              Optional.ofNullable(name).map(ConformanceCommand::pattern),
              stacks.stacks(),
              console::status);
      refuseNothing(result.isEmpty());
      console.print(common.json() ? result.toJson() : result.toText());
      return result.failed() == 0 ? 0 : 1;
    }
  }

  /** No case is no success. */
  private void refuseNothing(boolean nothing) {
    if (nothing) {
      String filters = family == null && name == null ? "" : " that --family and --case leave";
      throw new UserError(
          "'"
              + directory
              + "' holds no case"
              + filters
              + ". A family is a file's name without .json; give the folder that holds query-validation-tests/.");
    }
  }

  private static Pattern pattern(String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new UserError("--case is no regular expression: " + e.getMessage(), e);
    }
  }
}
