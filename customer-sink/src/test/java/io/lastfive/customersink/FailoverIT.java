// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import static io.lastfive.customersink.SinkFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lastfive.customersink.SinkHealth.Part;
import io.lastfive.customersink.write.WriteStep;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * PostgreSQL's primary dies and its standby takes over. Replication does not wait for the standby,
 * so it may lack the last commits: their offsets are missing with them, and they are read again.
 * Does not cover a primary that lives on beside the promoted standby.
 */
class FailoverIT {
  private static final String EFFECTS =
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
  @Tag("long")
  void goesOnAtThePromotedStandby() throws Exception {
    Settings fresh = stack.begin(2);
    SinkHealth health = new SinkHealth();
    try (PostgresPair pair = new PostgresPair(stack.data().resolve("goes-on"))) {
      Settings primary = fresh.with(KnownSettings.DATABASE_URL, pair.primaryUrl());
      Settings standby = fresh.with(KnownSettings.DATABASE_URL, pair.standbyUrl());
      stack.audit(primary);
      try (CustomerSink sink =
          SinkFixture.start(
              fresh.with(KnownSettings.DATABASE_URL, pair.url()), health, WriteStep.UNWATCHED)) {
        stack.sendFirstVersions(2, 0, 300);
        stack.awaitWritten(primary, 300);
        pair.awaitCaughtUp();

        pair.killPrimary();
        stack.sendFirstVersions(2, 300, 600);
        await().atMost(PATIENCE).until(() -> health.trouble(Part.DATABASE).isPresent());
        pair.promoteStandby();

        stack.awaitWritten(standby, 600);
        SinkFixture.awaitHealthy(sink, health);
      }
      assertThat(stack.query(standby, EFFECTS)).containsExactly("600 600");
    }
  }

  @Test
  void readsAgainWhatTheStandbyHadNotReceived() throws Exception {
    Settings fresh = stack.begin(2);
    SinkHealth health = new SinkHealth();
    try (PostgresPair pair = new PostgresPair(stack.data().resolve("behind"))) {
      Settings primary = fresh.with(KnownSettings.DATABASE_URL, pair.primaryUrl());
      Settings standby = fresh.with(KnownSettings.DATABASE_URL, pair.standbyUrl());
      Settings both = fresh.with(KnownSettings.DATABASE_URL, pair.url());
      stack.audit(primary);
      try (CustomerSink sink = SinkFixture.start(both, health, WriteStep.UNWATCHED)) {
        stack.sendFirstVersions(2, 0, 300);
        stack.awaitWritten(primary, 300);
        pair.awaitCaughtUp();
        pair.cutReplication();
        // Claims, too, are lost: another instance takes a partition and gives it back.
        try (CustomerSink other = SinkFixture.start(both)) {
          stack.awaitRows(primary, "SELECT count(*) FROM sink_offset WHERE epoch > 1", "1");
          assertThat(other.ended()).isNotDone();
        }
        stack.awaitRows(primary, "SELECT count(*) FROM sink_offset WHERE epoch > 2", "1");
        stack.sendFirstVersions(2, 300, 600);
        stack.awaitWritten(primary, 600);

        pair.killPrimary();
        await().atMost(PATIENCE).until(() -> health.trouble(Part.DATABASE).isPresent());
        pair.promoteStandby();
        assertThat(stack.query(standby, "SELECT max(epoch), sum(next_offset) FROM sink_offset"))
            .containsExactly("1 300");

        // Nothing new comes, and what was lost is there all the same.
        stack.awaitWritten(standby, 600);
        stack.sendFirstVersions(2, 600, 700);
        stack.awaitWritten(standby, 700);
        SinkFixture.awaitHealthy(sink, health);
      }
      assertThat(stack.query(standby, EFFECTS)).containsExactly("700 700");
    }
  }
}
