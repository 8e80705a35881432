// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import static io.lastfive.customersink.CustomerSink.DEAD_LETTER_TOPIC;
import static io.lastfive.customersink.RecentPaymentsRecords.encode;
import static io.lastfive.customersink.RecentPaymentsRecords.payment;
import static io.lastfive.customersink.RecentPaymentsRecords.recentPayments;
import static io.lastfive.customersink.SinkFixture.PATIENCE;
import static io.lastfive.customersink.SinkFixture.SCHEMA_ID;
import static io.lastfive.customersink.SinkFixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.customersink.write.WriteStep;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a sink does with the records of the topic while everything works. */
class CustomerSinkIT {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123Z");

  private static SinkFixture stack;

  @BeforeAll
  static void start() throws Exception {
    stack = new SinkFixture();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void showsEachPaymentAsRowOfTheView() {
    Settings settings = stack.begin(1);
    stack.send(
        0,
        "C1",
        encode(
            SCHEMA_ID,
            recentPayments(
                List.of(
                    payment("b", "999999999999999.9999", NOON),
                    payment("a", "-0.5", NOON.minusSeconds(60))))));

    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.awaitRows(
          settings,
          """
          SELECT customer_id, position, payment_id, amount, counterparty, reference_no,
                 transacted_at AT TIME ZONE 'UTC', pg_typeof(amount), pg_typeof(transacted_at)
            FROM recent_payments ORDER BY position
          """,
          "C1 1 b 999999999999999.9999 Mañana \"Q\" O'Neil 李雷 ref-b 2026-01-01 12:00:00.123 numeric timestamp with time zone",
          "C1 2 a -0.5000 Mañana \"Q\" O'Neil 李雷 ref-a 2026-01-01 11:59:00.123 numeric timestamp with time zone");
      assertThat(sink.ended()).isNotDone();
    }
  }

  @Test
  void keepsOnlyTheNewestRecordOfCustomer() throws Exception {
    Settings settings = stack.begin(1);
    stack.audit(settings);
    for (int version = 0; version < 1_000; version++) {
      stack.sendVersionSoon(0, "C" + version % 10, version);
    }
    stack.flush();

    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.awaitRows(
          settings,
          "SELECT customer_id, payments -> 0 ->> 'paymentId', record_offset FROM customer_payments ORDER BY 1",
          IntStream.range(0, 10)
              .mapToObj(
                  customer -> "C%d p%d %d".formatted(customer, 990 + customer, 990 + customer))
              .toArray(String[]::new));
      stack.awaitWritten(settings, 1_000);
      assertThat(sink.ended()).isNotDone();
    }
    // A batch writes a customer once, however often it changed.
    assertThat(Integer.parseInt(stack.query(settings, "SELECT count(*) FROM audit").get(0)))
        .isLessThan(500);
  }

  @Test
  void writesOnlyWhatIsNewestOfLargeLagAndSetsAllThatIsBadAside() throws Exception {
    Settings settings = stack.begin(1);
    stack.audit(settings);
    int customers = 50;
    int versions = 400;
    byte[] bad = "not avro".getBytes(StandardCharsets.UTF_8);
    for (int version = 0; version < versions; version++) {
      for (int customer = 0; customer < customers; customer++) {
        stack.sendVersionSoon(0, "C" + customer, version);
      }
    }
    stack.flush();
    // Superseded, and not good: of C0 a bad record is the newest, of C1 it is not, C2 is gone.
    stack.send(0, "C0", bad);
    stack.send(0, "C1", bad);
    stack.sendVersion(0, "C1", versions);
    stack.send(0, "C2", null);
    int records = customers * versions + 4;

    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.awaitWritten(settings, records);
      assertThat(sink.ended()).isNotDone();
    }

    assertThat(
            stack.query(
                settings,
                "SELECT payments -> 0 ->> 'paymentId', count(*) FROM customer_payments GROUP BY 1 ORDER BY 1"))
        .containsExactly("p399 48", "p400 1");
    assertThat(
            stack.query(
                settings,
                "SELECT customer_id, payments -> 0 ->> 'paymentId' FROM customer_payments WHERE customer_id < 'C10' ORDER BY 1"))
        .containsExactly("C0 p399", "C1 p400");
    assertThat(
            stack.query(
                settings, "SELECT record_offset FROM sink_dead_letter ORDER BY record_offset"))
        .containsExactly(
            Integer.toString(customers * versions), Integer.toString(customers * versions + 1));
    assertThat(Integer.parseInt(stack.query(settings, "SELECT count(*) FROM audit").get(0)))
        .isLessThan(records / 4);
  }

  @Test
  void leavesOutOnlyTheRowsThatPostgresRefusesOfLargeBatch() throws Exception {
    Settings settings = stack.begin(1);
    SinkDatabase.prepare(settings);
    stack.execute(
        settings,
        "ALTER TABLE customer_payments ADD CHECK (customer_id NOT IN ('C0', 'C1000', 'C4999'))");
    for (int customer = 0; customer < 5_000; customer++) {
      stack.sendVersionSoon(0, "C" + customer, 1);
    }
    stack.flush();

    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.awaitWritten(settings, 5_000);
      assertThat(sink.ended()).isNotDone();
    }

    assertThat(stack.query(settings, "SELECT count(*) FROM customer_payments"))
        .containsExactly("4997");
    assertThat(
            stack.query(
                settings,
                "SELECT record_offset, reason FROM sink_dead_letter ORDER BY record_offset"))
        .containsExactly(
            "0 PostgreSQL refuses the row: SQLSTATE 23514",
            "1000 PostgreSQL refuses the row: SQLSTATE 23514",
            "4999 PostgreSQL refuses the row: SQLSTATE 23514");
  }

  @Test
  void deletesCustomerByTombstoneAndTakesItBackLater() {
    Settings settings = stack.begin(1);
    stack.sendVersion(0, "C1", 1);
    stack.sendVersion(0, "C2", 1);
    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.awaitRows(settings, "SELECT customer_id FROM customer_payments ORDER BY 1", "C1", "C2");

      stack.send(0, "C1", null);
      stack.send(0, "never seen", null);
      stack.awaitWritten(settings, 4);
      assertThat(stack.query(settings, "SELECT customer_id FROM customer_payments"))
          .containsExactly("C2");

      stack.sendVersion(0, "C1", 2);
      stack.awaitRows(
          settings,
          "SELECT customer_id, record_offset FROM customer_payments ORDER BY 1",
          "C1 4",
          "C2 1");
      assertThat(sink.ended()).isNotDone();
    }
  }

  @Test
  void setsBadRecordsAsideAndGoesOn() {
    Settings settings = stack.begin(1);
    stack.sendVersion(0, "C1", 1);
    stack.send(0, "C2", "not avro".getBytes(StandardCharsets.UTF_8));
    stack.send(0, "C3", RecentPaymentsRecords.version(99, 1));
    stack.send(0, (byte[]) null, RecentPaymentsRecords.version(SCHEMA_ID, 1));
    stack.send(0, longIncompressibleText(), RecentPaymentsRecords.version(SCHEMA_ID, 1));
    stack.sendVersion(0, "C4", 1);

    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.awaitWritten(settings, 6);
      assertThat(sink.ended()).isNotDone();
    }

    assertThat(stack.query(settings, "SELECT customer_id FROM customer_payments ORDER BY 1"))
        .containsExactly("C1", "C4");
    assertThat(
            stack.query(
                settings,
                "SELECT topic, partition, record_offset, reason FROM sink_dead_letter ORDER BY record_offset"))
        .containsExactly(
            TOPIC
                + " 0 1 the value is not Avro in Confluent's wire format (a zero byte and a schema id first)",
            TOPIC + " 0 2 the schema registry has no Avro schema with id 99",
            TOPIC + " 0 3 the record has no key; the key is the customer's id",
            TOPIC + " 0 4 PostgreSQL refuses the row: SQLSTATE 54000");
    String topicId = stack.query(settings, "SELECT DISTINCT topic_id FROM sink_dead_letter").get(0);
    List<ConsumerRecord<String, String>> letters = deadLetters(topicId, 4);
    assertThat(letters)
        .extracting(ConsumerRecord::key)
        .containsExactlyInAnyOrder(
            topicId + "-0-1", topicId + "-0-2", topicId + "-0-3", topicId + "-0-4");
    assertThat(letters.get(0).value())
        .matches(
            "\\{\"topic\":\"PAYMENT-TRX-AGGR\",\"topicId\":\""
                + topicId
                + "\",\"partition\":0,\"offset\":1,\"recordTime\":\\d+,\"reason\":\"the value is not Avro in Confluent's wire format \\(a zero byte and a schema id first\\)\"}");
  }

  @Test
  void saysWhatASchemaLacksAndGoesOnWithOthers() {
    Settings settings = stack.begin(1);
    int unfit = 98;
    Schema schema =
        RecentPaymentsRecords.record(
            "RecentPayments",
            RecentPaymentsRecords.field(
                "PAYMENTS",
                Schema.createArray(
                    RecentPaymentsRecords.record(
                        "Payment",
                        RecentPaymentsRecords.field("PAYMENT_ID", RecentPaymentsRecords.STRING)))));
    stack.registry.put(unfit, schema);
    GenericRecord record = new GenericData.Record(schema);
    record.put("PAYMENTS", List.of());
    SinkHealth health = new SinkHealth();
    try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED)) {
      stack.sendVersion(0, "C1", 1);
      stack.send(0, "C1", encode(unfit, record));
      stack.sendVersion(0, "C2", 1);
      stack.awaitWritten(settings, 3);

      assertThat(health.trouble(SinkHealth.Part.RECORDS).orElseThrow().reason())
          .isEqualTo(
              "schema 98: no field 'PAYMENT_TYPE' in a payment, no field 'AMOUNT' in a payment, no field 'CURRENCY' in a payment, no field 'ACCOUNT_NO' in a payment, no field 'ACCOUNT_NAME' in a payment, no field 'BANK_NAME' in a payment, no field 'COUNTERPARTY' in a payment, no field 'REFERENCE_NO' in a payment, no field 'STATUS' in a payment, no field 'TRANSACTED_AT' in a payment; a payment has PAYMENT_ID. Its records become dead letters, and the rows of their customers stay as they were");
      assertThat(sink.ended()).isNotDone();
    }
    assertThat(
            stack.query(
                settings, "SELECT customer_id, record_offset FROM customer_payments ORDER BY 1"))
        .containsExactly("C1 0", "C2 2");
    assertThat(stack.query(settings, "SELECT record_offset FROM sink_dead_letter"))
        .containsExactly("1");
  }

  @Test
  void leavesOutWhatItsProducerAborted() throws Exception {
    Settings settings = stack.begin(1);
    Map<String, Object> transactional =
        Map.of("bootstrap.servers", stack.brokers(), "transactional.id", "aggregates");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(transactional, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(record("C1", 1)).get();
      producer.commitTransaction();
      producer.beginTransaction();
      producer.send(record("C1", 2)).get();
      producer.send(record("C2", 2)).get();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(record("C3", 3)).get();
      producer.commitTransaction();
    }

    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.awaitRows(
          settings,
          "SELECT customer_id, payments -> 0 ->> 'paymentId' FROM customer_payments ORDER BY 1",
          "C1 p1",
          "C3 p3");
      assertThat(sink.ended()).isNotDone();
    }
  }

  @Test
  void beginsWhereTheTopicBegins() throws Exception {
    Settings settings = stack.begin(1);
    for (int version = 0; version < 10; version++) {
      stack.sendVersion(0, "C" + version, version);
    }
    stack
        .admin
        .deleteRecords(Map.of(new TopicPartition(TOPIC, 0), RecordsToDelete.beforeOffset(8)))
        .all()
        .get();

    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.awaitRows(settings, "SELECT customer_id FROM customer_payments ORDER BY 1", "C8", "C9");
      stack.awaitRows(settings, "SELECT next_offset FROM sink_offset", "10");
      assertThat(sink.ended()).isNotDone();
    }
  }

  @Test
  void keepsWhatCustomersAreFoundByAndHowNewItsDataIs() {
    Settings settings = stack.begin(1);
    stack.sendVersion(0, "C1", 1);

    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.awaitRows(
          settings,
          """
          SELECT customer_id, name_words, newest_record = as_of
            FROM customer_payments CROSS JOIN sink_offset
           WHERE name_words @@ tsquery 'lovel:*'
          """,
          "C1 'ada' 'lovelace' t");
      assertThat(sink.ended()).isNotDone();
    }
  }

  @Test
  void tellsToolsInKafkaHowFarItIs() {
    Settings settings = stack.begin(2);
    stack.sendVersion(0, "C0", 1);
    stack.sendVersion(1, "C1", 1);
    stack.sendVersion(1, "C2", 1);

    try (CustomerSink sink = SinkFixture.start(settings)) {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .untilAsserted(
              () ->
                  assertThat(
                          stack
                              .admin
                              .listConsumerGroupOffsets(settings.get(KnownSettings.SINK_GROUP_ID))
                              .partitionsToOffsetAndMetadata()
                              .get()
                              .values())
                      .extracting(OffsetAndMetadata::offset)
                      .containsExactlyInAnyOrder(1L, 2L));
      assertThat(sink.ended()).isNotDone();
    }
  }

  @Test
  void leavesOtherTablesOfTheDatabaseAlone() throws Exception {
    Settings settings = stack.begin(1);
    String schema = settings.get(KnownSettings.DATABASE_SCHEMA);
    stack.execute(
        settings, "CREATE SCHEMA %s; CREATE TABLE %s.theirs (a int)".formatted(schema, schema));

    try (CustomerSink sink = SinkFixture.start(settings)) {
      assertThat(sink.ended()).isNotDone();
    }

    assertThat(
            stack.query(
                settings,
                "SELECT table_name FROM information_schema.tables WHERE table_schema = '%s' ORDER BY 1"
                    .formatted(schema)))
        .containsExactly(
            "customer_payments",
            "recent_payments",
            "sink_dead_letter",
            "sink_offset",
            "sink_schema_history",
            "theirs");
  }

  private static ProducerRecord<byte[], byte[]> record(String customerId, long version) {
    return new ProducerRecord<>(
        TOPIC,
        0,
        customerId.getBytes(StandardCharsets.UTF_8),
        RecentPaymentsRecords.version(SCHEMA_ID, version));
  }

  /** Longer than an entry of a PostgreSQL index may be. */
  private static byte[] longIncompressibleText() {
    Random random = new Random(1);
    byte[] text = new byte[20_000];
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) ('!' + random.nextInt(90));
    }
    return text;
  }

  private static List<ConsumerRecord<String, String>> deadLetters(String topicId, int count) {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", stack.brokers(), "auto.offset.reset", "earliest");
    List<ConsumerRecord<String, String>> letters = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(DEAD_LETTER_TOPIC, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                consumer
                    .poll(Duration.ofMillis(100))
                    .forEach(
                        letter -> {
                          if (letter.key().startsWith(topicId)) {
                            letters.add(letter);
                          }
                        });
                return letters.size() >= count;
              });
    }
    return letters;
  }
}
