// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page.pipeline;

import io.lastfive.customersink.page.pipeline.QueriesLook.Query;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the pipeline view shows, for Prometheus. What cannot be read has no value meanwhile. */
final class PipelineMetrics {
  private final MultiGauge records;
  private final MultiGauge lag;
  private final MultiGauge running;
  private final MultiGauge deadLetters;
  private final MultiGauge leftOut;
  private final MultiGauge readable;

  PipelineMetrics(MeterRegistry registry) {
    records = gauge(registry, "topic.records", "Records that the topic was given");
    lag = gauge(registry, "lag", "Records of its source that the stage has not read");
    running = gauge(registry, "query.running", "1 where ksqlDB says that the query is running");
    deadLetters = gauge(registry, "dead.letters", "Dead letters that are in the table now");
    leftOut =
        gauge(registry, "left.out", "Records that queries could not read, since the beginning");
    readable = gauge(registry, "readable", "1 where the source of these numbers answers");
  }

  void update(
      PipelinePicture picture,
      Reading<KafkaLook.Seen> kafka,
      Reading<List<Query>> ksql,
      Reading<DatabaseLook.Seen> database) {
    readable.register(
        List.of(
            row("source", "kafka", kafka.value().isPresent() ? 1 : 0),
            row("source", "ksqldb", ksql.value().isPresent() ? 1 : 0),
            row("source", "database", database.value().isPresent() ? 1 : 0)),
        true);
    records.register(
        kafka.value().stream()
            .flatMap(
                seen ->
                    seen.endOffsets().keySet().stream()
                        .map(topic -> row("topic", topic, seen.records(topic))))
            .toList(),
        true);
    List<Row<?>> lags = new ArrayList<>();
    List<Row<?>> states = new ArrayList<>();
    Stream.concat(picture.normalizing().stream(), picture.lastFive().stream())
        .forEach(
            query -> {
              picture.lag(query).ifPresent(behind -> lags.add(row("stage", query.id(), behind)));
              if (ksql.value().isPresent()) {
                states.add(row("query", query.id(), query.state().equals("RUNNING") ? 1 : 0));
              }
            });
    picture.sinkLag().ifPresent(behind -> lags.add(row("stage", "sink", behind)));
    lag.register(lags, true);
    running.register(states, true);
    deadLetters.register(
        database.value().stream()
            .<Row<?>>map(seen -> Row.of(Tags.empty(), seen.deadLetters()))
            .toList(),
        true);
    leftOut.register(
        kafka.value().stream().<Row<?>>map(seen -> Row.of(Tags.empty(), seen.leftOut())).toList(),
        true);
  }

  private static Row<?> row(String tag, String value, long number) {
    return Row.of(Tags.of(tag, value), number);
  }

  private static MultiGauge gauge(MeterRegistry registry, String name, String description) {
    return MultiGauge.builder("lastfive.pipeline." + name)
        .description(description)
        .register(registry);
  }
}
