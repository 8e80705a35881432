// SPDX-License-Identifier: Apache-2.0
package io.lastfive.benchmarks;

import io.lastfive.cli.demo.ArrivalWatch;
import io.lastfive.customersink.CustomerSink;
import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.SinkMetrics;
import io.lastfive.producers.simulate.Rate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * Entry point: the time from a payment's sending to its row being visible in PostgreSQL, at a
 * steady rate, after a warm-up. Arguments: payments a second (1000), seconds (60).
 */
public final class LatencyBenchmark {
  private static final int CUSTOMERS = 10_000;
  private static final int WARM_UP_SECONDS = 15;
  private static final Duration REST = Duration.ofSeconds(2);

  private LatencyBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int rate = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 60;
    try (BenchStack stack = BenchStack.start()) {
      stack.applyScripts();
      CustomerSink sink =
          CustomerSink.start(
              stack.settings(), new SinkHealth(), new SinkMetrics(new SimpleMeterRegistry()));
      try (sink) {
        stack.send((long) rate * WARM_UP_SECONDS, CUSTOMERS, new Rate(rate), payment -> {});
        ArrivalWatch watch = new ArrivalWatch(stack.settings());
        stack.send(
            (long) rate * seconds,
            CUSTOMERS,
            new Rate(rate),
            payment -> watch.sending(payment.paymentId(), payment.customerId()));
        Thread.sleep(REST.toMillis());
        print(rate, seconds, watch.finish());
      }
    }
  }

  private static void print(int rate, int seconds, Histogram micros) {
    System.out.printf(
        Locale.ROOT,
        "payment sent to row visible, %,d/s for %d s, %,d seen: p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, max %.1f ms on %d cores%n",
        rate,
        seconds,
        micros.getTotalCount(),
        micros.getValueAtPercentile(50) / 1000.0,
        micros.getValueAtPercentile(95) / 1000.0,
        micros.getValueAtPercentile(99) / 1000.0,
        micros.getMaxValue() / 1000.0,
        Runtime.getRuntime().availableProcessors());
  }
}
