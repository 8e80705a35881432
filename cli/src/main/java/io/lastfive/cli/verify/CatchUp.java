// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import io.lastfive.cli.pipeline.KafkaReads;
import io.lastfive.cli.pipeline.PipelineTopics;
import io.lastfive.cli.pipeline.QueryGroups;
import io.lastfive.cli.pipeline.ReadProgress;
import io.lastfive.cli.pipeline.SinkPosition;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds out whether the pipeline has done with everything up to a cut of the source topics, one
 * stage after another, so that payments that go on arriving do not matter: once the normalizing
 * queries are past the cut, PAYMENT-OUTPUT's ends are the cut of the next stage, and so on.
 */
final class CatchUp {
  private final KafkaReads kafka;
  private final Optional<Connection> database;
  private final String aggregate;
  private final Map<TopicPartition, Long> sources;
  private Optional<Map<TopicPartition, Long>> normalized = Optional.empty();
  private Optional<Map<TopicPartition, Long>> aggregated = Optional.empty();

  CatchUp(
      KafkaReads kafka,
      String aggregate,
      Map<TopicPartition, Long> sources,
      Optional<Connection> database) {
    this.kafka = kafka;
    this.aggregate = aggregate;
    this.sources = sources;
    this.database = database;
  }

  /** Who has something of it before them, such as {@code NORMALIZE_CC is 12 records behind}. */
  List<String> behind() throws SQLException {
    List<String> behind = new ArrayList<>();
    if (normalized.isEmpty()) {
      behind.addAll(queriesBehind(PipelineTopics.SOURCES, sources));
      if (!behind.isEmpty()) {
        return behind;
      }
      normalized = Optional.of(ends(PipelineTopics.NORMALIZED));
    }
    if (aggregated.isEmpty()) {
      behind.addAll(queriesBehind(List.of(PipelineTopics.NORMALIZED), normalized.get()));
      if (!behind.isEmpty()) {
        return behind;
      }
      aggregated = Optional.of(ends(aggregate));
    }
    if (database.isPresent()) {
      long records =
          SinkPosition.read(database.get(), kafka, aggregate)
              .behind(kafka.beginnings(aggregated.get().keySet()), aggregated.get());
      if (records > 0) {
        behind.add(behind("the customer sink", records));
      }
    }
    return behind;
  }

  private List<String> queriesBehind(Collection<String> topics, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> beginnings = kafka.beginnings(ends.keySet());
    List<String> behind = new ArrayList<>();
    List<ReadProgress> queries = QueryGroups.all(kafka);
    for (String topic : topics) {
      // A query that has just begun has no position until it commits for the first time.
      boolean unread = queries.stream().noneMatch(query -> query.reads(List.of(topic)));
      if (unread && holdsRecords(topic, beginnings, ends)) {
        behind.add("no query has read %s yet".formatted(topic));
      }
    }
    for (ReadProgress query : queries) {
      long records = query.reads(topics) ? query.behind(beginnings, ends) : 0;
      if (records > 0) {
        behind.add(behind("query " + query.reader(), records));
      }
    }
    return behind;
  }

  private static boolean holdsRecords(
      String topic, Map<TopicPartition, Long> beginnings, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .filter(end -> end.getKey().topic().equals(topic))
        .anyMatch(end -> end.getValue() > beginnings.getOrDefault(end.getKey(), 0L));
  }

  private static String behind(String reader, long records) {
    return "%s is %,d %s behind".formatted(reader, records, records == 1 ? "record" : "records");
  }

  private Map<TopicPartition, Long> ends(String topic) {
    return kafka.ends(kafka.partitionsOfAll(List.of(topic)));
  }
}
