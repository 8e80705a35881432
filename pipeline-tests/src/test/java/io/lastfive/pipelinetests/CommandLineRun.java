// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Setting;
import io.lastfive.settings.Settings;
import io.lastfive.settings.cli.CommandRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Runs commands of {@code lastfive} against a pipeline, as if typed with its addresses. */
record CommandLineRun(Settings settings) {
  private static final List<Setting<?>> ADDRESSES =
      List.of(
          KnownSettings.KAFKA_BOOTSTRAP_SERVERS,
          KnownSettings.SCHEMA_REGISTRY_URL,
          KnownSettings.KSQLDB_URL,
          KnownSettings.DATABASE_URL,
          KnownSettings.DATABASE_USER,
          KnownSettings.DATABASE_PASSWORD);

  /** What a command wrote and answered. */
  record Result(int exitCode, String out, String err) {
    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(out);
    }
  }

  /** Runs {@code command}; of a flag given twice the later counts. */
  Result run(Object command, String... arguments) {
    List<String> all = addresses();
    all.addAll(List.of(arguments));
    return runAsTyped(command, all);
  }

  /** As {@link #run}, where the first of the arguments names a subcommand. */
  Result runSubcommand(Object command, String... arguments) {
    List<String> all = addresses();
    all.add(0, arguments[0]);
    all.addAll(List.of(arguments).subList(1, arguments.length));
    return runAsTyped(command, all);
  }

  /** The settings as flags. */
  List<String> addresses() {
    List<String> flags = new ArrayList<>();
    ADDRESSES.forEach(
        address -> flags.add("--" + address.name() + "=" + settings.find(address).orElseThrow()));
    return flags;
  }

  private static Result runAsTyped(Object command, List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        CommandRunner.commandLine(command)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    int exitCode = CommandRunner.run(commandLine, arguments.toArray(String[]::new));
    return new Result(exitCode, out.toString(), err.toString());
  }
}
