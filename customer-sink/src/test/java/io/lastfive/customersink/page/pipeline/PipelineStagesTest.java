// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.customersink.page.pipeline.QueriesLook.Query;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PipelineStagesTest {
  private static final UUID TOPIC_ID = new UUID(0, 7);
  private static final Query CARDS = normalizing("NORMALIZE_CC", "CC-PAYMENT");
  private static final Query BANK = normalizing("NORMALIZE_BANK", "BANK-TRANSFER-PAYMENT");
  private static final Query LAST_FIVE =
      new Query("CTAS_5", "RUNNING", Optional.of("PAYMENT-OUTPUT"), Set.of("PAYMENT-TRX-AGGR"));

  private final Map<String, Map<Integer, Long>> endOffsets =
      new TreeMap<>(
          Map.of(
              "CC-PAYMENT", Map.of(0, 10L, 1, 5L),
              "BANK-TRANSFER-PAYMENT", Map.of(0, 7L),
              "PAYMENT-OUTPUT", Map.of(0, 20L),
              "PAYMENT-TRX-AGGR", Map.of(0, 12L, 1, 8L),
              "default_ksql_processing_log", Map.of(0, 3L)));
  private final Map<String, Map<TopicPartition, Long>> committed =
      new TreeMap<>(
          Map.of(
              "NORMALIZE_CC", Map.of(new TopicPartition("CC-PAYMENT", 0), 8L),
              "NORMALIZE_BANK", Map.of(new TopicPartition("BANK-TRANSFER-PAYMENT", 0), 7L),
              "CTAS_5", Map.of(new TopicPartition("PAYMENT-OUTPUT", 0), 19L)));
  private final KafkaLook.Seen kafka =
      new KafkaLook.Seen(endOffsets, Map.of("PAYMENT-TRX-AGGR", TOPIC_ID), committed);
  private final DatabaseLook.Seen database =
      new DatabaseLook.Seen(
          Map.of(TOPIC_ID, Map.of(0, 12L), new UUID(0, 1), Map.of(0, 900L)), 4, true, 2);

  @Test
  void showsTheStagesInTheOrderInWhichPaymentPassesThem() {
    List<JsonNode> stages =
        stages(
            Reading.of(kafka), Reading.of(List.of(LAST_FIVE, BANK, CARDS)), Reading.of(database));

    assertThat(stages.stream().map(stage -> stage.path("id").asText()))
        .containsExactly(
            "topic:CC-PAYMENT",
            "topic:BANK-TRANSFER-PAYMENT",
            "query:NORMALIZE_CC",
            "query:NORMALIZE_BANK",
            "topic:PAYMENT-OUTPUT",
            "query:CTAS_5",
            "topic:PAYMENT-TRX-AGGR",
            "sink",
            "table",
            "page");
    assertThat(stages)
        .allSatisfy(stage -> assertThat(stage.path("status").asText()).isEqualTo("ok"));
    assertThat(stages.get(0).path("feeds").toString()).isEqualTo("[\"query:NORMALIZE_CC\"]");
    assertThat(stages.get(4).path("feeds").toString()).isEqualTo("[\"query:CTAS_5\"]");
  }

  @Test
  void countsWhatEachStageHasNotRead() {
    List<JsonNode> stages =
        stages(
            Reading.of(kafka), Reading.of(List.of(CARDS, BANK, LAST_FIVE)), Reading.of(database));

    assertThat(lag(stages, "query:NORMALIZE_CC")).isEqualTo(2 + 5);
    assertThat(lag(stages, "query:NORMALIZE_BANK")).isZero();
    assertThat(lag(stages, "query:CTAS_5")).isEqualTo(1);
    // Only the topic that is there now counts, not the one of this name that was deleted.
    assertThat(lag(stages, "sink")).isEqualTo(8);
    assertThat(stage(stages, "sink").path("deadLetters").asInt()).isEqualTo(2);
    assertThat(kafka.leftOut()).isEqualTo(3);
  }

  @Test
  void findsChannelThatCameLater() {
    endOffsets.put("MOBILE-WALLET-PAYMENT", Map.of(0, 1L));

    JsonNode stage =
        stage(
            stages(
                Reading.of(kafka),
                Reading.of(List.of(normalizing("NORMALIZE_MW", "MOBILE-WALLET-PAYMENT"))),
                Reading.of(database)),
            "topic:MOBILE-WALLET-PAYMENT");

    assertThat(stage.path("title").asText()).isEqualTo("Mobile wallet");
    assertThat(stage.path("feeds").toString()).isEqualTo("[\"query:NORMALIZE_MW\"]");
  }

  @Test
  void followsTheQueryThatFeedsTheSinkToAnotherOutputTopic() {
    endOffsets.put("PAYMENT-OUTPUT-2", Map.of(0, 5L));
    Query second =
        new Query("CTAS_9", "RUNNING", Optional.of("PAYMENT-OUTPUT-2"), LAST_FIVE.writes());
    Query cards = new Query("CC_2", "RUNNING", CARDS.reads(), Set.of("PAYMENT-OUTPUT-2"));

    List<JsonNode> stages =
        stages(Reading.of(kafka), Reading.of(List.of(CARDS, cards, second)), Reading.of(database));

    assertThat(stages.stream().map(stage -> stage.path("id").asText()))
        .contains("query:CC_2", "topic:PAYMENT-OUTPUT-2", "query:CTAS_9")
        .doesNotContain("topic:PAYMENT-OUTPUT", "query:NORMALIZE_CC");
  }

  @Test
  void saysWhichQueryDoesNotRun() {
    Query paused = new Query("NORMALIZE_CC", "PAUSED", CARDS.reads(), CARDS.writes());

    JsonNode stage =
        stage(
            stages(Reading.of(kafka), Reading.of(List.of(paused)), Reading.of(database)),
            "query:NORMALIZE_CC");

    assertThat(stage.path("status").asText()).isEqualTo("trouble");
    assertThat(stage.path("problem").asText()).isEqualTo("the query is PAUSED");
  }

  @Test
  void saysWhatIsNotMadeYet() {
    List<JsonNode> stages =
        stages(
            Reading.of(new KafkaLook.Seen(Map.of(), Map.of(), Map.of())),
            Reading.of(List.of()),
            Reading.of(database));

    assertThat(stage(stages, "topic:CC-PAYMENT").path("problem").asText())
        .isEqualTo("the topic is not there; 'lastfive topics create' makes it");
    assertThat(stage(stages, "query:normalize").path("problem").asText())
        .isEqualTo("no query writes to PAYMENT-OUTPUT; 'lastfive ksql apply' makes it");
    for (String missing : List.of("topic:CC-PAYMENT", "query:normalize", "query:lastFive")) {
      assertThat(stage(stages, missing).path("status").asText()).as(missing).isEqualTo("trouble");
      assertThat(stage(stages, missing).path("state").asText()).as(missing).isEqualTo("not there");
    }
  }

  @Test
  void knowsQueriesByTheirOffsetsWhileKsqlIsAway() {
    List<JsonNode> stages =
        stages(Reading.of(kafka), Reading.failed("ksqlDB is away"), Reading.of(database));

    JsonNode cards = stage(stages, "query:NORMALIZE_CC");
    assertThat(cards.path("status").asText()).isEqualTo("unknown");
    assertThat(cards.path("problem").asText()).isEqualTo("ksqlDB is away");
    assertThat(cards.path("lag").asInt()).isEqualTo(7);
    assertThat(stage(stages, "query:CTAS_5").path("role").asText()).isEqualTo("lastFive");
    assertThat(stage(stages, "topic:CC-PAYMENT").path("status").asText()).isEqualTo("ok");
  }

  @Test
  void hasEveryStageWhileNothingAnswers() {
    List<JsonNode> stages =
        stages(
            Reading.failed("Kafka is away"),
            Reading.failed("ksqlDB is away"),
            Reading.failed("PostgreSQL is away"));

    assertThat(stages.stream().map(stage -> stage.path("id").asText()))
        .containsExactly(
            "topic:CC-PAYMENT",
            "topic:BANK-TRANSFER-PAYMENT",
            "query:normalize",
            "topic:PAYMENT-OUTPUT",
            "query:lastFive",
            "topic:PAYMENT-TRX-AGGR",
            "sink",
            "table",
            "page");
    assertThat(stage(stages, "topic:PAYMENT-OUTPUT").path("problem").asText())
        .isEqualTo("Kafka is away");
    assertThat(stage(stages, "sink").path("problem").asText()).isEqualTo("PostgreSQL is away");
    assertThat(stage(stages, "page").path("status").asText()).isEqualTo("ok");
  }

  private static Query normalizing(String id, String topic) {
    return new Query(id, "RUNNING", Optional.of(topic), Set.of("PAYMENT-OUTPUT"));
  }

  private static List<JsonNode> stages(
      Reading<KafkaLook.Seen> kafka,
      Reading<List<Query>> ksql,
      Reading<DatabaseLook.Seen> database) {
    List<JsonNode> stages = new ArrayList<>();
    new PipelineStages(
            new PipelinePicture("PAYMENT-TRX-AGGR", kafka, ksql, database, List.of()), new Rates())
        .toJson(0)
        .forEach(stages::add);
    return stages;
  }

  private static JsonNode stage(List<JsonNode> stages, String id) {
    Map<String, JsonNode> byId = new HashMap<>();
    stages.forEach(stage -> byId.put(stage.path("id").asText(), stage));
    assertThat(byId).containsKey(id);
    return byId.get(id);
  }

  private static long lag(List<JsonNode> stages, String id) {
    JsonNode lag = stage(stages, id).path("lag");
    assertThat(lag.isIntegralNumber()).as("lag of %s", id).isTrue();
    return lag.asLong();
  }
}
