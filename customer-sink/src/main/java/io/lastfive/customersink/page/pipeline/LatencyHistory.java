// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page.pipeline;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * How long payments took from being sent to being visible, as the sink of this process measures it
 * with each commit: now, and over the last minutes. Safe for threads.
 */
final class LatencyHistory {
  static final int POINTS = 150;

  private static final String TIMER = "lastfive.sink.since.record";

  private final MeterRegistry metrics;
  private final Deque<OptionalDouble> points = new ArrayDeque<>();
  private long lastCount;
  private double lastTotal;

  LatencyHistory(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  /**
   * @param percentilesMillis 50, 95 and 99 over the last two minutes
   * @param meansMillis of each interval, oldest first; empty where nothing was written in it
   */
  record Latency(List<Double> percentilesMillis, List<OptionalDouble> meansMillis) {}

  /** Ends an interval. */
  synchronized void sample() {
    Timer timer = metrics.find(TIMER).timer();
    if (timer == null) {
      return;
    }
    long count = timer.count();
    double total = timer.totalTime(TimeUnit.MILLISECONDS);
    points.addLast(
        count > lastCount
            ? OptionalDouble.of((total - lastTotal) / (count - lastCount))
            : OptionalDouble.empty());
    lastCount = count;
    lastTotal = total;
    if (points.size() > POINTS) {
      points.removeFirst();
    }
  }

  /** Empty where no sink runs in this process. */
  synchronized Optional<Latency> latency() {
    Timer timer = metrics.find(TIMER).timer();
    return timer == null
        ? Optional.empty()
        : Optional.of(
            new Latency(
                Arrays.stream(timer.takeSnapshot().percentileValues())
                    .map((ValueAtPercentile percentile) -> percentile.value(TimeUnit.MILLISECONDS))
                    .toList(),
                List.copyOf(points)));
  }
}
