// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.cli.verify.ExpectedPayment;
import io.lastfive.cli.verify.ExpectedPayments;
import io.lastfive.customersink.CustomerSink;
import io.lastfive.customersink.operate.Bootstrap;
import io.lastfive.customersink.operate.Verification;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.RowStream;
import io.lastfive.producers.channel.PaymentProducer;
import io.lastfive.producers.channel.ProducerOptions;
import io.lastfive.producers.simulate.SimulatedPayment;
import io.lastfive.producers.simulate.Simulation;
import io.lastfive.producers.simulate.SimulationPlan;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Payments of both channels through the real broker, registry, engine, sink and database, with
 * duplicates, late and declined ones, compared with an oracle that shares no code with the
 * pipeline. It does not cover a JVM that is killed: the sink's and the stack's own tests do.
 */
class PipelineIT {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private final ExpectedPayments expected = new ExpectedPayments();
  @TempDir private Path folder;
  private Pipeline pipeline;

  @BeforeEach
  void startEverything() {
    pipeline = Pipeline.start(folder);
  }

  @AfterEach
  void stopEverything() {
    pipeline.close();
  }

  @Test
  void keepsEveryCustomersLastFiveAndForgetsThoseDeleted() throws Exception {
    send(payments(1, 3_000));
    String gone = expected.byCustomer().keySet().iterator().next();
    awaitDatabase(expected.byCustomer());

    pipeline.write("PAYMENT-TRX-AGGR", gone, null);

    Map<String, List<ExpectedPayment>> withoutGone = new HashMap<>(expected.byCustomer());
    withoutGone.remove(gone);
    awaitDatabase(withoutGone);
  }

  @Test
  void leavesOutWhatIsNoPaymentAndGoesOn() throws Exception {
    pipeline.write("CC-PAYMENT", "C-000001", "not Avro".getBytes(StandardCharsets.UTF_8));
    pipeline.write("CC-PAYMENT", "C-000001", new byte[] {0, 0, 0, 3, (byte) 231, 1, 2, 3});
    pipeline.write("PAYMENT-TRX-AGGR", "C-000001", "no aggregate".getBytes(StandardCharsets.UTF_8));

    send(payments(2, 500));

    awaitDatabase(expected.byCustomer());
    assertThat(processingLog())
        .hasSize(2)
        .allSatisfy(entry -> assertThat(entry).contains("CC-PAYMENT-").doesNotContain("not Avro"));
  }

  @Test
  void goesOnWhereItWasAfterTheEngineWasRestarted() throws Exception {
    Iterator<SimulatedPayment> payments = payments(3, 3_000);
    send(first(payments, 1_000));
    pipeline.stopEngine();
    send(first(payments, 1_000));

    pipeline.startEngine();
    send(payments);

    awaitDatabase(expected.byCustomer());
  }

  @Test
  void goesOnWhereItWasAfterTheSinkWasRestarted() throws Exception {
    Iterator<SimulatedPayment> payments = payments(4, 3_000);
    send(first(payments, 1_000));
    pipeline.stopSink();
    send(first(payments, 1_000));

    pipeline.startSink();
    send(payments);

    awaitDatabase(expected.byCustomer());
  }

  @Test
  void passesNoPaymentOfAnAbortedTransaction() {
    Iterator<SimulatedPayment> payments = payments(6, 1_500);
    ProducerOptions options = ProducerOptions.none().withTransactionalId("payment-service-1");
    try (PaymentProducer producer = PaymentProducer.open(pipeline.settings(), options)) {
      producer.inTransaction(() -> publish(producer, first(payments, 500), true));

      assertThatThrownBy(
              () ->
                  producer.inTransaction(
                      () -> {
                        publish(producer, first(payments, 900), false);
                        // They are in the topics, to be undone there.
                        producer.flush();
                        throw new IllegalStateException("the order was cancelled");
                      }))
          .hasMessage("the order was cancelled");

      producer.inTransaction(() -> publish(producer, payments, true));
    }
    // Behind all those: once they are there, all was read.
    send(payments(7, 100));
    awaitDatabase(expected.byCustomer());
  }

  @Test
  void fillsAnEmptyDatabaseByPullQueryAndGoesOnWithoutGap() throws Exception {
    Iterator<SimulatedPayment> payments = payments(5, 4_000);
    send(first(payments, 2_000));
    Settings filled = ofSchema("filled");
    Thread sender = new Thread(() -> send(first(payments, 1_500)));
    sender.start();

    Bootstrap.Result result = Bootstrap.run(filled, "PAYMENT_TRX_AGGR", customers -> {});

    sender.join();
    assertThat(result.customers()).isPositive();
    try (CustomerSink sink = Pipeline.startSink(filled)) {
      send(payments);
      await()
          .atMost(LONGEST_WAIT)
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(
              () -> assertThat(pipeline.mismatches(expected.byCustomer(), "filled")).isEmpty());
      assertThat(sink.ended()).isNotDone();
    }
    // Without any sink: the query alone gives what the topic gives.
    Settings still = ofSchema("still");
    awaitDatabase(expected.byCustomer());
    Bootstrap.run(still, "PAYMENT_TRX_AGGR", customers -> {});
    assertThat(pipeline.mismatches(expected.byCustomer(), "still")).isEmpty();
    assertThat(Verification.run(still, records -> {}).differences()).isEmpty();
    assertThatThrownBy(() -> Bootstrap.run(still, "PAYMENT_TRX_AGGR", customers -> {}))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "schema 'still' is not empty: a sink has written there. 'lastfive sink rebuild' makes its rows anew from the topic.");
    Settings unknown = ofSchema("unknown");
    assertThatThrownBy(() -> Bootstrap.run(unknown, "NO_SUCH_TABLE", customers -> {}))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "ksqlDB at %s does not answer a pull query on 'NO_SUCH_TABLE': Exception while preparing statement: NO_SUCH_TABLE does not exist. Nothing was written; 'lastfive sink rebuild' fills the tables from the topic."
                .formatted(unknown.get(KnownSettings.KSQLDB_URL)));
  }

  private Settings ofSchema(String schema) {
    return pipeline
        .settings()
        .with(KnownSettings.DATABASE_SCHEMA, schema)
        .with(KnownSettings.SINK_GROUP_ID, schema);
  }

  private void send(Iterator<SimulatedPayment> payments) {
    pipeline.send(payments, payment -> expected.add(payment.customerId(), payment.event()));
  }

  private void publish(
      PaymentProducer producer, Iterator<SimulatedPayment> payments, boolean toStay) {
    payments.forEachRemaining(
        payment -> {
          if (payment.flaw().isEmpty()) {
            producer.send(
                payment.channel().topic(),
                payment.customerId(),
                payment.event(),
                (metadata, failure) -> {});
            if (toStay) {
              expected.add(payment.customerId(), payment.event());
            }
          }
        });
  }

  private static Iterator<SimulatedPayment> payments(long seed, long count) {
    return new Simulation(
        new SimulationPlan(
            EnumSet.allOf(PaymentEvent.class),
            100,
            seed,
            Optional.of(SimulationPlan.DEFAULT_START),
            0.05,
            0.05,
            0.05,
            0.02),
        count);
  }

  /** The next ones only; the rest stays in the iterator. */
  private static Iterator<SimulatedPayment> first(Iterator<SimulatedPayment> payments, int count) {
    return new Iterator<>() {
      private int left = count;

      @Override
      public boolean hasNext() {
        return left > 0 && payments.hasNext();
      }

      @Override
      public SimulatedPayment next() {
        left--;
        return payments.next();
      }
    };
  }

  private void awaitDatabase(Map<String, List<ExpectedPayment>> wanted) {
    await()
        .atMost(LONGEST_WAIT)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(pipeline.mismatches(wanted)).isEmpty());
  }

  private List<String> processingLog() {
    try (RowStream rows =
        new KsqlClient(pipeline.settings())
            .query(
                "SELECT logger, message FROM KSQL_PROCESSING_LOG;",
                Map.of("auto.offset.reset", "earliest"))) {
      List<String> entries = new ArrayList<>();
      for (Optional<List<JsonNode>> row = rows.next(); row.isPresent(); row = rows.next()) {
        entries.add(row.get().toString());
      }
      return entries;
    }
  }
}
