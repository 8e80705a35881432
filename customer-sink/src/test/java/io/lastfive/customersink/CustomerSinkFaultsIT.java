// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import static io.lastfive.customersink.SinkFixture.PATIENCE;
import static io.lastfive.customersink.SinkFixture.SCHEMA_ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lastfive.customersink.SinkHealth.Part;
import io.lastfive.customersink.write.WriteStep;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever fails, each record takes effect once. An audit trigger counts how often each record
 * changed a row, so a repeated effect shows even where it would leave the same row. A sink is
 * killed here by an error between two of its steps, which leaves its transaction open as the end of
 * its process would; that the process itself is killed is tested where the whole pipeline runs.
 */
class CustomerSinkFaultsIT {
  private static final String CUSTOMERS =
      "SELECT customer_id, record_offset FROM customer_payments ORDER BY record_offset";
  private static final String REPEATED =
      "SELECT customer_id, record_offset, count(*) FROM audit GROUP BY 1, 2 HAVING count(*) > 1";

  private static SinkFixture stack;

  @BeforeAll
  static void start() throws Exception {
    stack = new SinkFixture();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  /** Ends a sink on the spot. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @ParameterizedTest
  @EnumSource(WriteStep.class)
  void losesAndRepeatsNothingWhenKilledAt(WriteStep deathStep) throws Exception {
    Settings settings = stack.beginAudited(1).with(KnownSettings.SINK_BATCH_SIZE, 6);
    for (int batch = 0; batch < 4; batch++) {
      stack.sendVersion(0, "A" + batch, 1);
      stack.sendVersion(0, "B" + batch, 1);
      stack.send(0, "C" + batch, "not avro".getBytes(StandardCharsets.UTF_8));
      stack.sendVersion(0, "D" + batch, 1);
      stack.send(0, "A" + Math.max(0, batch - 1), null);
      stack.sendVersion(0, "B" + batch, 2);
    }

    AtomicInteger times = new AtomicInteger();
    try (CustomerSink killed =
        SinkFixture.start(
            settings,
            step -> {
              if (step == deathStep && times.incrementAndGet() == 2) {
                throw new Killed();
              }
            })) {
      await().atMost(PATIENCE).until(() -> killed.ended().isCompletedExceptionally());
    }
    try (CustomerSink next = SinkFixture.start(settings)) {
      stack.awaitRows(settings, "SELECT next_offset, epoch FROM sink_offset", "24 2");
      assertThat(next.ended()).isNotDone();
    }

    assertThat(stack.query(settings, CUSTOMERS))
        .containsExactly(
            "D0 3", "B0 5", "D1 9", "B1 11", "D2 15", "B2 17", "A3 18", "D3 21", "B3 23");
    assertThat(stack.query(settings, REPEATED)).isEmpty();
    assertThat(
            stack.query(
                settings, "SELECT record_offset FROM sink_dead_letter ORDER BY record_offset"))
        .containsExactly("2", "8", "14", "20");
  }

  @ParameterizedTest
  @EnumSource(
      value = WriteStep.class,
      names = {"OFFSETS_MOVED", "CUSTOMERS_UPSERTED"})
  void finishesItsTransactionBeforeTheNextOwnerReads(WriteStep slowStep) throws Exception {
    Settings settings = stack.beginAudited(1);
    CountDownLatch release = new CountDownLatch(1);
    stack.sendVersion(0, "C1", 1);
    stack.sendVersion(0, "C2", 1);

    try (CustomerSink slow = SinkFixture.start(settings, blockedAt(slowStep, release))) {
      awaitOpenTransaction(settings);
      try (CustomerSink other = SinkFixture.start(ofAnotherGroup(settings))) {
        awaitLockWaiter(settings);
        release.countDown();
        stack.awaitRows(settings, "SELECT next_offset, epoch FROM sink_offset", "2 2");
        stack.sendVersion(0, "C3", 1);
        stack.awaitRows(settings, CUSTOMERS, "C1 0", "C2 1", "C3 2");
        assertThat(other.ended()).isNotDone();
      }
      assertThat(slow.ended()).isNotDone();
    }

    assertThat(stack.query(settings, REPEATED)).isEmpty();
  }

  @Test
  void changesNothingOnceAnotherSinkHasClaimedItsPartition() throws Exception {
    Settings settings = stack.beginAudited(1);
    CountDownLatch release = new CountDownLatch(1);
    SinkHealth health = new SinkHealth();
    stack.sendVersion(0, "C1", 1);

    try (CustomerSink zombie =
        SinkFixture.start(settings, health, blockedAt(WriteStep.BATCH_TAKEN, release))) {
      stack.awaitRows(settings, "SELECT epoch FROM sink_offset", "1");
      try (CustomerSink owner = SinkFixture.start(ofAnotherGroup(settings))) {
        stack.awaitRows(settings, CUSTOMERS, "C1 0");
        stack.sendVersion(0, "C1", 2);
        stack.awaitRows(settings, CUSTOMERS, "C1 1");

        release.countDown();
        await().atMost(PATIENCE).until(() -> health.trouble(Part.PARTITIONS).isPresent());

        assertThat(health.trouble(Part.PARTITIONS).orElseThrow().reason())
            .isEqualTo(
                "another sink writes partition 0 of topic 'PAYMENT-TRX-AGGR' to this schema; does one run with another sink.group.id?");
        stack.sendVersion(0, "C2", 1);
        stack.awaitRows(settings, CUSTOMERS, "C1 1", "C2 2");
        assertThat(owner.ended()).isNotDone();
      }
      assertThat(zombie.ended()).isNotDone();
    }

    assertThat(stack.query(settings, "SELECT next_offset, epoch FROM sink_offset"))
        .containsExactly("3 2");
    assertThat(stack.query(settings, REPEATED)).isEmpty();
  }

  @Test
  void waitsForDatabaseThatWasKilled() throws Exception {
    Settings settings = stack.beginAudited(2).with(KnownSettings.SINK_BATCH_SIZE, 100);
    SinkHealth health = new SinkHealth();
    try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED)) {
      stack.sendFirstVersions(2, 0, 1_000);
      awaitWrittenAtLeast(settings, 100);

      stack.killPostgres();
      stack.sendFirstVersions(2, 1_000, 2_000);
      await().atMost(PATIENCE).until(() -> health.trouble(Part.DATABASE).isPresent());
      stack.startPostgresAgain();

      stack.awaitWritten(settings, 2_000);
      SinkFixture.awaitHealthy(sink, health);
    }
    assertThat(stack.query(settings, "SELECT count(*) FROM customer_payments"))
        .containsExactly("2000");
    assertThat(stack.query(settings, REPEATED)).isEmpty();
  }

  @Test
  void goesOnAfterItsConnectionsWereCut() throws Exception {
    Settings settings = stack.beginAudited(1).with(KnownSettings.SINK_BATCH_SIZE, 20);
    AtomicInteger cuts = new AtomicInteger();
    try (CustomerSink sink =
        SinkFixture.start(
            settings,
            step -> {
              if (step == WriteStep.CUSTOMERS_UPSERTED && cuts.incrementAndGet() <= 3) {
                cutConnections(settings);
              }
            })) {
      stack.sendFirstVersions(1, 0, 200);
      stack.awaitWritten(settings, 200);
      assertThat(sink.ended()).isNotDone();
    }
    assertThat(cuts.get()).isGreaterThan(3);
    assertThat(stack.query(settings, "SELECT count(*) FROM audit")).containsExactly("200");
  }

  @Test
  void knowsItsOwnBatchWhenTheAnswerToTheCommitWasLost() throws Exception {
    Settings settings = stack.beginAudited(2).with(KnownSettings.SINK_BATCH_SIZE, 20);
    AtomicInteger commits = new AtomicInteger();
    try (CustomerSink sink =
        SinkFixture.start(
            settings,
            step -> {
              if (step == WriteStep.COMMITTED && commits.incrementAndGet() == 2) {
                throw new TimeoutException("the answer was lost");
              }
            })) {
      stack.sendFirstVersions(2, 0, 200);
      stack.awaitWritten(settings, 200);
      assertThat(sink.ended()).isNotDone();
    }
    assertThat(stack.query(settings, "SELECT count(*) FROM audit")).containsExactly("200");
  }

  @Test
  void waitsForBrokerThatWasStopped() throws Exception {
    Settings settings =
        stack
            .beginAudited(2)
            .with("kafka.default.api.timeout.ms", "2000")
            .with("kafka.request.timeout.ms", "1500");
    SinkHealth health = new SinkHealth();
    try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED)) {
      stack.sendFirstVersions(2, 0, 100);
      stack.awaitWritten(settings, 100);

      stack.stopKafka();
      await().atMost(PATIENCE).until(() -> health.trouble(Part.KAFKA).isPresent());
      assertThat(health.trouble(Part.KAFKA).orElseThrow().reason())
          .isEqualTo("Kafka at " + stack.brokers() + " does not answer");
      stack.startKafkaAgain();
      stack.sendFirstVersions(2, 100, 200);

      stack.awaitWritten(settings, 200);
      SinkFixture.awaitHealthy(sink, health);
    }
    assertThat(stack.query(settings, "SELECT count(*) FROM audit")).containsExactly("200");
  }

  @Test
  void sendsDeadLettersOnceTheBrokerIsBack() throws Exception {
    Settings settings = stack.beginAudited(1);
    SinkHealth health = new SinkHealth();
    AtomicInteger sends = new AtomicInteger();
    try (CustomerSink sink =
        SinkFixture.start(
            settings,
            health,
            step -> {
              if (step == WriteStep.DEAD_LETTERS_INSERTED && sends.incrementAndGet() == 1) {
                stack.stopKafka();
              }
            })) {
      stack.sendVersion(0, "C1", 1);
      stack.send(0, "C2", "not avro".getBytes(StandardCharsets.UTF_8));
      // It gives up and tries again, instead of holding its transaction until the broker is back.
      await().atMost(PATIENCE).until(() -> sends.get() > 1);
      assertThat(health.trouble(Part.KAFKA)).isPresent();
      assertThat(stack.query(settings, "SELECT count(*) FROM sink_dead_letter"))
          .containsExactly("0");
      stack.startKafkaAgain();

      stack.awaitWritten(settings, 2);
      SinkFixture.awaitHealthy(sink, health);
    }
    assertThat(stack.query(settings, "SELECT record_offset FROM sink_dead_letter"))
        .containsExactly("1");
    assertThat(stack.query(settings, "SELECT count(*) FROM audit")).containsExactly("1");
  }

  @Test
  void waitsForRegistryThatIsAwayInsteadOfSettingRecordsAside() throws Exception {
    Settings settings = stack.beginAudited(2);
    int newSchemaId = SCHEMA_ID + 1;
    SinkHealth health = new SinkHealth();
    try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED)) {
      stack.sendVersion(0, "C1", 1);
      stack.awaitWritten(settings, 1);

      stack.registry.put(newSchemaId, RecentPaymentsRecords.SCHEMA);
      stack.registry.away(true);
      stack.sendVersion(0, "C2", 1);
      stack.send(0, "C3", RecentPaymentsRecords.version(newSchemaId, 1));
      stack.sendVersion(0, "C4", 1);
      await().atMost(PATIENCE).until(() -> health.trouble(Part.SCHEMA_REGISTRY).isPresent());
      stack.awaitRows(settings, "SELECT customer_id FROM customer_payments ORDER BY 1", "C1", "C2");
      stack.registry.away(false);

      stack.awaitRows(settings, CUSTOMERS, "C1 0", "C2 1", "C3 2", "C4 3");
      SinkFixture.awaitHealthy(sink, health);
    } finally {
      stack.registry.away(false);
    }
    assertThat(stack.query(settings, "SELECT * FROM sink_dead_letter")).isEmpty();
    assertThat(stack.query(settings, REPEATED)).isEmpty();
  }

  @Test
  void readsAgainFromOffsetThatWasMovedByHandWithoutGoingBack() throws Exception {
    Settings settings = stack.beginAudited(1);
    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.sendVersion(0, "C0", 1);
      stack.sendVersion(0, "C0", 2);
      stack.awaitRows(settings, "SELECT next_offset FROM sink_offset", "2");

      stack.execute(settings, "UPDATE sink_offset SET next_offset = 0");
      stack.sendVersion(0, "C1", 1);

      stack.awaitRows(settings, CUSTOMERS, "C0 1", "C1 2");
      stack.awaitRows(settings, "SELECT next_offset FROM sink_offset", "3");
      assertThat(sink.ended()).isNotDone();
    }
    assertThat(stack.query(settings, REPEATED)).isEmpty();
  }

  /** A fresh start whose tables exist and are audited. */
  private static Settings ofAnotherGroup(Settings settings) {
    return settings.with(
        KnownSettings.SINK_GROUP_ID, settings.get(KnownSettings.SINK_GROUP_ID) + "-other");
  }

  private static Consumer<WriteStep> blockedAt(WriteStep blocked, CountDownLatch release) {
    return step -> {
      if (step == blocked) {
        try {
          assertThat(release.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }

  private static void awaitWrittenAtLeast(Settings settings, long records) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(
            () ->
                Long.parseLong(
                        stack.query(settings, "SELECT sum(next_offset) FROM sink_offset").get(0))
                    >= records);
  }

  private static void awaitOpenTransaction(Settings settings) {
    stack.awaitRows(
        settings,
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lastfive-sink' AND state = 'idle in transaction' AND backend_xid IS NOT NULL",
        "1");
  }

  private static void awaitLockWaiter(Settings settings) {
    stack.awaitRows(
        settings,
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lastfive-sink' AND wait_event_type = 'Lock'",
        "1");
  }

  private static void cutConnections(Settings settings) {
    stack.query(
        settings,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lastfive-sink'");
  }
}
