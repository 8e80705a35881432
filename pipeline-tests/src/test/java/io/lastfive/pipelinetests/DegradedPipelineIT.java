// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.lastfive.cli.send.PipelineFollower;
import io.lastfive.cli.status.StatusCommand;
import io.lastfive.cli.verify.VerifyCommand;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.localstack.EmbeddedKafka;
import io.lastfive.localstack.EmbeddedRegistry;
import io.lastfive.producers.cli.SendCommand;
import io.lastfive.producers.simulate.Simulation;
import io.lastfive.producers.simulate.SimulationPlan;
import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.schemas.PaymentEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the commands that look at the pipeline say of one in which something is wrong. A test puts
 * right what it broke; what cannot be put right is broken last.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DegradedPipelineIT {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final int LAST = Integer.MAX_VALUE;

  @TempDir private static Path folder;
  private static Pipeline pipeline;
  private static CommandLineRun lastfive;

  @BeforeAll
  static void startEverything() {
    pipeline = Pipeline.start(folder);
    lastfive = new CommandLineRun(pipeline.settings());
    pipeline.send(new Simulation(SimulationPlan.ofSeed(4), 500), payment -> {});
  }

  @AfterAll
  static void stopEverything() {
    pipeline.close();
  }

  @Test
  void verifySaysAfterItsDeadlineWhoIsBehind() throws Exception {
    assertThat(lastfive.run(new VerifyCommand()).exitCode()).isZero();
    String uetr = "6fa459ea-ee8a-4ca4-894e-db77e160355e";
    ksql("PAUSE NORMALIZE_BANK;");
    assertThat(transfer("behind-1", "--uetr=" + uetr).exitCode()).isZero();

    CommandLineRun.Result result = lastfive.run(new VerifyCommand(), "--wait=1s");
    JsonNode json = lastfive.run(new VerifyCommand(), "--wait=0s", "--topic-only", "--json").json();
    ksql("RESUME NORMALIZE_BANK;");

    assertThat(result.err())
        .isEqualTo(
            "warning: The pipeline has not caught up (query NORMALIZE_BANK is 1 record behind): a difference may be no more than"
                + " that. Look at 'lastfive status', or give it longer with --wait.\n");
    assertThat(rows(result.out()))
        .contains(
            "✗ PAYMENT-TRX-AGGR differs for 1 customer.",
            "✗ PostgreSQL differs for 1 customer.",
            "behind-1 | PAYMENT-TRX-AGGR | - | customer | 1 payment | nothing",
            "behind-1 | PostgreSQL | - | customer | 1 payment | nothing");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(json.path("sound").booleanValue()).isFalse();
    assertThat(json.path("checked")).hasSize(1);
    assertThat(json.path("notes").get(0).asText()).startsWith("The pipeline has not caught up");
    assertThat(lastfive.run(new VerifyCommand()).exitCode()).isZero();
  }

  @Test
  void verifySaysThatTheSinkIsBehind() {
    assertThat(lastfive.run(new VerifyCommand()).exitCode()).isZero();
    pipeline.stopSink();
    assertThat(transfer("behind-2").exitCode()).isZero();

    CommandLineRun.Result result = lastfive.run(new VerifyCommand(), "--wait=3s");
    pipeline.startSink();

    assertThat(rows(result.out()))
        .contains("✓ PAYMENT-TRX-AGGR is as calculated.", "✗ PostgreSQL differs for 1 customer.");
    assertThat(result.err())
        .startsWith(
            "warning: The pipeline has not caught up (the customer sink is 1 record behind):");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  @Timeout(120)
  void verifyDoesNotWaitForATransactionThatIsOpen() {
    Map<String, Object> transactional = new HashMap<>(pipeline.settings().kafkaProperties());
    transactional.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "left-open");
    transactional.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, "900000");
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(transactional, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("BANK-TRANSFER-PAYMENT", new byte[] {1}, new byte[] {1}));
      producer.flush();

      CommandLineRun.Result result = lastfive.run(new VerifyCommand());
      producer.abortTransaction();

      assertThat(result.out()).doesNotContain("unreadable");
      assertThat(result.exitCode()).isZero();
    }
  }

  @Test
  void sendNamesTheStageThatDoesNotAnswer() throws Exception {
    ksql("PAUSE NORMALIZE_BANK;");
    CommandLineRun.Result first = transfer("stage-1", "--follow", "--wait=1s");
    ksql("RESUME NORMALIZE_BANK;");
    String aggregating =
        pipeline.queries().keySet().stream()
            .filter(id -> id.startsWith("CTAS_PAYMENT_TRX_AGGR"))
            .findFirst()
            .orElseThrow();
    ksql("PAUSE " + aggregating + ";");
    CommandLineRun.Result second = transfer("stage-2", "--follow", "--wait=5s");
    ksql("RESUME " + aggregating + ";");

    assertThat(first.out()).doesNotContain("normalized");
    assertThat(first.err())
        .isEqualTo(
            "error: It did not reach PAYMENT-OUTPUT within 1000 ms."
                + " 'lastfive status' shows whether its query runs and how far it is behind.\n");
    assertThat(first.exitCode()).isEqualTo(1);
    assertThat(second.out()).contains("  normalized at +").doesNotContain("aggregated");
    assertThat(second.err())
        .isEqualTo(
            "error: It did not reach PAYMENT-TRX-AGGR within 5000 ms."
                + " 'lastfive status' shows whether its query runs and how far it is behind.\n");
    assertThat(second.exitCode()).isEqualTo(1);
  }

  @Test
  void sendSaysThatTheDatabaseIsAway() {
    CommandLineRun.Result result =
        transfer("stage-3", "--follow", "--database.url=jdbc:postgresql://localhost:1/none");

    assertThat(result.out()).contains("  aggregated at +");
    assertThat(result.err())
        .startsWith("error: PostgreSQL at jdbc:postgresql://localhost:1/none does not answer: ")
        .endsWith("or set database.url to where it runs.\n");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void statusNamesAQueryThatFailedOnOneOfTheServers() throws Exception {
    HttpServer ksqlDb =
        ksqlDb(
            query("NORMALIZE_CC", "RUNNING", "{\"RUNNING\":1,\"ERROR\":1}")
                + ","
                + query("NORMALIZE_BANK", "PAUSED", "{\"PAUSED\":2}")
                + ","
                + query("OTHER", "RUNNING", "{\"RUNNING\":2}"));

    CommandLineRun.Result result = lastfive.run(new StatusCommand(), ksqlDbAt(ksqlDb));
    ksqlDb.stop(0);

    assertThat(rows(result.out()))
        .contains(
            "NORMALIZE_CC | ERROR | 0 | PAYMENT-OUTPUT",
            "OTHER | RUNNING | - | PAYMENT-OUTPUT",
            "Degraded: ",
            "query NORMALIZE_CC is ERROR",
            "query NORMALIZE_BANK is PAUSED");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void statusSaysThatThereAreNoQueries() throws Exception {
    HttpServer ksqlDb = ksqlDb("");

    CommandLineRun.Result result = lastfive.run(new StatusCommand(), ksqlDbAt(ksqlDb), "--json");
    ksqlDb.stop(0);

    assertThat(texts(result.json().path("problems")))
        .contains(address(ksqlDb) + " has no persistent queries: lastfive ksql apply");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void statusSaysThatNoSinkHasEverWritten() {
    CommandLineRun.Result result =
        lastfive.run(new StatusCommand(), "--database.schema=elsewhere", "--sink.group.id=nobody");

    assertThat(result.out())
        .contains(
            "schema 'elsewhere' of ",
            " has no table 'customer_payments': no sink has written there yet."
                + " Start one with 'lastfive sink run', or set database.url and database.schema to where it writes.\n");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void statusSaysThatTheTopicsAreMissingAndTheSchemasNotRegistered() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        EmbeddedRegistry registry = EmbeddedRegistry.start(kafka)) {
      String[] addresses = {
        "--kafka.bootstrap.servers=" + kafka.bootstrapServers(),
        "--schema.registry.url=" + registry.url()
      };

      CommandLineRun.Result empty = lastfive.run(new StatusCommand(), addresses);
      registerAnotherSchema(registry);
      CommandLineRun.Result other = lastfive.run(new StatusCommand(), addresses);

      assertThat(rows(empty.out()))
          .contains(
              "CC-PAYMENT | missing | 0 | 0 | 0 B",
              "topic CC-PAYMENT is not there: lastfive topics create",
              "CC-PAYMENT-value | BACKWARD | - | not registered",
              "CC-PAYMENT-value has no schema: lastfive schemas register",
              "PAYMENT-OUTPUT-value has no schema: lastfive ksql apply");
      assertThat(empty.exitCode()).isEqualTo(1);
      assertThat(rows(other.out()))
          .contains("CC-PAYMENT-value | BACKWARD | 1 | incompatible")
          .anyMatch(line -> line.startsWith("our schema of CC-PAYMENT-value is incompatible: "));
      assertThat(other.exitCode()).isEqualTo(1);
    }
  }

  @Test
  @Order(LAST - 1)
  void statusCountsDeadLetters() throws Exception {
    String customer = "nobody";
    pipeline.write("PAYMENT-TRX-AGGR", customer, "not Avro".getBytes(StandardCharsets.UTF_8));
    await()
        .atMost(LONGEST_WAIT)
        .until(() -> pipeline.sql("SELECT count(*) FROM sink_dead_letter") == 1);

    CommandLineRun.Result result = lastfive.run(new StatusCommand());
    JsonNode json = lastfive.run(new StatusCommand(), "--json").json();
    pipeline.write("PAYMENT-TRX-AGGR", customer, null);

    assertThat(result.out())
        .containsPattern(
            "topic PAYMENT-TRX-AGGR-DLQ +1 +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\n")
        .containsPattern("table sink_dead_letter +1 +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\n")
        .endsWith(
            """
              topic PAYMENT-TRX-AGGR-DLQ has dead letters of the last hour
              table sink_dead_letter has dead letters of the last hour
            """);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(json.path("healthy").booleanValue()).isFalse();
    assertThat(json.path("deadLetters").path("lines").get(0).path("count").longValue()).isOne();
    assertThat(json.path("deadLetters").path("lines").get(0).path("newest").asText())
        .matches("\\d{4}-.*Z");
  }

  @Test
  @Order(LAST)
  void verifySaysWhatItCouldNotCompareWhereOldRecordsAreDeleted() throws Exception {
    assertThat(lastfive.run(new VerifyCommand()).exitCode()).isZero();
    deleteHalf("CC-PAYMENT");

    CommandLineRun.Result sound = lastfive.run(new VerifyCommand());
    assertThat(transfer("C-000001", "--follow").exitCode()).isZero();
    pipeline.sql(
        "UPDATE customer_payments SET payments = jsonb_set(payments, '{0,amount}', '\"0.0001\"')"
            + " WHERE customer_id = 'C-000001'");
    CommandLineRun.Result changed = lastfive.run(new VerifyCommand());

    assertThat(sound.err().lines().toList())
        .hasSize(2)
        .element(0)
        .isEqualTo(
            "warning: The oldest records of CC-PAYMENT are deleted: payments that only they told of are neither missed nor, where"
                + " found, compared.");
    assertThat(sound.err())
        .containsPattern(
            "warning: [\\d,]+ payments found were not compared: they are of deleted records or of other channels than"
                + " CC-PAYMENT and BANK-TRANSFER-PAYMENT\\.\n");
    assertThat(sound.exitCode()).isZero();
    assertThat(rows(changed.out()))
        .contains("C-000001 | PostgreSQL | 1 | amount | 1.5000 | 0.0001");
    assertThat(changed.exitCode()).isEqualTo(1);
  }

  /** Every partition loses the first half of its records, as by retention. */
  private static void deleteHalf(String topic) throws Exception {
    try (Admin admin = Admin.create(new HashMap<>(pipeline.settings().kafkaProperties()))) {
      Map<TopicPartition, RecordsToDelete> half = new HashMap<>();
      for (int partition = 0; partition < 6; partition++) {
        TopicPartition part = new TopicPartition(topic, partition);
        long end =
            admin
                .listOffsets(Map.of(part, OffsetSpec.latest()))
                .partitionResult(part)
                .get()
                .offset();
        half.put(part, RecordsToDelete.beforeOffset(end / 2));
      }
      admin.deleteRecords(half).all().get();
    }
  }

  private static void registerAnotherSchema(EmbeddedRegistry registry) {
    SchemaRegistryClient.at(registry.url())
        .register(
            PaymentEvent.CREDIT_CARD.subject(),
            SchemaBuilder.record("CreditCardPayment")
                .namespace("io.lastfive.schemas")
                .fields()
                .requiredInt("payment_id")
                .endRecord());
  }

  /** A ksqlDB that knows only what queries there are. */
  private static HttpServer ksqlDb(String queries) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer(
        server,
        "/info",
        "{\"KsqlServerInfo\":{\"version\":\"8.3.1\",\"kafkaClusterId\":\"k\",\"ksqlServiceId\":\"default_\"}}");
    answer(server, "/ksql", "[{\"@type\":\"queries\",\"queries\":[" + queries + "]}]");
    server.start();
    return server;
  }

  private static void answer(HttpServer server, String path, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        path,
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private static String query(String id, String state, String statusCount) {
    return "{\"id\":\"%s\",\"queryType\":\"PERSISTENT\",\"state\":\"%s\",\"statusCount\":%s,\"sinkKafkaTopics\":[\"PAYMENT-OUTPUT\"]}"
        .formatted(id, state, statusCount);
  }

  private static String address(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static String ksqlDbAt(HttpServer server) {
    return "--ksqldb.url=" + address(server);
  }

  private static void ksql(String statement) {
    new KsqlClient(pipeline.settings()).execute(statement, Map.of(), Map.of());
  }

  private static CommandLineRun.Result transfer(String customer, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "bank",
                "--customer-id=" + customer,
                "--debtor-iban=DE89370400440532013000",
                "--amount=1.50"));
    arguments.addAll(List.of(more));
    return lastfive.runSubcommand(
        new SendCommand(new PipelineFollower()), arguments.toArray(String[]::new));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** The lines with a bar between columns; of the verdict's line its time is left out. */
  private static List<String> rows(String out) {
    return out.lines()
        .flatMap(line -> Stream.of(line.strip().replaceAll(" {2,}", " | ")))
        .map(line -> line.replaceAll("^Degraded: .*", "Degraded: "))
        .toList();
  }
}
