// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.cli.StopSignal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Against servers that take connections and never say a word. */
class PipelineStatusTest {
  @Test
  void takesWhatHangsAsAway() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        PipelineStatus status =
            new PipelineStatus(settings(silent.getLocalPort()), 0, Duration.ofSeconds(1));
        StopSignal stop = StopSignal.install()) {
      Optional<StatusReport> report = status.look(stop);

      int port = silent.getLocalPort();
      assertThat(report.orElseThrow().problems())
          .containsExactly(
              away("Kafka", "localhost:" + port, "kafka.bootstrap.servers"),
              away("ksqlDB", "http://localhost:" + port, "ksqldb.url"),
              away("PostgreSQL", "jdbc:postgresql://localhost:" + port + "/x", "database.url"),
              away("Schema Registry", "http://localhost:" + port, "schema.registry.url"));
    }
  }

  @Test
  void goesOnWhereTheBrokersHostIsNotKnown() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        PipelineStatus status =
            new PipelineStatus(
                settings(silent.getLocalPort())
                    .with(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, "kafka.invalid:9092"),
                0,
                Duration.ofSeconds(1));
        StopSignal stop = StopSignal.install()) {
      Optional<StatusReport> report = status.look(stop);

      assertThat(report.orElseThrow().topics().away())
          .containsExactly(
              "Kafka at kafka.invalid:9092 does not answer: the host is not known."
                  + " Start the stack with 'make up', or set kafka.bootstrap.servers to where it runs.");
      assertThat(report.orElseThrow().schemas().away())
          .containsExactly(
              away(
                  "Schema Registry",
                  "http://localhost:" + silent.getLocalPort(),
                  "schema.registry.url"));
    }
  }

  @Test
  void stopsInTheMiddleOfALook() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        PipelineStatus status =
            new PipelineStatus(settings(silent.getLocalPort()), 0, Duration.ofHours(1));
        StopSignal stop = StopSignal.install()) {
      stop.request();

      assertThat(status.look(stop)).isEmpty();
    }
  }

  private static String away(String dependency, String address, String setting) {
    return "%s at %s does not answer: no answer within 1 s. Start the stack with 'make up', or set %s to where it runs."
        .formatted(dependency, address, setting);
  }

  private static Settings settings(int port) {
    return Settings.defaults()
        .with(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, "localhost:" + port)
        .with(KnownSettings.SCHEMA_REGISTRY_URL, "http://localhost:" + port)
        .with(KnownSettings.KSQLDB_URL, "http://localhost:" + port)
        .with(KnownSettings.DATABASE_URL, "jdbc:postgresql://localhost:" + port + "/x");
  }
}
