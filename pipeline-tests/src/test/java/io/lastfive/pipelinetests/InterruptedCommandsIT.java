// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.cli.pipeline.KafkaReads;
import io.lastfive.cli.verify.VerifyCommand;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.producers.cli.SendCommand;
import io.lastfive.producers.simulate.Simulation;
import io.lastfive.producers.simulate.SimulationPlan;
import io.lastfive.settings.KnownSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands in processes of their own that are interrupted as Ctrl-C does: each ends what it began,
 * says how it stands, and leaves with the exit code it would have left with.
 */
class InterruptedCommandsIT {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  @TempDir private static Path folder;
  private static Pipeline pipeline;

  @BeforeAll
  static void startEverything() {
    pipeline = Pipeline.start(folder);
    pipeline.send(new Simulation(SimulationPlan.ofSeed(5), 200), payment -> {});
    assertThat(new CommandLineRun(pipeline.settings()).run(new VerifyCommand()).exitCode())
        .isZero();
  }

  @AfterAll
  static void stopEverything() {
    pipeline.close();
  }

  @Test
  void simulateFlushesAndSumsUp() throws Exception {
    long before = records("CC-PAYMENT");
    try (LastfiveProcess simulate =
        LastfiveProcess.start(
            pipeline, folder, "simulate", "--rate=200", "--channel=cc", "--json")) {
      await().atMost(LONGEST_WAIT).until(() -> records("CC-PAYMENT") > before + 20);

      int exitCode = simulate.interrupt();

      JsonNode json = new ObjectMapper().readTree(simulate.out());
      assertThat(json.path("acknowledged").longValue()).isEqualTo(records("CC-PAYMENT") - before);
      assertThat(json.path("payments").longValue()).isEqualTo(records("CC-PAYMENT") - before);
      assertThat(json.path("failed").longValue()).isZero();
      assertThat(simulate.err()).isEmpty();
      assertThat(exitCode).isZero();
    }
  }

  @Test
  void watchShowsDeletedRowsAsksAgainAndEndsItsQuery() throws Exception {
    try (LastfiveProcess rows = LastfiveProcess.start(pipeline, folder, "watch", "aggr");
        LastfiveProcess objects =
            LastfiveProcess.start(pipeline, folder, "watch", "aggr", "--json")) {
      await().atMost(LONGEST_WAIT).until(() -> pushQueries().size() == 2);
      await().atMost(LONGEST_WAIT).until(() -> isShownAfterSending("W-1", rows, objects));
      pipeline.write("PAYMENT-TRX-AGGR", "W-1", null);
      objects.awaitOut("{\"CUSTOMER_ID\":\"W-1\",\"PAYMENTS\":null,\"tombstone\":true}\n");
      rows.awaitOut("\nW-1  (deleted)\n");
      pipeline.restartEngine();
      objects.awaitErr("What passed meanwhile is not shown.");
      rows.awaitErr("What passed meanwhile is not shown.");
      await().atMost(LONGEST_WAIT).until(() -> isShownAfterSending("W-2", rows, objects));

      List<Integer> exitCodes = List.of(rows.interrupt(), objects.interrupt());

      String address = pipeline.settings().get(KnownSettings.KSQLDB_URL).toString();
      assertThat(objects.out())
          .containsPattern("\"AMOUNT\":1\\.5000,")
          .containsPattern(
              "\"TRANSACTED_AT\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\"");
      assertThat(objects.err().lines())
          .first()
          .asString()
          .startsWith(address + " ")
          .endsWith("; asking again in 0.5 s.");
      assertThat(objects.err() + rows.err()).doesNotContain("Exception");
      assertThat(exitCodes).containsOnly(0);
      await().atMost(LONGEST_WAIT).until(() -> pushQueries().isEmpty());
    }
  }

  @Test
  void statusStopsLookingWithTheExitCodeOfItsLastLook() throws Exception {
    try (LastfiveProcess status =
        LastfiveProcess.start(pipeline, folder, "status", "--watch", "--interval=10ms", "--json")) {
      await().atMost(LONGEST_WAIT).until(() -> status.out().lines().count() > 2);

      int exitCode = status.interrupt();

      List<String> looks = status.out().lines().toList();
      JsonNode last = new ObjectMapper().readTree(looks.get(looks.size() - 1));
      assertThat(exitCode).isEqualTo(last.path("healthy").booleanValue() ? 0 : 1);
      assertThat(status.err()).isEmpty();
    }
  }

  @Test
  void sendAndVerifyTellHowFarThePipelineIs() throws Exception {
    ksql("PAUSE NORMALIZE_BANK;");
    try (LastfiveProcess send =
        LastfiveProcess.start(
            pipeline,
            folder,
            "send",
            "bank",
            "--customer-id=S-1",
            "--debtor-iban=DE89370400440532013000",
            "--amount=1.50",
            "--follow",
            "--wait=1h")) {
      send.awaitOut("Payment ");
      try (LastfiveProcess verify =
          LastfiveProcess.startOnTerminal(pipeline, folder, "verify", "--wait=1h")) {
        verify.awaitErr("differ yet; query NORMALIZE_BANK is ");

        int sendExitCode = send.interrupt();
        int verifyExitCode = verify.interrupt();

        assertThat(send.err())
            .isEqualTo(
                "error: Stopped before it reached PAYMENT-OUTPUT; the payment is sent all the same.\n");
        assertThat(sendExitCode).isEqualTo(1);
        assertThat(verify.out())
            .containsPattern("S-1 +PAYMENT-TRX-AGGR +- +customer +1 payment +nothing");
        assertThat(verify.err())
            .contains("The pipeline has not caught up (query NORMALIZE_BANK is ")
            .doesNotContain("Exception");
        assertThat(verifyExitCode).isEqualTo(1);
      }
    }
    ksql("RESUME NORMALIZE_BANK;");
  }

  @Test
  void simulateShowsHowItStandsToWhoWatches() throws Exception {
    try (LastfiveProcess simulate =
        LastfiveProcess.startOnTerminal(
            pipeline, folder, "simulate", "--rate=200", "--channel=bank", "--customers=5")) {
      simulate.awaitErr("/s  errors 0  latency p50 ");

      int exitCode = simulate.interrupt();

      assertThat(simulate.err().split("\r"))
          .allMatch(line -> line.replace("\u001b[K", "").length() < 60);
      assertThat(simulate.err()).endsWith("\r\u001b[K");
      assertThat(simulate.out())
          .containsPattern(
              "\\d+ payments sent \\(0 late\\), 0 of them twice: \\d+ records acknowledged, 0 failed\n")
          .containsPattern("latency p50 [0-9.]+ ms, p95 [0-9.]+ ms, p99 [0-9.]+ ms, p99.9 ");
      assertThat(exitCode).isZero();
    }
  }

  /** A push query begins where its topics end when it is ready, which nobody hears of. */
  private static boolean isShownAfterSending(
      String customer, LastfiveProcess rows, LastfiveProcess objects) {
    CommandLineRun.Result sent =
        new CommandLineRun(pipeline.settings())
            .runSubcommand(
                new SendCommand(),
                "bank",
                "--customer-id=" + customer,
                "--debtor-iban=DE89370400440532013000",
                "--amount=1.50");
    assertThat(sent.err()).isEmpty();
    return rows.out().contains("\n" + customer + "\n")
        && objects.out().contains("\"CUSTOMER_ID\":\"" + customer + "\",\"PAYMENTS\":[{");
  }

  private static long records(String topic) {
    try (KafkaReads kafka = new KafkaReads(pipeline.settings())) {
      return kafka.ends(kafka.partitionsOfAll(List.of(topic))).values().stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  /** By their threads: the engine runs in this process. */
  private static List<String> pushQueries() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.contains("transient_") && name.matches(".*-StreamThread-\\d+"))
        .toList();
  }

  private static void ksql(String statement) {
    new KsqlClient(pipeline.settings()).execute(statement, Map.of(), Map.of());
  }
}
