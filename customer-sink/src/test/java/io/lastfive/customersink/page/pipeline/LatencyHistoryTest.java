// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class LatencyHistoryTest {
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final LatencyHistory history = new LatencyHistory(metrics);

  @Test
  void hasNothingToTellWithoutSinkInThisProcess() {
    history.sample();

    assertThat(history.latency()).isEmpty();
  }

  @Test
  void keepsTheMeanOfEachInterval() {
    Timer timer =
        Timer.builder("lastfive.sink.since.record")
            .publishPercentiles(0.5, 0.95, 0.99)
            .register(metrics);
    timer.record(Duration.ofMillis(10));
    timer.record(Duration.ofMillis(30));
    history.sample();
    history.sample();
    timer.record(Duration.ofMillis(50));
    history.sample();

    assertThat(history.latency().orElseThrow().meansMillis())
        .containsExactly(OptionalDouble.of(20), OptionalDouble.empty(), OptionalDouble.of(50));
    assertThat(history.latency().orElseThrow().percentilesMillis()).hasSize(3);
  }

  @Test
  void forgetsWhatIsLongAgo() {
    Timer timer =
        Timer.builder("lastfive.sink.since.record").publishPercentiles(0.5).register(metrics);
    for (int i = 0; i < LatencyHistory.POINTS + 10; i++) {
      timer.record(Duration.ofMillis(i));
      history.sample();
    }

    assertThat(history.latency().orElseThrow().meansMillis())
        .hasSize(LatencyHistory.POINTS)
        .startsWith(OptionalDouble.of(10));
  }
}
