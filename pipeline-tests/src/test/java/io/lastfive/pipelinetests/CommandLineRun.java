// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Setting;
import io.lastfive.settings.Settings;
import io.lastfive.settings.cli.CommandRunner;
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
    JsonNode json() throws JsonProcessingException {
      return new ObjectMapper().readTree(out);
    }
  }

  /** Runs {@code command}; of a flag given twice the later counts. */
  Result run(Object command, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = run(command, new PrintWriter(out), new PrintWriter(err), arguments);
    return new Result(exitCode, out.toString(), err.toString());
  }

  int run(Object command, PrintWriter out, PrintWriter err, String... arguments) {
    List<String> all = new ArrayList<>();
    ADDRESSES.forEach(
        address -> all.add("--" + address.name() + "=" + settings.find(address).orElseThrow()));
    all.addAll(List.of(arguments));
    CommandLine commandLine = CommandRunner.commandLine(command).setOut(out).setErr(err);
    return CommandRunner.run(commandLine, all.toArray(String[]::new));
  }
}
