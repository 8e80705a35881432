// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.ksql;

import io.lastfive.ksqltest.script.JunitReport;
import io.lastfive.ksqltest.script.MalformedTestException;
import io.lastfive.ksqltest.script.ScriptTests;
import io.lastfive.ksqltest.script.TestResult;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.Console.Style;
import io.lastfive.settings.cli.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lastfive ksql test}: the tests of scripts, without any server. */
@Command(
    name = "test",
    description = {
      "Run the tests of KSQL scripts, without any server.",
      "PATH is a project, with cases/NAME/input.json and output.json (ksql-test-runner's format) and",
      "tests/*.sql (run-ksql-test's format: --@test, ASSERT VALUES, ...); one case; or a file or folder",
      "of the latter."
    },
    footer = {
      "",
      "Exit codes: 0 every test passes, 1 some fail, 2 a test cannot be read; nothing was run then."
    })
public final class TestScriptsCommand implements Callable<Integer> {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      defaultValue = "ksql",
      description = "What to test (default: ${DEFAULT-VALUE}).")
  private Path path = Path.of("ksql");

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Write the results as JUnit XML, too.")
  private @Nullable Path junit;

  @Option(
      names = "--watch",
      description = "Run again whenever a script or a test changes, until Ctrl-C.")
  private boolean watch;

  @Override
  public Integer call() {
    Console console = common.console();
    if (!watch) {
      return run(console);
    }
    try (StopSignal stop = StopSignal.install()) {
      return watch(console, stop);
    }
  }

  private int watch(Console console, StopSignal stop) {
    int exitCode;
    do {
      ChangedFiles files = ChangedFiles.of(path);
      try {
        exitCode = run(console);
      } catch (UserError malformed) {
        console.error(String.valueOf(malformed.getMessage()));
        exitCode = 2;
      }
      console.status("Waiting for a change below " + path + ". Ctrl-C stops it.");
      boolean changed = false;
      while (!changed && !stopped(stop)) {
        changed = files.isChanged();
      }
    } while (!stop.isRequested());
    return exitCode;
  }

  private static boolean stopped(StopSignal stop) {
    try {
      return stop.await(BETWEEN_LOOKS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private int run(Console console) {
    List<TestResult> results;
    try {
      results = ScriptTests.of(path).run(result -> report(console, result));
    } catch (MalformedTestException malformed) {
      throw malformed.problems().size() == 1
          ? new UserError(malformed.problems().get(0), malformed)
          : UserError.ofAll("problems with the tests", malformed.problems());
    }
    writeReport(results);
    long failed = results.stream().filter(result -> !result.passed()).count();
    if (common.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("passed", results.size() - failed);
      json.put("failed", failed);
      json.put("tests", results.stream().map(TestScriptsCommand::json).toList());
      console.json(json);
    } else {
      console.print(results.size() - failed + " passed, " + failed + " failed");
    }
    return failed == 0 ? 0 : 1;
  }

  private void writeReport(List<TestResult> results) {
    if (junit == null) {
      return;
    }
    try {
      JunitReport.write(results, junit);
    } catch (IOException unwritable) {
      throw new UserError(
          "'%s' cannot be written: %s. Name a file in a folder that you may write to."
              .formatted(junit, unwritable),
          unwritable);
    }
  }

  private void report(Console console, TestResult result) {
    if (common.json()) {
      return;
    }
    if (result.passed()) {
      console.print(console.styled(Style.GREEN, "passed") + "  " + result.name());
      return;
    }
    console.print(console.styled(Style.RED, "failed") + "  " + result.name());
    result.failure().orElse("").lines().forEach(line -> console.print("        " + line));
  }

  private static Map<String, Object> json(TestResult result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", result.file());
    json.put("name", result.name());
    json.put("passed", result.passed());
    json.put("seconds", result.took().toMillis() / 1000.0);
    result.failure().ifPresent(failure -> json.put("failure", failure));
    return json;
  }
}
