// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import static io.lastfive.customersink.SinkFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lastfive.customersink.SinkHealth.Part;
import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.customersink.write.WriteStep;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What PostgreSQL does to a sink: each time nothing is lost, nothing repeated, health says why. */
class DatabaseFaultsIT {
  private static final String WRITES = "SELECT count(*) FROM audit";

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
  void waitsForDatabaseThatWasStopped() throws Exception {
    Settings settings = stack.beginAudited(2);
    SinkHealth health = new SinkHealth();
    try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED)) {
      stack.sendFirstVersions(2, 0, 200);
      stack.awaitWritten(settings, 200);

      stack.stopPostgres();
      stack.sendFirstVersions(2, 200, 400);
      await().atMost(PATIENCE).until(() -> health.trouble(Part.DATABASE).isPresent());
      stack.startPostgresAgain();

      stack.awaitWritten(settings, 400);
      SinkFixture.awaitHealthy(sink, health);
    }
    assertThat(stack.query(settings, WRITES)).containsExactly("400");
  }

  @ParameterizedTest
  @CsvSource({
    "53100, could not extend file: No space left on device",
    "53300, sorry too many clients already",
    "40P01, deadlock detected",
    "40001, could not serialize access",
    "57014, canceling statement",
    "XX000, something unforeseen"
  })
  void triesAgainWhatPostgresRefusesForNow(String sqlState, String message) throws Exception {
    Settings settings = stack.beginAudited(1);
    // A sequence does not go back with its transaction: the first three tries fail.
    stack.execute(
        settings,
        """
        CREATE SEQUENCE tries;
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF nextval('tries') <= 3 THEN RAISE EXCEPTION '%s' USING ERRCODE = '%s'; END IF;
          RETURN NULL;
        END $$;
        CREATE TRIGGER refuse AFTER INSERT ON customer_payments FOR EACH STATEMENT EXECUTE FUNCTION refuse();
        """
            .formatted(message, sqlState));
    SinkHealth health = new SinkHealth();
    try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED)) {
      stack.sendFirstVersions(1, 0, 50);

      stack.awaitWritten(settings, 50);
      SinkFixture.awaitHealthy(sink, health);
    }
    assertThat(stack.query(settings, WRITES)).containsExactly("50");
    assertThat(stack.query(settings, "SELECT count(*) FROM sink_dead_letter")).containsExactly("0");
  }

  @Test
  void triesAgainAfterDeadlock() throws Exception {
    Settings settings = stack.beginAudited(1);
    // Long enough that the other one waits, too, when the sink's session looks for a deadlock.
    stack.executeAsSuperuser("ALTER ROLE lastfive SET deadlock_timeout = '3s'");
    SinkHealth health = new SinkHealth();
    try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED);
        Connection other = connect(settings);
        Statement statement = other.createStatement()) {
      stack.sendVersion(0, "A", 1);
      stack.sendVersion(0, "B", 1);
      stack.awaitWritten(settings, 2);

      other.setAutoCommit(false);
      statement.execute("SELECT FROM customer_payments WHERE customer_id = 'A' FOR UPDATE");
      stack.sendVersion(0, "A", 2);
      stack.awaitRows(
          settings,
          "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lastfive-sink' AND wait_event_type = 'Lock'",
          "1");
      // The sink holds its offset and waits for the row: it is the first to look for a deadlock.
      statement.execute("SELECT FROM sink_offset FOR UPDATE");
      await().atMost(PATIENCE).until(() -> health.trouble(Part.DATABASE).isPresent());
      assertThat(health.trouble(Part.DATABASE).orElseThrow().reason())
          .contains("deadlock detected");
      other.rollback();

      stack.awaitWritten(settings, 3);
      SinkFixture.awaitHealthy(sink, health);
    } finally {
      stack.executeAsSuperuser("ALTER ROLE lastfive RESET deadlock_timeout");
    }
    assertThat(stack.query(settings, WRITES)).containsExactly("3");
  }

  @Test
  void findsOutWhatBecameOfCommitsThatWereCut() throws Exception {
    Settings settings = stack.beginAudited(2).with(KnownSettings.SINK_BATCH_SIZE, 20);
    try (CommitCutter cutter = new CommitCutter(stack.postgresPort(), 3);
        CustomerSink sink =
            SinkFixture.start(
                settings.with(
                    KnownSettings.DATABASE_URL,
                    // Without prepared statements a commit is sent by its name.
                    "jdbc:postgresql://127.0.0.1:%d/lastfive?prepareThreshold=0"
                        .formatted(cutter.port())))) {
      stack.sendFirstVersions(2, 0, 600);
      stack.awaitWritten(settings, 600);
      assertThat(cutter.cuts()).isGreaterThan(1);
      assertThat(sink.ended()).isNotDone();
    }
    assertThat(stack.query(settings, WRITES)).containsExactly("600");
  }

  @Test
  void leavesNoConnectionWithinATransactionAndKeepsItsLimits() throws Exception {
    Settings settings = stack.beginAudited(1);
    try (SinkDatabase database = SinkDatabase.openForWriting(settings, 2);
        Connection connection = database.connections().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT 1");
      connection.rollback();

      try (ResultSet row =
          statement.executeQuery(
              "SELECT current_setting('idle_in_transaction_session_timeout'), current_setting('lock_timeout'), current_setting('transaction_isolation')")) {
        row.next();
        assertThat(List.of(row.getString(1), row.getString(2), row.getString(3)))
            .containsExactly("30s", "10s", "read committed");
      }
      connection.rollback();
      stack.awaitRows(
          settings,
          "SELECT count(*), count(*) FILTER (WHERE state = 'idle') FROM pg_stat_activity WHERE application_name = 'lastfive-sink'",
          "2 2");
    }
  }

  @Test
  void leavesServerThatBecameReadOnly() throws Exception {
    Settings settings = stack.beginAudited(1);
    SinkHealth health = new SinkHealth();
    try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED)) {
      stack.sendFirstVersions(1, 0, 10);
      stack.awaitWritten(settings, 10);

      stack.executeAsSuperuser("ALTER ROLE lastfive SET default_transaction_read_only = on");
      cutConnections();
      stack.sendFirstVersions(1, 10, 20);
      await().atMost(PATIENCE).until(() -> health.trouble(Part.DATABASE).isPresent());
      await().atMost(PATIENCE).until(() -> reason(health).contains("in a read-only transaction"));
      // Only new connections can write.
      stack.executeAsSuperuser("ALTER ROLE lastfive RESET default_transaction_read_only");

      stack.awaitWritten(settings, 20);
      assertThat(sink.ended()).isNotDone();
    } finally {
      stack.executeAsSuperuser("ALTER ROLE lastfive RESET default_transaction_read_only");
    }
    assertThat(stack.query(settings, WRITES)).containsExactly("20");
  }

  @Test
  void saysSoWhileNothingComes() throws Exception {
    Settings settings = stack.beginAudited(1);
    SinkHealth health = new SinkHealth();
    try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED)) {
      stack.sendFirstVersions(1, 0, 1);
      stack.awaitWritten(settings, 1);

      stack.stopPostgres();
      await().atMost(PATIENCE).until(() -> reason(health).contains("refused"));
      stack.startPostgresAgain();

      SinkFixture.awaitHealthy(sink, health);
    }
  }

  @Test
  void waitsForConnections() throws Exception {
    Settings settings = stack.beginAudited(1);
    SinkHealth health = new SinkHealth();
    try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED)) {
      stack.sendFirstVersions(1, 0, 10);
      stack.awaitWritten(settings, 10);

      stack.executeAsSuperuser("ALTER ROLE lastfive CONNECTION LIMIT 0");
      cutConnections();
      stack.sendFirstVersions(1, 10, 20);
      await()
          .atMost(PATIENCE)
          .until(() -> reason(health).equals("FATAL: too many connections for role \"lastfive\""));
      stack.executeAsSuperuser("ALTER ROLE lastfive CONNECTION LIMIT -1");

      stack.awaitWritten(settings, 20);
      SinkFixture.awaitHealthy(sink, health);
    } finally {
      stack.executeAsSuperuser("ALTER ROLE lastfive CONNECTION LIMIT -1");
    }
    assertThat(stack.query(settings, WRITES)).containsExactly("20");
  }

  @Test
  void triesAgainAfterStatementTimeout() throws Exception {
    Settings settings = stack.beginAudited(1);
    stack.sendFirstVersions(1, 0, 1);
    SinkHealth health = new SinkHealth();
    stack.executeAsSuperuser("ALTER ROLE lastfive SET statement_timeout = '300ms'");
    try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED);
        Connection other = connect(settings);
        Statement statement = other.createStatement()) {
      stack.awaitWritten(settings, 1);
      other.setAutoCommit(false);
      statement.execute("SELECT FROM customer_payments WHERE customer_id = 'C0' FOR UPDATE");
      stack.sendVersion(0, "C0", 2);
      await()
          .atMost(PATIENCE)
          .until(
              () -> reason(health).equals("ERROR: canceling statement due to statement timeout"));
      other.rollback();

      stack.awaitWritten(settings, 2);
      SinkFixture.awaitHealthy(sink, health);
    } finally {
      stack.executeAsSuperuser("ALTER ROLE lastfive RESET statement_timeout");
    }
    assertThat(stack.query(settings, WRITES)).containsExactly("2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"serializable", "repeatable read"})
  void sharesTheTopicWhateverTheDefaultIsolationIs(String isolation) throws Exception {
    stack.executeAsSuperuser(
        "ALTER ROLE lastfive SET default_transaction_isolation = '" + isolation + "'");
    try {
      Settings settings = stack.beginAudited(2).with(KnownSettings.SINK_BATCH_SIZE, 20);
      try (CustomerSink first = SinkFixture.start(settings)) {
        stack.sendFirstVersions(2, 0, 300);
        try (CustomerSink second = SinkFixture.start(settings)) {
          stack.awaitRows(settings, "SELECT count(*) FROM sink_offset WHERE epoch > 1", "1");
          stack.sendFirstVersions(2, 300, 600);
          stack.awaitWritten(settings, 600);
          assertThat(second.ended()).isNotDone();
        }
        assertThat(first.ended()).isNotDone();
      }
      assertThat(stack.query(settings, WRITES)).containsExactly("600");
    } finally {
      stack.executeAsSuperuser("ALTER ROLE lastfive RESET default_transaction_isolation");
    }
  }

  @Test
  @Tag("long")
  void losesNothingWhileEverythingComesAndGoesForMinutes() throws Exception {
    int rounds = 8;
    int each = 500;
    Settings settings = stack.beginAudited(4).with(KnownSettings.SINK_BATCH_SIZE, 50);
    try (CustomerSink first = SinkFixture.start(settings);
        CustomerSink second = SinkFixture.start(settings)) {
      for (int round = 0; round < rounds; round++) {
        stack.sendFirstVersions(4, round * each, (round + 1) * each);
        switch (round % 4) {
          case 0 -> {
            stack.killPostgres();
            stack.startPostgresAgain();
          }
          case 1 -> {
            stack.stopKafka();
            stack.startKafkaAgain();
          }
          case 2 -> {
            stack.stopPostgres();
            stack.stopKafka();
            stack.startKafkaAgain();
            stack.startPostgresAgain();
          }
          default -> cutConnections();
        }
      }
      stack.awaitWritten(settings, (long) rounds * each);
      assertThat(first.ended()).isNotDone();
      assertThat(second.ended()).isNotDone();
    }
    assertThat(stack.query(settings, WRITES)).containsExactly(Integer.toString(rounds * each));
  }

  private static String reason(SinkHealth health) {
    return health.trouble(Part.DATABASE).map(SinkHealth.Trouble::reason).orElse("");
  }

  private static Connection connect(Settings settings) throws SQLException {
    return DriverManager.getConnection(
        settings.get(KnownSettings.DATABASE_URL)
            + "?currentSchema="
            + settings.get(KnownSettings.DATABASE_SCHEMA),
        settings.get(KnownSettings.DATABASE_USER),
        settings.get(KnownSettings.DATABASE_PASSWORD));
  }

  private static void cutConnections() throws SQLException, IOException {
    stack.executeAsSuperuser(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lastfive-sink'");
  }
}
