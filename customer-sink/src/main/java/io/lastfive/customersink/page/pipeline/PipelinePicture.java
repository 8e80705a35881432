// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page.pipeline;

import io.lastfive.customersink.page.pipeline.QueriesLook.Query;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/**
 * What was read of the pipeline, and what follows from it: which queries belong to it, how far each
 * stage is behind. Immutable.
 */
final class PipelinePicture {
  private static final List<String> CHANNEL_ORDER = List.of("CC-PAYMENT", "BANK-TRANSFER-PAYMENT");

  private static final String OUTPUT_TOPIC = "PAYMENT-OUTPUT";

  private final String sinkTopic;
  private final Reading<KafkaLook.Seen> kafka;
  private final Reading<List<Query>> ksql;
  private final Reading<DatabaseLook.Seen> database;
  private final List<Query> queries;

  /**
   * @param sinkTopic the topic that the sink carries
   * @param lastKnown the queries of the last answer of ksqlDB, for while it gives none
   */
  PipelinePicture(
      String sinkTopic,
      Reading<KafkaLook.Seen> kafka,
      Reading<List<Query>> ksql,
      Reading<DatabaseLook.Seen> database,
      List<Query> lastKnown) {
    this.sinkTopic = sinkTopic;
    this.kafka = kafka;
    this.ksql = ksql;
    this.database = database;
    this.queries = ksql.value().orElseGet(() -> lastKnown.isEmpty() ? fromGroups() : lastKnown);
  }

  /**
   * Without ksqlDB's word, groups with offsets in the pipeline's topics tell which queries read.
   */
  private List<Query> fromGroups() {
    List<Query> found = new ArrayList<>();
    kafka
        .value()
        .ifPresent(
            seen ->
                seen.committed()
                    .forEach(
                        (id, offsets) ->
                            offsets.keySet().stream()
                                .map(TopicPartition::topic)
                                .filter(topic -> isSource(seen, topic))
                                .findFirst()
                                .ifPresent(
                                    topic ->
                                        found.add(
                                            new Query(
                                                id,
                                                "",
                                                Optional.of(topic),
                                                Set.of(
                                                    seen.channels().contains(topic)
                                                        ? OUTPUT_TOPIC
                                                        : sinkTopic))))));
    return found;
  }

  private static boolean isSource(KafkaLook.Seen seen, String topic) {
    return topic.equals(OUTPUT_TOPIC) || seen.channels().contains(topic);
  }

  /** Queries that normalize a channel, then those that keep the last five. */
  List<Query> normalizing() {
    List<String> channels = channels();
    return queriesWriting(outputTopic()).stream()
        .sorted(
            Comparator.comparingInt(
                    (Query query) -> source(query).map(channels::indexOf).orElse(-1))
                .thenComparing(Query::id))
        .toList();
  }

  List<Query> lastFive() {
    return queriesWriting(sinkTopic);
  }

  /** The topics that are there, those known by name first; these where Kafka does not say. */
  List<String> channels() {
    List<String> found = kafka.value().map(KafkaLook.Seen::channels).orElse(List.of());
    return found.isEmpty()
        ? CHANNEL_ORDER
        : found.stream()
            .sorted(
                Comparator.comparing((String topic) -> !CHANNEL_ORDER.contains(topic))
                    .thenComparing(CHANNEL_ORDER::indexOf)
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
  }

  /**
   * Where the query that feeds the sink reads from: a later version of it may have another name.
   */
  String outputTopic() {
    return lastFive().stream()
        .flatMap(query -> query.reads().stream())
        .findFirst()
        .orElse(OUTPUT_TOPIC);
  }

  private List<Query> queriesWriting(String topic) {
    return queries.stream().filter(query -> query.writes().contains(topic)).toList();
  }

  /** Records of its source that the query has not read; empty where that is not known. */
  OptionalLong lag(Query query) {
    Optional<KafkaLook.Seen> seen = kafka.value();
    Optional<String> source = source(query);
    if (seen.isEmpty() || source.isEmpty()) {
      return OptionalLong.empty();
    }
    Map<Integer, Long> ends = seen.get().endOffsets().get(source.get());
    if (ends == null) {
      return OptionalLong.empty();
    }
    Map<TopicPartition, Long> committed = seen.get().committed().getOrDefault(query.id(), Map.of());
    return OptionalLong.of(
        ends.entrySet().stream()
            .mapToLong(
                end ->
                    end.getValue()
                        - committed.getOrDefault(
                            new TopicPartition(source.get(), end.getKey()), 0L))
            .map(lag -> Math.max(lag, 0))
            .sum());
  }

  /** Records that the query has read. */
  OptionalLong read(Query query) {
    OptionalLong lag = lag(query);
    return lag.isEmpty()
        ? lag
        : OptionalLong.of(
            source(query)
                    .flatMap(topic -> kafka.value().map(seen -> seen.records(topic)))
                    .orElse(0L)
                - lag.getAsLong());
  }

  /** The topic that the query reads; empty where that is not known. */
  Optional<String> source(Query query) {
    return query
        .reads()
        .or(
            () ->
                kafka
                    .value()
                    .flatMap(
                        seen ->
                            seen.committed().getOrDefault(query.id(), Map.of()).keySet().stream()
                                .map(TopicPartition::topic)
                                .filter(topic -> isSource(seen, topic))
                                .findFirst()));
  }

  /** Records of the aggregate topic that no sink has written. */
  OptionalLong sinkLag() {
    if (kafka.value().isEmpty() || database.value().isEmpty()) {
      return OptionalLong.empty();
    }
    KafkaLook.Seen seen = kafka.value().get();
    Map<Integer, Long> ends = seen.endOffsets().get(sinkTopic);
    if (ends == null) {
      return OptionalLong.empty();
    }
    Map<Integer, Long> written = written(seen);
    return OptionalLong.of(
        ends.entrySet().stream()
            .mapToLong(end -> Math.max(0, end.getValue() - written.getOrDefault(end.getKey(), 0L)))
            .sum());
  }

  /** How far the topic that is there now is written; one that was deleted counts no more. */
  OptionalLong written() {
    if (database.value().isEmpty() || kafka.value().isEmpty()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        written(kafka.value().get()).values().stream().mapToLong(Long::longValue).sum());
  }

  private Map<Integer, Long> written(KafkaLook.Seen seen) {
    UUID topicId = seen.topicIds().getOrDefault(sinkTopic, new UUID(0, 0));
    return database.value().orElseThrow().nextOffsets().getOrDefault(topicId, Map.of());
  }

  /** Each count that grows, by the id of its stage. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new HashMap<>();
    kafka
        .value()
        .ifPresent(
            seen ->
                seen.endOffsets()
                    .keySet()
                    .forEach(topic -> counts.put(topicId(topic), seen.records(topic))));
    queries.forEach(query -> read(query).ifPresent(records -> counts.put(queryId(query), records)));
    written().ifPresent(records -> counts.put("sink", records));
    return counts;
  }

  Reading<KafkaLook.Seen> kafka() {
    return kafka;
  }

  Reading<List<Query>> ksql() {
    return ksql;
  }

  Reading<DatabaseLook.Seen> database() {
    return database;
  }

  String sinkTopic() {
    return sinkTopic;
  }

  static String topicId(String topic) {
    return "topic:" + topic;
  }

  static String queryId(Query query) {
    return "query:" + query.id();
  }
}
