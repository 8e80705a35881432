// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.customersink.page.pipeline.QueriesLook.Query;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * A picture of the pipeline as JSON: the stages that a payment passes. A stage that could not be
 * read is there all the same, and says why.
 *
 * <pre>
 *   channel topics -> normalizing queries -> PAYMENT-OUTPUT -> last five -> PAYMENT-TRX-AGGR -> sink -> table -> page
 * </pre>
 */
final class PipelineStages {
  private static final Map<String, String> CHANNEL_TITLES =
      Map.of("CC-PAYMENT", "Credit card", "BANK-TRANSFER-PAYMENT", "Bank transfer");

  private final PipelinePicture picture;
  private final Rates rates;

  PipelineStages(PipelinePicture picture, Rates rates) {
    this.picture = picture;
    this.rates = rates;
  }

  /** The stages, in the order in which a payment passes them. */
  ArrayNode toJson(int watching) {
    ArrayNode stages = JsonNodeFactory.instance.arrayNode();
    List<String> channels = picture.channels();
    for (String channel : channels) {
      ObjectNode stage = topic(stages, "channel", channel);
      stage.put("title", channelTitle(channel));
      feeds(
          stage,
          picture.normalizing(),
          query -> picture.source(query).map(channel::equals).orElse(false),
          "query:normalize");
    }
    queryStages(stages, picture.normalizing(), "normalize", "Normalize", picture.outputTopic());
    ObjectNode output = topic(stages, "topic", picture.outputTopic());
    output.put("title", "All payments").put("role", "output");
    feeds(output, picture.lastFive(), query -> true, "query:lastFive");
    queryStages(stages, picture.lastFive(), "lastFive", "Keep five", picture.sinkTopic());
    ObjectNode aggregate = topic(stages, "topic", picture.sinkTopic());
    aggregate.put("title", "Last five").put("role", "aggregate");
    aggregate.putArray("feeds").add("sink");
    sink(stages);
    table(stages);
    ObjectNode page = stage(stages, "page", "page", "Page", "customer page", "");
    page.put("watching", watching).putArray("feeds");
    return stages;
  }

  private ObjectNode topic(ArrayNode stages, String kind, String topic) {
    boolean there =
        picture.kafka().value().map(seen -> seen.endOffsets().containsKey(topic)).orElse(false);
    String problem =
        picture.kafka().value().isEmpty()
            ? picture.kafka().problem()
            : there ? "" : "the topic is not there; 'lastfive topics create' makes it";
    ObjectNode stage = stage(stages, PipelinePicture.topicId(topic), kind, "", topic, problem);
    picture
        .kafka()
        .value()
        .filter(seen -> there)
        .ifPresent(seen -> stage.put("records", seen.records(topic)));
    rate(stage, there);
    if (picture.kafka().value().isPresent() && !there) {
      missing(stage);
    }
    return stage;
  }

  private void queryStages(
      ArrayNode stages, List<Query> found, String role, String title, String target) {
    if (found.isEmpty()) {
      String problem =
          picture.ksql().value().isEmpty()
              ? picture.ksql().problem()
              : "no query writes to %s; 'lastfive ksql apply' makes it".formatted(target);
      ObjectNode stage = stage(stages, "query:" + role, "query", title, role, problem);
      stage.put("role", role).putArray("feeds").add(PipelinePicture.topicId(target));
      if (picture.ksql().value().isPresent()) {
        missing(stage);
      }
    }
    for (Query query : found) {
      // What ksqlDB does not say now is no trouble of the query, which may run as before.
      String problem =
          picture.ksql().value().isEmpty()
              ? picture.ksql().problem()
              : query.state().equals("RUNNING") ? "" : "the query is " + query.state();
      ObjectNode stage =
          stage(stages, PipelinePicture.queryId(query), "query", title, query.id(), problem);
      stage.put("role", role);
      if (picture.ksql().value().isPresent()) {
        stage.put("state", query.state());
        stage.put("status", problem.isEmpty() ? "ok" : "trouble");
      }
      OptionalLong lag = picture.lag(query);
      lag.ifPresent(records -> stage.put("lag", records));
      rate(stage, lag.isPresent());
      stage.putArray("feeds").add(PipelinePicture.topicId(target));
    }
  }

  private void sink(ArrayNode stages) {
    String problem =
        picture.database().value().isEmpty()
            ? picture.database().problem()
            : picture.kafka().problem();
    ObjectNode stage = stage(stages, "sink", "sink", "Sink", "sink", problem);
    picture.sinkLag().ifPresent(lag -> stage.put("lag", lag));
    picture.database().value().ifPresent(seen -> stage.put("deadLetters", seen.deadLetters()));
    rate(stage, picture.written().isPresent());
    stage.putArray("feeds").add("table");
  }

  private void table(ArrayNode stages) {
    ObjectNode stage =
        stage(
            stages,
            "table",
            "table",
            "PostgreSQL",
            "customer_payments",
            picture.database().problem());
    picture
        .database()
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

  /** It can be told that it is not there, which is another thing than not to know. */
  private static void missing(ObjectNode stage) {
    stage.put("status", "trouble").put("state", "not there");
  }

  private void rate(ObjectNode stage, boolean readable) {
    if (readable) {
      rates
          .perSecond(stage.path("id").asText())
          .ifPresent(perSecond -> stage.put("perSecond", Math.round(perSecond * 10) / 10.0));
    }
  }

  private static void feeds(
      ObjectNode stage, List<Query> all, Predicate<Query> fed, String whereNoneIsKnown) {
    ArrayNode feeds = stage.putArray("feeds");
    all.stream().filter(fed).forEach(query -> feeds.add(PipelinePicture.queryId(query)));
    if (all.isEmpty()) {
      feeds.add(whereNoneIsKnown);
    }
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
