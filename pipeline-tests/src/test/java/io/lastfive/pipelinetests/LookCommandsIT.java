// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.cli.send.PipelineFollower;
import io.lastfive.cli.status.StatusCommand;
import io.lastfive.cli.verify.VerifyCommand;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.cli.WatchCommand;
import io.lastfive.producers.cli.SendCommand;
import io.lastfive.producers.simulate.SimulatedPayment;
import io.lastfive.producers.simulate.Simulation;
import io.lastfive.producers.simulate.SimulationPlan;
import io.lastfive.schemas.PaymentEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands that look at the pipeline, on one whole pipeline that all tests share: each uses
 * customers of its own.
 */
class LookCommandsIT {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  @TempDir private static Path folder;
  private static Pipeline pipeline;
  private static CommandLineRun lastfive;

  @BeforeAll
  static void startEverything() throws Exception {
    pipeline = Pipeline.start(folder);
    lastfive = new CommandLineRun(pipeline.settings());
    pipeline.send(payments(1_000), payment -> {});
    pipeline.write("CC-PAYMENT", "C-000001", "not Avro".getBytes(StandardCharsets.UTF_8));
  }

  @AfterAll
  static void stopEverything() {
    pipeline.close();
  }

  @Test
  void verifiesAPipelineAtWorkAndCountsWhatIsLeftOut() {
    CommandLineRun.Result result = lastfive.run(new VerifyCommand());

    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains(
            "left out: unreadable (first at CC-PAYMENT-",
            "left out: status DECLINED (first at CC-PAYMENT-",
            "PAYMENT-TRX-AGGR is as calculated.\n",
            "PostgreSQL is as calculated.\n");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void verifyShowsEachDifference() throws Exception {
    String customer = "C-000002";
    assertThat(lastfive.run(new VerifyCommand()).exitCode()).isZero();
    pipeline.sql(
        "UPDATE customer_payments SET payments = jsonb_set(payments, '{1,amount}', '\"0.0001\"')"
            + " WHERE customer_id = '"
            + customer
            + "'");

    CommandLineRun.Result result = lastfive.run(new VerifyCommand(), "--json", "--wait", "0s");

    JsonNode json = result.json();
    assertThat(json.path("sound").booleanValue()).isFalse();
    assertThat(json.path("differenceCount").intValue()).isEqualTo(1);
    JsonNode difference = json.path("differences").get(0);
    assertThat(difference.path("place").asText()).isEqualTo("PostgreSQL");
    assertThat(difference.path("customerId").asText()).isEqualTo(customer);
    assertThat(difference.path("position").intValue()).isEqualTo(2);
    assertThat(difference.path("field").asText()).isEqualTo("amount");
    assertThat(difference.path("found").asText()).isEqualTo("0.0001");
    assertThat(result.exitCode()).isEqualTo(1);
    heal(customer);
  }

  @Test
  void verifyFindsACustomerWhoWasDeletedFromTheTable() throws Exception {
    String customer = "C-000003";
    assertThat(lastfive.run(new VerifyCommand()).exitCode()).isZero();
    pipeline.write("PAYMENT-TRX-AGGR", customer, null);
    await()
        .atMost(LONGEST_WAIT)
        .until(
            () ->
                pipeline.sql(
                        "SELECT count(*) FROM customer_payments WHERE customer_id = '"
                            + customer
                            + "'")
                    == 0);

    CommandLineRun.Result result = lastfive.run(new VerifyCommand(), "--wait=0s");

    assertThat(result.out().lines().map(line -> line.replaceAll(" {2,}", " | ")))
        .contains(
            "C-000003 | PAYMENT-TRX-AGGR | - | customer | 5 payments | nothing",
            "C-000003 | PostgreSQL | - | customer | 5 payments | nothing");
    assertThat(result.exitCode()).isEqualTo(1);
    heal(customer);
  }

  @Test
  void verifyRefusesAWaitThatIsNone() {
    CommandLineRun.Result result = lastfive.run(new VerifyCommand(), "--wait", "soon");

    assertThat(result.err())
        .isEqualTo(
            """
            error: Invalid value for option '--wait': 'soon' is not a duration (a whole number and ms, s, m, h or d, such as 30s or 365d; at most 100000d)
            Try 'verify --help'.
            """);
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void verifySaysThatKafkaIsAway() {
    CommandLineRun.Result result =
        lastfive.run(new VerifyCommand(), "--kafka.bootstrap.servers=localhost:1");

    assertThat(result.err())
        .isEqualTo(
            "error: Kafka at localhost:1 does not answer: no answer within 5 s."
                + " Start the stack with 'make up', or set kafka.bootstrap.servers to where it runs.\n");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void verifySaysThatTheRegistryIsAway() {
    CommandLineRun.Result result =
        lastfive.run(new VerifyCommand(), "--schema.registry.url=http://localhost:1");

    assertThat(result.err())
        .isEqualTo(
            "error: Schema Registry at http://localhost:1 does not answer: connection refused."
                + " Start the stack with 'make up', or set schema.registry.url to where it runs.\n");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void statusShowsAHealthyPipeline() throws Exception {
    assertThat(lastfive.run(new VerifyCommand()).exitCode()).isZero();

    CommandLineRun.Result result = lastfive.run(new StatusCommand());

    assertThat(result.out().lines().map(line -> line.replaceAll(" {2,}", " | ")))
        .contains(
            "PAYMENT-TRX-AGGR-DLQ | 6 | 0 | 0 | 0 B",
            "NORMALIZE_CC | RUNNING | 0 | PAYMENT-OUTPUT",
            "customer-sink | 1 | 0 | 0.0",
            "table sink_dead_letter | 0 | -",
            "CC-PAYMENT-value | BACKWARD | 1 | registered as version 1",
            "PAYMENT-TRX-AGGR-value | BACKWARD | 1 | the scripts'")
        .anyMatch(line -> line.startsWith("Healthy. "));
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void statusCountsWhatIsBehindAndExitsOne() throws Exception {
    KsqlClient ksql = new KsqlClient(pipeline.settings());
    ksql.execute("PAUSE NORMALIZE_BANK;", Map.of(), Map.of());
    pipeline.stopSink();
    pipeline.send(payments(200), payment -> {});
    await()
        .atMost(LONGEST_WAIT)
        .untilAsserted(
            () -> {
              JsonNode json = lastfive.run(new StatusCommand(), "--json", "--max-lag=0").json();
              assertThat(texts(json.path("problems")))
                  .contains(
                      "query NORMALIZE_BANK is PAUSED", "no customer sink runs: lastfive sink run");
              JsonNode sink = json.path("sink").path("lines").get(0);
              assertThat(sink.path("lag").longValue()).isPositive();
              assertThat(sink.path("lagSeconds").doubleValue()).isPositive();
              assertThat(line(json, "queries", "id", "NORMALIZE_BANK").path("lag").longValue())
                  .isPositive();
              assertThat(line(json, "queries", "id", "NORMALIZE_CC").path("lag").longValue())
                  .isZero();
            });
    ksql.execute("RESUME NORMALIZE_BANK;", Map.of(), Map.of());
    pipeline.startSink();
  }

  @Test
  void statusSaysInItsLineWhatIsAwayAndGoesOn() {
    CommandLineRun.Result result =
        lastfive.run(
            new StatusCommand(),
            "--ksqldb.url=http://localhost:1",
            "--schema.registry.url=http://localhost:1",
            "--database.url=jdbc:postgresql://localhost:1/none");

    assertThat(result.out())
        .contains(
            "ksqlDB at http://localhost:1 does not answer: connection refused.",
            "Schema Registry at http://localhost:1 does not answer: connection refused.",
            "PostgreSQL at jdbc:postgresql://localhost:1/none does not answer:")
        .containsPattern("CC-PAYMENT +6 +\\d")
        .containsPattern("topic PAYMENT-TRX-AGGR-DLQ +0");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void watchShowsWhatIsThereWithEveryDigit() throws Exception {
    CommandLineRun.Result result =
        lastfive.run(new WatchCommand(), "aggr", "--from-beginning", "--limit=1", "--json");

    assertThat(result.out())
        .containsPattern("\"AMOUNT\":\\d+\\.\\d{4},")
        .containsPattern(
            "\"TRANSACTED_AT\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\"");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void watchRefusesWhatIsNotThere() {
    CommandLineRun.Result result = lastfive.run(new WatchCommand(), "cheques");

    assertThat(result.err())
        .isEqualTo(
            "error: There is nothing called 'cheques' to watch. Give payments, aggr, cc, bank, or a SELECT.\n");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void sendFollowsAPaymentIntoTheDatabase() throws Exception {
    CommandLineRun.Result result = send("send-1", "--follow", "--json");

    JsonNode json = result.json();
    assertThat(texts(json.path("steps"), "stage"))
        .containsExactly("normalized", "aggregated", "in the customer's database");
    assertThat(json.path("problem").isNull()).isTrue();
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void sendSaysThatADeclinedPaymentIsNotFollowed() {
    CommandLineRun.Result result = send("send-2", "--follow", "--status=DECLINED");

    assertThat(result.out())
        .endsWith(
            "  A payment with status DECLINED does not pass the scripts, so that there is nothing to follow:"
                + " CAPTURED and REFUNDED do.\n");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void sendSaysThatAPaymentIsTooOldForTheLastFive() {
    for (int i = 0; i < 5; i++) {
      assertThat(send("send-3", "--follow").exitCode()).isZero();
    }

    CommandLineRun.Result result =
        send("send-3", "--follow", "--transacted-at=2020-01-01T00:00:00Z");

    assertThat(result.err())
        .isEqualTo(
            "error: It is normalized and not among customer send-3's last five: five newer payments are.\n");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void sendSaysThatNoSinkCarriesThePayment() {
    pipeline.stopSink();
    CommandLineRun.Result result = send("send-4", "--follow", "--wait=5s");
    pipeline.startSink();

    assertThat(result.out()).contains("  aggregated at +");
    assertThat(result.err())
        .isEqualTo(
            "error: It did not reach the customer's database within 5000 ms. Does a sink run?"
                + " 'lastfive status' shows it, 'lastfive sink run' starts one.\n");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  private static CommandLineRun.Result send(String customer, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "cc",
                "--customer-id=" + customer,
                "--card-number=4111111111111111",
                "--amount=1.50",
                "--card.token.key=" + "0f".repeat(32)));
    arguments.addAll(List.of(more));
    return lastfive.runSubcommand(
        new SendCommand(new PipelineFollower()), arguments.toArray(String[]::new));
  }

  private static List<String> texts(JsonNode array, String field) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.path(field).asText()));
    return texts;
  }

  private static JsonNode line(JsonNode report, String part, String field, String value) {
    for (JsonNode line : report.path(part).path("lines")) {
      if (line.path(field).asText().equals(value)) {
        return line;
      }
    }
    throw new AssertionError("no line " + value + " in " + report.path(part));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static Simulation payments(long count) {
    return new Simulation(
        new SimulationPlan(
            EnumSet.allOf(PaymentEvent.class),
            50,
            1,
            Optional.of(SimulationPlan.DEFAULT_START),
            0.05,
            0.05,
            0.05,
            0.02),
        count);
  }

  /** Has the pipeline write the customer's row anew, by sending the customer's payments again. */
  private static void heal(String customer) {
    List<SimulatedPayment> again = new ArrayList<>();
    payments(1_000).forEachRemaining(payment -> again.add(payment));
    again.removeIf(payment -> !payment.customerId().equals(customer));
    pipeline.send(again.iterator(), payment -> {});
  }
}
