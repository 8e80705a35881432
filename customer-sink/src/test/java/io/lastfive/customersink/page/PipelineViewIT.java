// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import static io.lastfive.customersink.page.PageFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.localstack.EmbeddedKafka;
import io.lastfive.localstack.EmbeddedKsql;
import io.lastfive.localstack.EmbeddedRegistry;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pipeline view on a real broker and engine that stop one after the other. The statements are
 * of the pipeline's shape, with JSON in place of its schemas; no sink runs.
 */
class PipelineViewIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String STATEMENTS =
      """
      CREATE STREAM cc_payment (customer_id STRING KEY, amount INT) WITH (KAFKA_TOPIC='CC-PAYMENT', VALUE_FORMAT='JSON');
      CREATE STREAM payment_output (customer_id STRING KEY, amount INT) WITH (KAFKA_TOPIC='PAYMENT-OUTPUT', VALUE_FORMAT='JSON');
      INSERT INTO payment_output WITH (QUERY_ID='NORMALIZE_CC') SELECT customer_id, amount FROM cc_payment;
      CREATE TABLE payment_trx_aggr WITH (KAFKA_TOPIC='PAYMENT-TRX-AGGR') AS
        SELECT customer_id, LATEST_BY_OFFSET(amount, 5) AS payments FROM payment_output GROUP BY customer_id EMIT CHANGES;
      """;

  @TempDir private Path folder;
  private PageFixture fixture;
  private EmbeddedKafka kafka;
  private EmbeddedRegistry registry;
  private EmbeddedKsql ksql;

  @BeforeEach
  void start() throws Exception {
    fixture = new PageFixture();
    kafka = EmbeddedKafka.start();
    registry = EmbeddedRegistry.start(kafka);
    createTopics(kafka, "CC-PAYMENT", "PAYMENT-OUTPUT", "PAYMENT-TRX-AGGR");
    ksql = EmbeddedKsql.start(kafka.bootstrapServers(), registry.url(), folder, 0);
  }

  @AfterEach
  void stop() {
    ksql.close();
    registry.close();
    kafka.close();
    fixture.close();
  }

  @Test
  void showsWhatItCanReadAndSaysWhatItCannot() throws Exception {
    Settings settings =
        fixture
            .settings()
            .with(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, kafka.bootstrapServers())
            .with(KnownSettings.KSQLDB_URL, ksql.url());
    new KsqlClient(settings)
        .execute(
            STATEMENTS,
            Map.of(
                "auto.offset.reset",
                "earliest",
                "commit.interval.ms",
                "100",
                "cache.max.bytes.buffering",
                "0"),
            Map.of());
    send(kafka, "CC-PAYMENT", 20);
    fixture.execute(
        """
            INSERT INTO sink_dead_letter (topic, topic_id, partition, record_offset, reason)
            VALUES ('PAYMENT-TRX-AGGR', '00000000-0000-0000-0000-000000000001', 0, 0, 'a reason')
            """);
    try (CustomerPage page = fixture.start(settings)) {
      awaitPipeline(
          page,
          pipeline -> {
            assertThat(stage(pipeline, "topic:CC-PAYMENT").path("records").asInt()).isEqualTo(20);
            JsonNode normalize = stage(pipeline, "query:NORMALIZE_CC");
            assertThat(normalize.path("state").asText()).isEqualTo("RUNNING");
            assertThat(normalize.path("lag").asInt(-1)).isZero();
            assertThat(normalize.path("feeds").toString()).isEqualTo("[\"topic:PAYMENT-OUTPUT\"]");
            assertThat(stage(pipeline, "topic:PAYMENT-TRX-AGGR").path("records").asInt())
                .isEqualTo(20);
            // No sink has read them.
            assertThat(stage(pipeline, "sink").path("lag").asInt()).isEqualTo(20);
            assertThat(stage(pipeline, "sink").path("deadLetters").asInt()).isEqualTo(1);
            assertThat(pipeline.path("latency").path("problem").asText())
                .isEqualTo("no sink runs in this process; the one that runs measures it");
          });
      assertThat(get(page, "/metrics").body())
          .contains(
              "lastfive_pipeline_lag{stage=\"sink\"} 20.0",
              "lastfive_pipeline_query_running{query=\"NORMALIZE_CC\"} 1.0",
              "lastfive_pipeline_dead_letters 1.0",
              "lastfive_pipeline_readable{source=\"ksqldb\"} 1.0");

      ksql.close();
      awaitPipeline(
          page,
          pipeline -> {
            assertThat(pipeline.path("sources").path("ksqldb").path("problem").asText())
                .contains(ksql.url());
            JsonNode normalize = stage(pipeline, "query:NORMALIZE_CC");
            assertThat(normalize.path("status").asText()).isEqualTo("unknown");
            assertThat(normalize.path("lag").asInt(-1)).isZero();
            assertThat(stage(pipeline, "topic:CC-PAYMENT").path("records").asInt()).isEqualTo(20);
          });

      registry.close();
      kafka.close();
      awaitPipeline(
          page,
          pipeline -> {
            JsonNode topic = stage(pipeline, "topic:CC-PAYMENT");
            assertThat(topic.path("status").asText()).isEqualTo("unknown");
            assertThat(topic.path("problem").asText())
                .startsWith("Kafka at " + kafka.bootstrapServers() + " does not answer: ");
            assertThat(stage(pipeline, "table").path("status").asText()).isEqualTo("ok");
          });
      assertThat(get(page, "/api/customers").body()).isEqualTo("{\"customers\":[]}");
      assertThat(get(page, "/metrics").body())
          .contains("lastfive_pipeline_readable{source=\"kafka\"} 0.0")
          .doesNotContain("lastfive_pipeline_lag{");
    }
  }

  private static void awaitPipeline(CustomerPage page, ThrowingConsumer<JsonNode> expected) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> expected.accept(new ObjectMapper().readTree(get(page, "/api/pipeline").body())));
  }

  private static JsonNode stage(JsonNode pipeline, String id) {
    for (JsonNode stage : pipeline.path("stages")) {
      if (stage.path("id").asText().equals(id)) {
        return stage;
      }
    }
    throw new AssertionError("no stage '" + id + "' in " + pipeline);
  }

  private static void createTopics(EmbeddedKafka kafka, String... topics) {
    kafka.createTopics(
        List.of(topics).stream().map(topic -> new NewTopic(topic, 2, (short) 1)).toList());
  }

  private static void send(EmbeddedKafka kafka, String topic, int records) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < records; i++) {
        producer.send(
            new ProducerRecord<>(
                topic,
                ("C" + i % 4).getBytes(StandardCharsets.UTF_8),
                "{\"AMOUNT\":1}".getBytes(StandardCharsets.UTF_8)));
      }
    }
  }
}
