// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.settings.cli.CommandRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class UpAndDownIT {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  @Test
  void upDetachesOnceReadyAndDownStopsIt() throws Exception {
    List<String> arguments = new ArrayList<>(freePorts());
    arguments.addAll(List.of("--data-dir", folder.toString(), "--detach", "--json"));

    assertThat(run(new UpCommand(), arguments)).as(err.toString()).isEqualTo(0);
    JsonNode ready = new ObjectMapper().readTree(out.toString());
    long pid = ready.get("pid").asLong();

    assertThat(ready.get("readyMillis").asLong()).isPositive();
    assertThat(ready.get("dataDir").asText()).isEqualTo(folder.toString());
    assertThat(ready.has("kafka.bootstrap.servers")).isTrue();
    assertThat(err.toString()).contains("Kafka", "schema registry", "KSQL engine", "PostgreSQL");

    out.getBuffer().setLength(0);
    assertThat(run(new DownCommand(), List.of("--data-dir", folder.toString()))).isEqualTo(0);
    assertThat(out.toString()).isEqualTo("The stack has stopped (process %d).\n".formatted(pid));
    assertThat(folder.resolve("postgres/data/postmaster.pid")).doesNotExist();
  }

  @Test
  void downSaysThatNothingRuns() {
    assertThat(run(new DownCommand(), List.of("--data-dir", folder.toString()))).isEqualTo(0);

    assertThat(out.toString()).isEqualTo("No stack runs on the folder '%s'.\n".formatted(folder));
  }

  @Test
  void upExplainsInOneLineWhyTheBackgroundProcessEnded() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<String> arguments = new ArrayList<>(freePorts());
      arguments.addAll(
          List.of("--set", "kafka.bootstrap.servers=localhost:" + taken.getLocalPort()));
      arguments.addAll(List.of("--data-dir", folder.toString(), "--detach"));

      assertThat(run(new UpCommand(), arguments)).isEqualTo(2);

      assertThat(err.toString())
          .isEqualTo(
              "error: Port %d, wanted for Kafka, is in use. Stop what holds it, or give another: --kafka.bootstrap.servers=localhost:PORT.\n"
                  .formatted(taken.getLocalPort()));
    }
  }

  private int run(Object command, List<String> arguments) {
    CommandLine commandLine = CommandRunner.commandLine(command);
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return CommandRunner.run(commandLine, arguments.toArray(String[]::new));
  }

  static List<String> freePorts() throws IOException {
    return List.of(
        "--set",
        "kafka.bootstrap.servers=localhost:" + freePort(),
        "--set",
        "schema.registry.url=http://localhost:" + freePort(),
        "--set",
        "ksqldb.url=http://localhost:" + freePort(),
        "--set",
        "database.url=jdbc:postgresql://localhost:%d/lastfive".formatted(freePort()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
