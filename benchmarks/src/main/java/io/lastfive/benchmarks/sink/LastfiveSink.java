// SPDX-License-Identifier: Apache-2.0
package io.lastfive.benchmarks.sink;

import io.lastfive.customersink.CustomerSink;
import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.SinkMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Entry point: our sink, as {@code lastfive sink run --no-page} runs it, until it is killed. */
final class LastfiveSink {
  private LastfiveSink() {}

  public static void main(String[] arguments) throws Exception {
    try (CustomerSink sink =
        CustomerSink.start(
            Contender.settings(arguments),
            new SinkHealth(),
            new SinkMetrics(new SimpleMeterRegistry()))) {
      sink.ended().get();
    }
  }
}
