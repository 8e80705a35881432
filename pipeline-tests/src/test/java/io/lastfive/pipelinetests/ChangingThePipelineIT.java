// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.cli.verify.ExpectedPayment;
import io.lastfive.customersink.CustomerSink;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.RowStream;
import io.lastfive.pipelinetests.DocumentedSteps.Command;
import io.lastfive.pipelinetests.DocumentedSteps.Step;
import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands of docs/changing-the-pipeline.md in its order, while payments of both channels
 * flow, and checks after each change that every customer has exactly the payments he should. The
 * sinks that the page starts run in this JVM. In the end the engine is restarted: it must come back
 * with what the changes left. What only ksqlDB does, forgetting a terminated query's offsets after
 * 45 s, is played by deleting its group.
 */
class ChangingThePipelineIT {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
  private static final Instant FIRST_OF_DECEMBER = Instant.parse("2026-12-01T00:00:00Z");
  private static final String SINK_RUN = "./lastfive sink run ";

  @TempDir private Path folder;
  private final Map<String, CustomerSink> sinks = new TreeMap<>();
  private Iterator<Step> steps;
  private Pipeline pipeline;
  private ProjectCopy project;
  private PaymentFlow flow;

  @BeforeEach
  void startEverything() throws Exception {
    steps = DocumentedSteps.of(Path.of("..", "docs", "changing-the-pipeline.md")).iterator();
    pipeline = Pipeline.start(folder.resolve("stack"));
    project = new ProjectCopy(folder.resolve("project"), pipeline.settings());
    flow = PaymentFlow.start(pipeline, FIRST_OF_DECEMBER.minus(Duration.ofDays(7)));
  }

  @AfterEach
  void stopEverything() {
    flow.close();
    sinks.values().forEach(CustomerSink::close);
    pipeline.close();
  }

  @Test
  void losesAndRepeatsNothingWhateverIsChanged() throws Exception {
    String bankBefore = pipeline.queries().get("NORMALIZE_BANK");

    runUntil("./lastfive ksql apply");
    await()
        .atMost(LONGEST_WAIT)
        .untilAsserted(
            () ->
                assertThat(categories("CC"))
                    .contains("")
                    .anyMatch(category -> category.matches("\\d{4}")));
    assertThat(categories("BANK_TRF")).containsOnly("");
    assertThat(optionalFields("PAYMENT-OUTPUT-value")).contains("CATEGORY");

    runUntil("./lastfive ksql apply");
    flow.jumpTo(FIRST_OF_DECEMBER.minusSeconds(100));
    flow.awaitMore(200);
    checkDatabase("public", 5, ChangingThePipelineIT::inCapitals);
    assertThat(records("PAYMENT-OUTPUT")).isEqualTo(flow.passed());
    beginAnew("V000007__merchants_in_capitals.sql");
    await()
        .atMost(LONGEST_WAIT)
        .until(() -> records("PAYMENT-OUTPUT") == flow.passed() + flow.passedCards());
    flow.goOn();
    flow.awaitMore(100);
    checkDatabase("public", 5, ChangingThePipelineIT::inCapitals);
    assertThat(pipeline.queries()).containsEntry("NORMALIZE_BANK", bankBefore);

    flow.goOn();
    runUntil("./lastfive customer C-000001 --database.schema=last_ten");
    checkDatabase("last_ten", 10, ChangingThePipelineIT::inCapitals);
    checkDatabase("public", 5, ChangingThePipelineIT::inCapitals);
    flow.goOn();
    pipeline.stopSink();
    runUntil("./lastfive ksql apply");
    flow.awaitMore(100);
    checkDatabase("last_ten", 10, ChangingThePipelineIT::inCapitals);

    flow.goOn();
    runUntil(SINK_RUN);
    checkDatabase("second_generation", 5, payment -> twoOfTheIban(inCapitals(payment)));
    flow.goOn();
    sinks.remove("last_ten").close();
    runUntil("./lastfive ksql apply");
    flow.awaitMore(100);
    checkDatabase("second_generation", 5, payment -> twoOfTheIban(inCapitals(payment)));

    pipeline.stopEngine();
    flow.goOn();
    flow.awaitMore(100);
    pipeline.startEngine();
    checkDatabase("second_generation", 5, payment -> twoOfTheIban(inCapitals(payment)));

    assertThat(steps).isExhausted();
    assertThat(pipeline.queries().keySet())
        .filteredOn(query -> !query.startsWith("CTAS_MIGRATION_SCHEMA_VERSIONS_"))
        .hasSize(3)
        .contains("NORMALIZE_CC_2", "NORMALIZE_BANK_2")
        .anyMatch(query -> query.startsWith("CTAS_PAYMENT_TRX_AGGR_2_"));
  }

  /** Runs the page's commands from where it stands up to the next that begins like this. */
  private void runUntil(String lastCommand) {
    Command command;
    do {
      command = (Command) steps.next();
      if (command.text().startsWith(SINK_RUN)) {
        startSink(command.text().substring(SINK_RUN.length()));
      } else {
        project.run(command);
      }
    } while (!command.text().startsWith(lastCommand));
  }

  private void startSink(String flags) {
    Settings settings = pipeline.settings();
    for (String flag : flags.split(" ")) {
      int equals = flag.indexOf('=');
      settings = settings.with(flag.substring("--".length(), equals), flag.substring(equals + 1));
    }
    sinks.put(settings.get(KnownSettings.DATABASE_SCHEMA), Pipeline.startSink(settings));
  }

  /** Stops the flow and waits until its payments are in the database, none lost, none twice. */
  private void checkDatabase(String schema, int last, UnaryOperator<ExpectedPayment> changed) {
    flow.stop();
    Map<String, List<ExpectedPayment>> expected = flow.expected(last, changed);
    await()
        .atMost(LONGEST_WAIT)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(pipeline.mismatches(expected, schema)).isEmpty());
  }

  private static ExpectedPayment inCapitals(ExpectedPayment payment) {
    boolean changed =
        payment.paymentType().equals("CC") && !payment.transactedAt().isBefore(FIRST_OF_DECEMBER);
    return changed
        ? with(
            payment,
            payment.accountNo(),
            payment.counterparty().map(name -> name.toUpperCase(Locale.ROOT)))
        : payment;
  }

  private static ExpectedPayment twoOfTheIban(ExpectedPayment payment) {
    return payment.paymentType().equals("BANK_TRF")
        ? with(
            payment,
            payment
                .accountNo()
                .map(iban -> "*".repeat(iban.length() - 2) + iban.substring(iban.length() - 2)),
            payment.counterparty())
        : payment;
  }

  private static ExpectedPayment with(
      ExpectedPayment payment, Optional<String> accountNo, Optional<String> counterparty) {
    return new ExpectedPayment(
        payment.paymentId(),
        payment.paymentType(),
        payment.amount(),
        payment.currency(),
        accountNo,
        payment.accountName(),
        payment.bankName(),
        counterparty,
        payment.referenceNo(),
        payment.status(),
        payment.transactedAt());
  }

  /** What the query of card payments does once ksqlDB has forgotten its offsets. */
  private void beginAnew(String script) throws Exception {
    KsqlClient ksql = new KsqlClient(pipeline.settings());
    String terminate = "TERMINATE NORMALIZE_CC;";
    String group = "_confluent-ksql-" + ksql.serviceId() + "query_NORMALIZE_CC";
    ksql.execute(terminate, Map.of(), Map.of());
    try (Admin admin = Admin.create(new HashMap<>(pipeline.settings().kafkaProperties()))) {
      admin.deleteConsumerGroups(List.of(group)).all().get();
    }
    String text = Files.readString(project.folder().resolve("ksql/migrations").resolve(script));
    assertThat(text).contains(terminate);
    ksql.execute(text.replace(terminate, ""), Map.of(), Map.of());
  }

  /** The fields of a subject's newest schema that earlier records need not have. */
  private List<String> optionalFields(String subject) {
    return new SchemaRegistryClient(pipeline.settings().schemaRegistryProperties())
        .latest(subject).orElseThrow().schema().getFields().stream()
            .filter(field -> field.schema().isNullable() && field.hasDefaultValue())
            .map(Schema.Field::name)
            .toList();
  }

  private long records(String topic) throws Exception {
    try (Admin admin = Admin.create(new HashMap<>(pipeline.settings().kafkaProperties()))) {
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get()
          .get(topic)
          .partitions()
          .forEach(
              partition ->
                  ends.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
      return admin.listOffsets(ends).all().get().values().stream()
          .mapToLong(ListOffsetsResultInfo::offset)
          .sum();
    }
  }

  /** The new column of the payments of a type; empty where it is null. */
  private List<String> categories(String paymentType) {
    try (RowStream rows =
        new KsqlClient(pipeline.settings())
            .query(
                "SELECT category FROM payment_output WHERE payment_type = '%s';"
                    .formatted(paymentType),
                Map.of("auto.offset.reset", "earliest"))) {
      List<String> categories = new ArrayList<>();
      for (Optional<List<JsonNode>> row = rows.next(); row.isPresent(); row = rows.next()) {
        categories.add(row.get().get(0).asText(""));
      }
      return categories;
    }
  }
}
