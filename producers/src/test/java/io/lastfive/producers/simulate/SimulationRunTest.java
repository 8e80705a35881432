// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SimulationRunTest {
  private static final Settings NOBODY_THERE =
      Settings.defaults()
          .with(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, "localhost:1")
          .with(KnownSettings.SCHEMA_REGISTRY_URL, "http://localhost:1");

  @Test
  void givesUpWhatKafkaDoesNotTakeOnceItIsStopped() {
    try (SimulationPublishers publishers = SimulationPublishers.open(NOBODY_THERE)) {
      SimulationRun run =
          new SimulationRun(
              new Simulation(SimulationPlan.ofSeed(1), 3),
              publishers,
              Rate.MAX,
              Duration.ofHours(1),
              Duration.ofSeconds(1));
      boolean[] sending = {false};

      SimulationReport report =
          run.run(payment -> sending[0] = true, progress -> {}, () -> sending[0]);

      assertThat(report.acknowledged()).isZero();
      assertThat(report.failed()).isEqualTo(1);
      assertThat(run.firstFailure())
          .hasMessage("Kafka did not answer within 1 s after the simulation was stopped.");
    }
  }
}
