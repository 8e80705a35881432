// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import static io.lastfive.customersink.SinkFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lastfive.customersink.write.WriteStep;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.time.Duration;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Several sinks share a topic, and the topic itself changes. Some run in processes of their own,
 * which are paused and killed as a whole. An audit trigger counts how often each record changed a
 * row.
 */
class SharedTopicIT {
  private static final String WRITES =
      "SELECT count(*), count(DISTINCT (customer_id, record_offset)) FROM audit";

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
  void sharesPartitionsWhileInstancesComeAndGo() throws Exception {
    int partitions = 4;
    int records = 4_000;
    Settings settings = stack.beginAudited(partitions).with(KnownSettings.SINK_BATCH_SIZE, 50);
    Thread sender =
        new Thread(
            () -> {
              for (int i = 0; i < records; i++) {
                stack.sendVersionSoon(i % partitions, "C" + i, 1);
                if (i % 100 == 0) {
                  stack.flush();
                }
              }
              stack.flush();
            });

    try (CustomerSink first = SinkFixture.start(settings)) {
      sender.start();
      awaitWrittenAtLeast(settings, 200);
      try (CustomerSink second = SinkFixture.start(settings)) {
        stack.awaitRows(settings, "SELECT count(*) FROM sink_offset WHERE epoch > 1", "2");
        awaitWrittenAtLeast(settings, 1_500);
        // The group loses all its members at once, and gets them back.
        stack
            .admin
            .removeMembersFromConsumerGroup(
                settings.get(KnownSettings.SINK_GROUP_ID),
                new RemoveMembersFromConsumerGroupOptions())
            .all()
            .get();
        assertThat(second.ended()).isNotDone();
        awaitWrittenAtLeast(settings, 2_500);
      }
      sender.join();
      stack.awaitWritten(settings, records);
      assertThat(first.ended()).isNotDone();
    }

    assertThat(stack.query(settings, "SELECT count(*) FROM customer_payments"))
        .containsExactly(Integer.toString(records));
    assertThat(stack.query(settings, "SELECT count(*) FROM audit"))
        .containsExactly(Integer.toString(records));
  }

  @Test
  void readsPartitionsThatAreAdded() throws Exception {
    Settings settings = stack.beginAudited(1);
    try (CustomerSink first = SinkFixture.start(settings);
        CustomerSink second = SinkFixture.start(settings)) {
      stack.sendFirstVersions(1, 0, 50);
      stack.awaitWritten(settings, 50);

      stack.increasePartitions(3);
      stack.sendFirstVersions(3, 50, 200);

      stack.awaitWritten(settings, 200);
      assertThat(first.ended()).isNotDone();
      assertThat(second.ended()).isNotDone();
    }
    assertThat(stack.query(settings, WRITES)).containsExactly("200 200");
  }

  @Test
  void readsTopicThatWasMadeAnewFromItsBeginning() throws Exception {
    Settings settings = stack.beginAudited(1);
    try (CustomerSink sink = SinkFixture.start(settings)) {
      for (int version = 0; version < 50; version++) {
        stack.sendVersion(0, "C" + version % 5, version);
      }
      stack.awaitRows(settings, "SELECT next_offset FROM sink_offset", "50");

      stack.makeTopicAnew(1);
      stack.sendVersion(0, "C0", 1_000);
      stack.sendVersion(0, "C1", 1_001);

      stack.awaitRows(
          settings,
          "SELECT customer_id, record_offset, payments -> 0 ->> 'paymentId' FROM customer_payments ORDER BY 1",
          "C0 0 p1000",
          "C1 1 p1001",
          "C2 47 p47",
          "C3 48 p48",
          "C4 49 p49");
      stack.awaitRows(
          settings, "SELECT next_offset FROM sink_offset ORDER BY next_offset", "2", "50");
      assertThat(sink.ended()).isNotDone();
    }
  }

  @Test
  void readsTopicThatWasMadeAnewWhileItWasDown() throws Exception {
    Settings settings = stack.beginAudited(1);
    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.sendVersion(0, "C0", 1);
      stack.sendVersion(0, "C1", 1);
      stack.awaitRows(settings, "SELECT next_offset FROM sink_offset", "2");
      assertThat(sink.ended()).isNotDone();
    }
    stack.makeTopicAnew(1);
    stack.sendVersion(0, "C0", 2);

    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.awaitRows(
          settings,
          "SELECT customer_id, record_offset, payments -> 0 ->> 'paymentId' FROM customer_payments ORDER BY 1",
          "C0 0 p2",
          "C1 1 p1");
      assertThat(sink.ended()).isNotDone();
    }
  }

  @Test
  void changesNothingWhenItsProcessWasPausedBeforeItsTransaction() throws Exception {
    changesNothingWhenPausedAt(WriteStep.BATCH_TAKEN);
  }

  /** PostgreSQL ends the transaction that hangs, and with it the locks the next owner waits for. */
  @Test
  @Tag("long")
  void changesNothingWhenItsProcessWasPausedWithinItsTransaction() throws Exception {
    changesNothingWhenPausedAt(WriteStep.CUSTOMERS_UPSERTED);
  }

  private void changesNothingWhenPausedAt(WriteStep step) throws Exception {
    // With one writer nothing but what waits at the step is under way.
    Settings settings = stack.beginAudited(2).with(KnownSettings.SINK_WRITERS, 1);
    try (SinkProcess zombie = new SinkProcess(settings, step)) {
      stack.sendFirstVersions(2, 0, 100);
      zombie.awaitReached();
      zombie.pause();
      try (CustomerSink next = SinkFixture.start(settings)) {
        stack.awaitWritten(settings, 100);

        zombie.tellToGoOn();
        zombie.resume();
        // It comes back to the group, and takes its share of what follows.
        stack.awaitRows(settings, "SELECT max(epoch) FROM sink_offset", "3");
        stack.sendFirstVersions(2, 100, 200);
        stack.awaitWritten(settings, 200);
        assertThat(next.ended()).isNotDone();
      }
      stack.sendFirstVersions(2, 200, 300);
      stack.awaitWritten(settings, 300);
      assertThat(zombie.isAlive()).isTrue();
    }
    assertThat(stack.query(settings, WRITES)).containsExactly("300 300");
    assertThat(stack.query(settings, "SELECT count(*) FROM sink_dead_letter")).containsExactly("0");
  }

  @Test
  @Tag("long")
  void losesAndRepeatsNothingWhenProcessesAreKilled() throws Exception {
    int records = 8_000;
    int kills = 6;
    Settings settings = stack.beginAudited(4).with(KnownSettings.SINK_BATCH_SIZE, 20);
    Thread sender =
        new Thread(
            () -> {
              for (int from = 0; from < records; from += 20) {
                stack.sendFirstVersions(4, from, from + 20);
              }
            });
    SinkProcess one = new SinkProcess(settings);
    try (SinkProcess other = new SinkProcess(settings)) {
      sender.start();
      for (int kill = 1; kill <= kills; kill++) {
        awaitWrittenAtLeast(settings, (long) records * kill / (kills + 2));
        one.close();
        one = new SinkProcess(settings);
      }
      sender.join();
      stack.awaitWritten(settings, records);
      assertThat(other.isAlive()).isTrue();
    } finally {
      one.close();
    }
    assertThat(stack.query(settings, WRITES)).containsExactly(records + " " + records);
  }

  /** A fresh start whose tables exist and are audited. */
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
}
