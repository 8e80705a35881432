// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.status;

import io.lastfive.cli.pipeline.KafkaReads;
import io.lastfive.cli.pipeline.PipelineTopics;
import io.lastfive.cli.pipeline.ReadProgress;
import io.lastfive.cli.pipeline.SinkPosition;
import io.lastfive.customersink.page.PageDatabase;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The customer sink by what it leaves behind: its members of the consumer group, its table of
 * offsets, and its dead letters in topic and table. Safe for use by many threads.
 */
final class SinkLook {
  private static final Duration LONGEST_POLL = Duration.ofSeconds(2);

  /** A dead letter that is older is history. */
  static final Duration RECENT = Duration.ofHours(1);

  private final Settings settings;
  private final KafkaReads kafka;
  private final long mostLag;

  SinkLook(Settings settings, KafkaReads kafka, long mostLag) {
    this.settings = settings;
    this.kafka = kafka;
    this.mostLag = mostLag;
  }

  List<StatusReport.Sink> look() throws SQLException {
    String group = settings.get(KnownSettings.SINK_GROUP_ID);
    List<TopicPartition> partitions =
        kafka.partitionsOfAll(List.of(PipelineTopics.aggregate(settings)));
    Map<TopicPartition, Long> beginnings = kafka.beginnings(partitions);
    Map<TopicPartition, Long> ends = kafka.ends(partitions);
    ReadProgress progress;
    try (PageDatabase database = PageDatabase.open(settings, 1);
        Connection connection = database.connections().getConnection()) {
      progress = SinkPosition.read(connection, kafka, PipelineTopics.aggregate(settings));
    }
    long lag =
        new ReadProgress(group, positions(partitions, progress, beginnings))
            .behind(beginnings, ends);
    int instances = instances(group);
    double seconds =
        lag == 0 ? 0 : secondsBehind(positions(partitions, progress, beginnings), ends);
    return List.of(
        new StatusReport.Sink(group, instances, lag, seconds, problem(instances, lag, seconds)));
  }

  private Optional<String> problem(int instances, long lag, double seconds) {
    if (instances == 0) {
      return Optional.of("no customer sink runs: lastfive sink run");
    }
    return lag > mostLag
        ? Optional.of("the sink is %,d records (%.1f s) behind".formatted(lag, seconds))
        : Optional.empty();
  }

  private int instances(String group) {
    return kafka
        .found(kafka.admin().describeConsumerGroups(List.of(group)).all())
        .map(groups -> groups.values().iterator().next().members().size())
        .orElse(0);
  }

  /** A partition that the sink has never written from is wholly before it. */
  private static Map<TopicPartition, Long> positions(
      List<TopicPartition> partitions,
      ReadProgress progress,
      Map<TopicPartition, Long> beginnings) {
    Map<TopicPartition, Long> positions = new HashMap<>();
    for (TopicPartition partition : partitions) {
      long first = beginnings.getOrDefault(partition, 0L);
      positions.put(
          partition, Math.max(first, progress.positions().getOrDefault(partition, first)));
    }
    return positions;
  }

  /** Since the oldest record that is not written yet. */
  private double secondsBehind(
      Map<TopicPartition, Long> positions, Map<TopicPartition, Long> ends) {
    List<TopicPartition> lagging = new ArrayList<>();
    positions.forEach(
        (partition, next) -> {
          if (next < ends.getOrDefault(partition, 0L)) {
            lagging.add(partition);
          }
        });
    long oldest = Long.MAX_VALUE;
    try (Consumer<byte[], byte[]> consumer =
        kafka.consumer(Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1"))) {
      for (TopicPartition partition : lagging) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, positions.getOrDefault(partition, 0L));
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(LONGEST_POLL)) {
          oldest = Math.min(oldest, record.timestamp());
        }
      }
    }
    return oldest == Long.MAX_VALUE
        ? 0
        : Math.max(0, Instant.now().toEpochMilli() - oldest) / 1000.0;
  }

  List<StatusReport.DeadLetters> deadLettersInTopic() {
    String topic = PipelineTopics.DEAD_LETTERS;
    List<TopicPartition> partitions =
        kafka.partitions(List.of(topic)).getOrDefault(topic, List.of());
    Map<TopicPartition, Long> beginnings = kafka.beginnings(partitions);
    long count =
        kafka.ends(partitions).entrySet().stream()
            .mapToLong(end -> end.getValue() - beginnings.getOrDefault(end.getKey(), 0L))
            .sum();
    Optional<Instant> newest = count == 0 ? Optional.empty() : newest(partitions);
    return List.of(line("topic " + topic, count, newest));
  }

  private Optional<Instant> newest(List<TopicPartition> partitions) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, OffsetSpec.maxTimestamp()));
    return kafka.answer(kafka.admin().listOffsets(asked).all()).values().stream()
        .map(found -> found.timestamp())
        .filter(timestamp -> timestamp >= 0)
        .max(Long::compare)
        .map(Instant::ofEpochMilli);
  }

  List<StatusReport.DeadLetters> deadLettersInTable() throws SQLException {
    try (PageDatabase database = PageDatabase.open(settings, 1);
        Connection connection = database.connections().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT count(*), max(created_at) FROM sink_dead_letter")) {
      row.next();
      return List.of(
          line(
              "table sink_dead_letter",
              row.getLong(1),
              Optional.ofNullable(row.getTimestamp(2)).map(Timestamp::toInstant)));
    }
  }

  private static StatusReport.DeadLetters line(String place, long count, Optional<Instant> newest) {
    boolean recent = newest.filter(time -> time.isAfter(Instant.now().minus(RECENT))).isPresent();
    return new StatusReport.DeadLetters(
        place,
        count,
        newest,
        recent
            ? Optional.of("%s has dead letters of the last hour".formatted(place))
            : Optional.empty());
  }
}
