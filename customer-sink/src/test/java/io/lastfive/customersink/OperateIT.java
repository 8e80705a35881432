// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.lastfive.customersink.operate.DeadLetterReplay;
import io.lastfive.customersink.operate.Erasure;
import io.lastfive.customersink.operate.Rebuild;
import io.lastfive.customersink.operate.SinkStatus;
import io.lastfive.customersink.operate.Verification;
import io.lastfive.customersink.write.ShadowTable.Difference;
import io.lastfive.customersink.write.ShadowTable.Kind;
import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is done beside a sink, with one running and without. */
class OperateIT {
  private static final String CUSTOMERS =
      "SELECT customer_id, payments -> 0 ->> 'paymentId', record_offset FROM customer_payments ORDER BY 1";
  private static final int LATER_SCHEMA = 99;

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
  void rebuildsWhatWasSpoiledWhileASinkRuns() throws Exception {
    Settings settings = stack.begin(2);
    try (CustomerSink sink = SinkFixture.start(settings)) {
      fill();
      stack.awaitWritten(settings, 12);
      stack.execute(
          settings,
          """
          DELETE FROM customer_payments WHERE customer_id = 'C1';
          UPDATE customer_payments SET payments = '[]' WHERE customer_id = 'C2';
          INSERT INTO customer_payments (customer_id, payments, as_of, topic_id, partition, record_offset)
          VALUES ('nobody', '[]', now(), gen_random_uuid(), 0, 0);
          """);
      assertThat(Verification.run(settings, records -> {}).differences())
          .containsExactly(
              new Difference("C1", Kind.MISSING),
              new Difference("C2", Kind.DIFFERENT),
              new Difference("nobody", Kind.EXTRA));

      Rebuild.Result result = Rebuild.run(settings, records -> {});

      assertThat(result).isEqualTo(new Rebuild.Result(12, 1, 4, 2, 1));
      assertThat(stack.query(settings, CUSTOMERS))
          .containsExactly("C0 p2 4", "C1 p2 4", "C2 p1 1", "C3 p1 1");
      assertThat(Verification.run(settings, records -> {}).differences()).isEmpty();
      stack.sendVersion(0, "C0", 9);
      stack.awaitRows(settings, CUSTOMERS, "C0 p9 6", "C1 p2 4", "C2 p1 1", "C3 p1 1");
      assertThat(sink.ended()).isNotDone();
    }
  }

  @Test
  void rebuildsBeforeAnySinkHasRunAndASinkGoesOnFromThere() {
    Settings settings = stack.begin(2);
    fill();

    Rebuild.run(settings, records -> {});

    assertThat(
            stack.query(settings, "SELECT next_offset, epoch FROM sink_offset ORDER BY partition"))
        .containsExactly("6 0", "6 0");
    stack.sendVersion(1, "C1", 7);
    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.awaitRows(settings, CUSTOMERS, "C0 p2 4", "C1 p7 6", "C2 p1 1", "C3 p1 1");
      assertThat(sink.ended()).isNotDone();
    }
  }

  @Test
  void movesASinkThatWasBehindForward() throws Exception {
    Settings settings = stack.begin(1);
    SinkFixture.start(settings).close();
    stack.execute(
        settings,
        "INSERT INTO sink_offset (topic_id, partition, next_offset, epoch, topic) VALUES ('%s', 0, 1, 5, 'PAYMENT-TRX-AGGR') ON CONFLICT (topic_id, partition) DO UPDATE SET next_offset = 1, epoch = 5"
            .formatted(SinkStatus.read(settings).topicId()));
    stack.sendVersion(0, "C0", 1);
    stack.sendVersion(0, "C0", 2);
    stack.send(0, "C0", null);

    Rebuild.run(settings, records -> {});

    assertThat(stack.query(settings, "SELECT next_offset, epoch FROM sink_offset"))
        .containsExactly("3 5");
    assertThat(stack.query(settings, CUSTOMERS)).isEmpty();
  }

  @Test
  void replaysDeadLettersThatAreStillTheNewestOfTheirCustomer() {
    Settings settings = stack.begin(1);
    stack.send(0, "newest", RecentPaymentsRecords.version(LATER_SCHEMA, 1));
    stack.send(0, "outdated", RecentPaymentsRecords.version(LATER_SCHEMA, 1));
    stack.send(0, "deleted since", RecentPaymentsRecords.version(LATER_SCHEMA, 1));
    stack.send(0, "twice", RecentPaymentsRecords.version(LATER_SCHEMA, 1));
    stack.send(0, "twice", RecentPaymentsRecords.version(LATER_SCHEMA, 2));
    stack.send(0, "hopeless", "not avro".getBytes(StandardCharsets.UTF_8));
    stack.sendVersion(0, "outdated", 2);
    stack.send(0, "deleted since", null);
    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.awaitWritten(settings, 8);
      assertThat(stack.query(settings, "SELECT count(*) FROM sink_dead_letter"))
          .containsExactly("6");
      stack.registry.put(LATER_SCHEMA, RecentPaymentsRecords.SCHEMA);

      DeadLetterReplay.Result result = DeadLetterReplay.run(settings);

      assertThat(result).isEqualTo(new DeadLetterReplay.Result(2, 3, 1, 0));
      assertThat(DeadLetterReplay.run(settings)).isEqualTo(new DeadLetterReplay.Result(0, 0, 1, 0));
      assertThat(stack.query(settings, CUSTOMERS))
          .containsExactly("newest p1 0", "outdated p2 6", "twice p2 4");
      assertThat(stack.query(settings, "SELECT record_offset FROM sink_dead_letter"))
          .containsExactly("5");
      assertThat(sink.ended()).isNotDone();
    } finally {
      stack.registry.remove(LATER_SCHEMA);
    }
  }

  @Test
  void tellsHowFarItIs() {
    Settings settings = stack.begin(2);
    try (CustomerSink sink = SinkFixture.start(settings)) {
      fill();
      stack.awaitWritten(settings, 12);
      assertThat(sink.ended()).isNotDone();
    }
    stack.sendVersion(1, "C1", 3);

    SinkStatus status = SinkStatus.read(settings);

    assertThat(status.customers()).isEqualTo(4);
    assertThat(status.deadLetters()).isEqualTo(1);
    assertThat(status.lag()).isEqualTo(1);
    assertThat(status.partitions())
        .extracting(SinkStatus.Partition::nextOffset, SinkStatus.Partition::end)
        .containsExactly(tuple(6L, 6L), tuple(6L, 7L));
  }

  @Test
  void erasesCustomerForEverySink() {
    Settings settings = stack.begin(1);
    Settings other = stack.settings("other_of_erase", "other-of-erase");
    stack.sendVersion(0, "C1", 1);
    stack.sendVersion(0, "C2", 1);
    try (CustomerSink sink = SinkFixture.start(settings);
        CustomerSink second = SinkFixture.start(other)) {
      stack.awaitWritten(settings, 2);
      stack.awaitWritten(other, 2);

      Erasure.Result result = Erasure.run(settings, "C1");

      assertThat(result.rowRemoved()).isTrue();
      assertThat(result.tombstone()).isEqualTo("PAYMENT-TRX-AGGR-0@2");
      assertThat(result.remains()).hasSize(4);
      stack.awaitWritten(settings, 3);
      stack.awaitWritten(other, 3);
      assertThat(stack.query(settings, CUSTOMERS)).containsExactly("C2 p1 1");
      assertThat(stack.query(other, CUSTOMERS)).containsExactly("C2 p1 1");
      assertThat(sink.ended()).isNotDone();
      assertThat(second.ended()).isNotDone();
    }
  }

  @Test
  void saysThatThereIsNothingToVerifyYet() {
    Settings settings = stack.begin(1);

    assertThatThrownBy(() -> SinkStatus.read(settings))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "schema '%s' of %s has no tables of a sink: start one with 'lastfive sink run', or set database.url and database.schema to where it writes."
                .formatted(
                    settings.get(KnownSettings.DATABASE_SCHEMA),
                    settings.get(KnownSettings.DATABASE_URL)));
    SinkDatabase.prepare(settings);
    assertThatThrownBy(() -> Verification.run(settings, records -> {}))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "no sink has written topic 'PAYMENT-TRX-AGGR' to schema '%s' yet; start one with 'lastfive sink run'"
                .formatted(settings.get(KnownSettings.DATABASE_SCHEMA)));
  }

  @Test
  void namesTopicThatDoesNotExist() {
    Settings settings = stack.begin(1).with(KnownSettings.SINK_TOPIC, "NO-SUCH-TOPIC");

    assertThatThrownBy(() -> SinkStatus.read(settings))
        .isInstanceOf(UserError.class)
        .hasMessage("topic 'NO-SUCH-TOPIC' does not exist; 'lastfive ksql apply' makes it");
  }

  /** Six records a partition: C0 and C2 in 0, C1 and C3 in 1, one of partition 1 unreadable. */
  private static void fill() {
    for (int partition = 0; partition < 2; partition++) {
      stack.sendVersion(partition, "C" + partition, 1);
      stack.sendVersion(partition, "C" + (partition + 2), 1);
      stack.sendVersion(partition, "gone" + partition, 1);
      stack.send(partition, "gone" + partition, null);
      stack.sendVersion(partition, "C" + partition, 2);
      if (partition == 0) {
        stack.send(0, "never", null);
      } else {
        stack.send(1, "bad", "not avro".getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
