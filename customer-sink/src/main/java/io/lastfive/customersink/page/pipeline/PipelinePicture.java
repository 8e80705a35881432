// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.customersink.CustomerSink;
import io.lastfive.customersink.page.pipeline.QueriesLook.Query;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * What was read, put together as the stages that a payment passes. A stage that could not be read
 * is there all the same, and says why. Immutable.
 *
 * <pre>
 *   channel topics -> normalizing queries -> PAYMENT-OUTPUT -> last five -> PAYMENT-TRX-AGGR -> sink -> table -> page
 * </pre>
 */
final class PipelinePicture {
  private static final Map<String, String> CHANNEL_TITLES =
      Map.of("CC-PAYMENT", "Credit card", "BANK-TRANSFER-PAYMENT", "Bank transfer");
  private static final List<String> CHANNEL_ORDER = List.of("CC-PAYMENT", "BANK-TRANSFER-PAYMENT");

  private final Reading<KafkaLook.Seen> kafka;
  private final Reading<List<Query>> ksql;
  private final Reading<DatabaseLook.Seen> database;
  private final List<Query> queries;

  /**
   * @param lastKnown the queries of the last answer of ksqlDB, for while it gives none
   */
  PipelinePicture(
      Reading<KafkaLook.Seen> kafka,
      Reading<List<Query>> ksql,
      Reading<DatabaseLook.Seen> database,
      List<Query> lastKnown) {
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
                                                    topic.equals(KafkaLook.OUTPUT_TOPIC)
                                                        ? CustomerSink.TOPIC
                                                        : KafkaLook.OUTPUT_TOPIC))))));
    return found;
  }

  private static boolean isSource(KafkaLook.Seen seen, String topic) {
    return topic.equals(KafkaLook.OUTPUT_TOPIC) || seen.channels().contains(topic);
  }

  /** Queries that normalize a channel, then those that keep the last five. */
  List<Query> normalizing() {
    List<String> channels = channels();
    return queriesWriting(KafkaLook.OUTPUT_TOPIC).stream()
        .sorted(
            Comparator.comparingInt(
                    (Query query) -> source(query).map(channels::indexOf).orElse(-1))
                .thenComparing(Query::id))
        .toList();
  }

  List<Query> lastFive() {
    return queriesWriting(CustomerSink.TOPIC);
  }

  /** The topics that are there, those known by name first; these where Kafka does not say. */
  private List<String> channels() {
    List<String> found = kafka.value().map(KafkaLook.Seen::channels).orElse(List.of());
    return found.isEmpty()
        ? CHANNEL_ORDER
        : found.stream()
            .sorted(
                Comparator.comparing((String topic) -> !CHANNEL_TITLES.containsKey(topic))
                    .thenComparing(CHANNEL_ORDER::indexOf)
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
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

  private Optional<String> source(Query query) {
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
    Map<Integer, Long> ends = seen.endOffsets().get(CustomerSink.TOPIC);
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
    UUID topicId = seen.topicIds().getOrDefault(CustomerSink.TOPIC, new UUID(0, 0));
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

  /** The stages, in the order in which a payment passes them. */
  ArrayNode stages(Rates rates, int watching) {
    ArrayNode stages = JsonNodeFactory.instance.arrayNode();
    List<String> channels = channels();
    for (String channel : channels) {
      ObjectNode stage = topic(stages, "channel", channel, rates);
      stage.put("title", channelTitle(channel));
      feeds(
          stage,
          normalizing(),
          query -> source(query).map(channel::equals).orElse(false),
          "query:normalize");
    }
    queryStages(stages, normalizing(), "normalize", "Normalize", KafkaLook.OUTPUT_TOPIC, rates);
    ObjectNode output = topic(stages, "topic", KafkaLook.OUTPUT_TOPIC, rates);
    output.put("title", "All payments");
    feeds(output, lastFive(), query -> true, "query:lastFive");
    queryStages(stages, lastFive(), "lastFive", "Keep five", CustomerSink.TOPIC, rates);
    ObjectNode aggregate = topic(stages, "topic", CustomerSink.TOPIC, rates);
    aggregate.put("title", "Last five");
    aggregate.putArray("feeds").add("sink");
    sink(stages, rates);
    table(stages);
    ObjectNode page = stage(stages, "page", "page", "Page", "customer page", "");
    page.put("watching", watching).putArray("feeds");
    return stages;
  }

  private ObjectNode topic(ArrayNode stages, String kind, String topic, Rates rates) {
    boolean there = kafka.value().map(seen -> seen.endOffsets().containsKey(topic)).orElse(false);
    String problem =
        kafka.value().isEmpty()
            ? kafka.problem()
            : there ? "" : "the topic is not there; 'lastfive topics create' makes it";
    ObjectNode stage = stage(stages, topicId(topic), kind, "", topic, problem);
    kafka
        .value()
        .filter(seen -> there)
        .ifPresent(seen -> stage.put("records", seen.records(topic)));
    rate(stage, there, rates);
    return stage;
  }

  private void queryStages(
      ArrayNode stages, List<Query> found, String role, String title, String target, Rates rates) {
    if (found.isEmpty()) {
      String problem =
          ksql.value().isEmpty()
              ? ksql.problem()
              : "no query writes to %s; 'lastfive ksql apply' makes it".formatted(target);
      ObjectNode stage = stage(stages, "query:" + role, "query", title, role, problem);
      stage.put("role", role).putArray("feeds").add(topicId(target));
    }
    for (Query query : found) {
      // What ksqlDB does not say now is no trouble of the query, which may run as before.
      String problem =
          ksql.value().isEmpty()
              ? ksql.problem()
              : query.state().equals("RUNNING") ? "" : "the query is " + query.state();
      ObjectNode stage = stage(stages, queryId(query), "query", title, query.id(), problem);
      stage.put("role", role);
      if (ksql.value().isPresent()) {
        stage.put("state", query.state());
        stage.put("status", problem.isEmpty() ? "ok" : "trouble");
      }
      OptionalLong lag = lag(query);
      lag.ifPresent(records -> stage.put("lag", records));
      rate(stage, lag.isPresent(), rates);
      stage.putArray("feeds").add(topicId(target));
    }
  }

  private void sink(ArrayNode stages, Rates rates) {
    String problem = database.value().isEmpty() ? database.problem() : kafka.problem();
    ObjectNode stage = stage(stages, "sink", "sink", "Sink", "sink", problem);
    sinkLag().ifPresent(lag -> stage.put("lag", lag));
    database.value().ifPresent(seen -> stage.put("deadLetters", seen.deadLetters()));
    rate(stage, written().isPresent(), rates);
    stage.putArray("feeds").add("table");
  }

  private void table(ArrayNode stages) {
    ObjectNode stage =
        stage(stages, "table", "table", "PostgreSQL", "customer_payments", database.problem());
    database
        .value()
        .ifPresent(seen -> stage.put("customers", seen.customers()).put("exact", seen.exact()));
    stage.putArray("feeds").add("page");
  }

  private static ObjectNode stage(
      ArrayNode stages, String id, String kind, String title, String name, String problem) {
    ObjectNode stage = stages.addObject();
    stage.put("id", id).put("kind", kind).put("title", title).put("name", name);
    stage.put("status", problem.isEmpty() ? "ok" : "unknown");
    if (!problem.isEmpty()) {
      stage.put("problem", problem);
    }
    return stage;
  }

  private static void rate(ObjectNode stage, boolean readable, Rates rates) {
    if (readable) {
      rates
          .perSecond(stage.path("id").asText())
          .ifPresent(perSecond -> stage.put("perSecond", Math.round(perSecond * 10) / 10.0));
    }
  }

  private static void feeds(
      ObjectNode stage, List<Query> all, Predicate<Query> fed, String whereNoneIsKnown) {
    ArrayNode feeds = stage.putArray("feeds");
    all.stream().filter(fed).forEach(query -> feeds.add(queryId(query)));
    if (all.isEmpty()) {
      feeds.add(whereNoneIsKnown);
    }
  }

  private static String topicId(String topic) {
    return "topic:" + topic;
  }

  static String queryId(Query query) {
    return "query:" + query.id();
  }

  /** MOBILE-WALLET-PAYMENT reads Mobile wallet. */
  private static String channelTitle(String topic) {
    String known = CHANNEL_TITLES.get(topic);
    if (known != null) {
      return known;
    }
    String words = topic.replaceFirst("-PAYMENT$", "").replace('-', ' ').toLowerCase(Locale.ROOT);
    return words.isEmpty() ? topic : Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
