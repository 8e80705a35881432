// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import static io.lastfive.customersink.SinkFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.lastfive.customersink.SinkHealth.Part;
import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.customersink.write.WriteStep;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    Settings settings = prepared(2);
    SinkHealth health = new SinkHealth();
    try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED)) {
      send(2, 0, 200);
      stack.awaitWritten(settings, 200);

      stack.stopPostgres();
      send(2, 200, 400);
      await().atMost(PATIENCE).until(() -> health.trouble(Part.DATABASE).isPresent());
      stack.startPostgresAgain();

      stack.awaitWritten(settings, 400);
      await().atMost(PATIENCE).until(() -> health.troubles().isEmpty());
      assertThat(sink.ended()).isNotDone();
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
    Settings settings = prepared(1);
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
      send(1, 0, 50);

      stack.awaitWritten(settings, 50);
      await().atMost(PATIENCE).until(() -> health.troubles().isEmpty());
      assertThat(sink.ended()).isNotDone();
    }
    assertThat(stack.query(settings, WRITES)).containsExactly("50");
    assertThat(stack.query(settings, "SELECT count(*) FROM sink_dead_letter")).containsExactly("0");
  }

  @Test
  void triesAgainAfterDeadlock() throws Exception {
    Settings settings = prepared(1);
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
      await().atMost(PATIENCE).until(() -> health.troubles().isEmpty());
      assertThat(sink.ended()).isNotDone();
    } finally {
      stack.executeAsSuperuser("ALTER ROLE lastfive RESET deadlock_timeout");
    }
    assertThat(stack.query(settings, WRITES)).containsExactly("3");
  }

  @Test
  void findsOutWhatBecameOfCommitsThatWereCut() throws Exception {
    Settings settings = prepared(2).with(KnownSettings.SINK_BATCH_SIZE, 20);
    try (CommitCutter cutter = new CommitCutter(stack.postgresPort(), 3);
        CustomerSink sink =
            SinkFixture.start(
                settings.with(
                    KnownSettings.DATABASE_URL,
                    // Without prepared statements a commit is sent by its name.
                    "jdbc:postgresql://127.0.0.1:%d/lastfive?prepareThreshold=0"
                        .formatted(cutter.port())))) {
      send(2, 0, 600);
      stack.awaitWritten(settings, 600);
      assertThat(cutter.cuts()).isGreaterThan(1);
      assertThat(sink.ended()).isNotDone();
    }
    assertThat(stack.query(settings, WRITES)).containsExactly("600");
  }

  @Test
  void leavesServerThatBecameReadOnly() throws Exception {
    Settings settings = prepared(1);
    SinkHealth health = new SinkHealth();
    try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED)) {
      send(1, 0, 10);
      stack.awaitWritten(settings, 10);

      stack.executeAsSuperuser("ALTER ROLE lastfive SET default_transaction_read_only = on");
      cutConnections();
      send(1, 10, 20);
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
  void waitsUntilThereIsRoomOnTheDisk() throws Exception {
    Path disk = Files.createDirectory(stack.data().resolve("small-disk"));
    Path cluster = stack.data().resolve("postgres").resolve("data");
    Object owner = Files.getAttribute(cluster, "unix:uid");
    assumeThat(
            run("mount", "-t", "tmpfs", "-o", "size=3m,mode=700,uid=" + owner, "tmpfs", "" + disk))
        .as("a small file system can be mounted, which takes root")
        .isZero();
    try {
      Settings settings = prepared(1);
      String schema = settings.get(KnownSettings.DATABASE_SCHEMA);
      stack.executeAsSuperuser("CREATE TABLESPACE small LOCATION '" + disk + "'");
      stack.executeAsSuperuser(
          "ALTER TABLE %s.customer_payments SET TABLESPACE small".formatted(schema));
      stack.executeAsSuperuser(
          "CREATE TABLE ballast TABLESPACE small AS SELECT repeat('x', 900) AS filling FROM generate_series(1, 1000)");
      SinkHealth health = new SinkHealth();
      try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED)) {
        send(1, 0, 4_000);
        await().atMost(PATIENCE).until(() -> reason(health).contains("No space left on device"));
        assertThat(health.trouble(Part.DATABASE).orElseThrow().reason())
            .contains("could not extend file");

        assertThat(run("mount", "-o", "remount,size=100m", "" + disk)).isZero();

        stack.awaitWritten(settings, 4_000);
        await().atMost(PATIENCE).until(() -> health.troubles().isEmpty());
        assertThat(sink.ended()).isNotDone();
      }
      assertThat(stack.query(settings, WRITES)).containsExactly("4000");
      stack.executeAsSuperuser("DROP TABLE ballast");
      stack.execute(settings, "DROP SCHEMA " + schema + " CASCADE");
      stack.executeAsSuperuser("DROP TABLESPACE small");
    } finally {
      run("umount", "-l", "" + disk);
    }
  }

  @Test
  @Tag("long")
  void losesNothingWhileEverythingComesAndGoesForMinutes() throws Exception {
    int rounds = 8;
    int each = 500;
    Settings settings = prepared(4).with(KnownSettings.SINK_BATCH_SIZE, 50);
    try (CustomerSink first = SinkFixture.start(settings);
        CustomerSink second = SinkFixture.start(settings)) {
      for (int round = 0; round < rounds; round++) {
        send(4, round * each, (round + 1) * each);
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

  private static Settings prepared(int partitions) throws SQLException {
    Settings settings = stack.begin(partitions);
    SinkDatabase.prepare(settings);
    stack.audit(settings);
    return settings;
  }

  private static void send(int partitions, int from, int to) {
    IntStream.range(from, to).forEach(i -> stack.sendVersionSoon(i % partitions, "C" + i, 1));
    stack.flush();
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

  private static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(List.of(command)).inheritIO().start();
    return process.waitFor(10, TimeUnit.SECONDS) ? process.exitValue() : -1;
  }
}
