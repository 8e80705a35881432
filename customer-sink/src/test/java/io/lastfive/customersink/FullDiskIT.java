// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import static io.lastfive.customersink.SinkFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.lastfive.customersink.SinkHealth.Part;
import io.lastfive.customersink.write.WriteStep;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** PostgreSQL on small file systems that fill up, which takes root to mount: skipped without. */
class FullDiskIT {
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
  void waitsUntilThereIsRoomOnTheDisk() throws Exception {
    Path disk = mounted("small-disk", "3m");
    try {
      Settings settings = stack.beginAudited(1);
      String schema = settings.get(KnownSettings.DATABASE_SCHEMA);
      stack.executeAsSuperuser("CREATE TABLESPACE small LOCATION '" + disk + "'");
      stack.executeAsSuperuser(
          "ALTER TABLE %s.customer_payments SET TABLESPACE small".formatted(schema));
      stack.executeAsSuperuser(
          "CREATE TABLE ballast TABLESPACE small AS SELECT repeat('x', 900) AS filling FROM generate_series(1, 1000)");
      SinkHealth health = new SinkHealth();
      try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED)) {
        stack.sendFirstVersions(1, 0, 4_000);
        await().atMost(PATIENCE).until(() -> reason(health).contains("No space left on device"));
        assertThat(health.trouble(Part.DATABASE).orElseThrow().reason())
            .contains("could not extend file");

        assertThat(run("mount", "-o", "remount,size=100m", "" + disk)).isZero();

        stack.awaitWritten(settings, 4_000);
        SinkFixture.awaitHealthy(sink, health);
      }
      assertThat(stack.query(settings, WRITES)).containsExactly("4000");
      stack.executeAsSuperuser("DROP TABLE ballast");
      stack.execute(settings, "DROP SCHEMA " + schema + " CASCADE");
      stack.executeAsSuperuser("DROP TABLESPACE small");
    } finally {
      run("umount", "-l", "" + disk);
    }
  }

  /**
   * Without room for its log PostgreSQL gives up altogether, and does not always come back alone.
   */
  @Test
  void waitsForDatabaseThatHadNoRoomForItsLog() throws Exception {
    Path cluster = stack.data().resolve("postgres").resolve("data");
    Path log = stack.data().resolve("postgres").resolve("postgresql.log");
    Path disk = mounted("log-disk", "60m");
    Settings settings = stack.beginAudited(1);
    stack.stopPostgres();
    assertThat(run("mv", cluster.resolve("pg_wal").toString(), disk.toString())).isZero();
    Files.createSymbolicLink(cluster.resolve("pg_wal"), disk.resolve("pg_wal"));
    stack.startPostgresAgain();
    SinkHealth health = new SinkHealth();
    try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED)) {
      stack.sendFirstVersions(1, 0, 100);
      stack.awaitWritten(settings, 100);

      assertThat(run("sh", "-c", "cat /dev/zero 2>/dev/null >" + disk.resolve("ballast")))
          .isNotZero();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                try {
                  stack.executeAsSuperuser("SELECT pg_switch_wal(), txid_current()");
                } catch (SQLException givenUp) {
                  // Looked for in the log: what the session was told depends on who ended it first.
                }
                return Files.readString(log).contains("PANIC");
              });
      stack.sendFirstVersions(1, 100, 200);
      await().atMost(PATIENCE).until(() -> health.trouble(Part.DATABASE).isPresent());
      assertThat(Files.readString(log)).contains("No space left on device");

      assertThat(run("mount", "-o", "remount,size=400m", disk.toString())).isZero();
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(200))
          .ignoreExceptions()
          .until(
              () -> {
                stack.startPostgresWhereItEnded();
                return !stack.query(settings, WRITES).isEmpty();
              });

      stack.awaitWritten(settings, 200);
      SinkFixture.awaitHealthy(sink, health);
      assertThat(stack.query(settings, WRITES)).containsExactly("200");
    } finally {
      stack.stopPostgres();
      Files.delete(cluster.resolve("pg_wal"));
      assertThat(run("mv", disk.resolve("pg_wal").toString(), cluster.toString())).isZero();
      run("umount", "-l", disk.toString());
      stack.startPostgresAgain();
    }
  }

  /** A file system of its own, so small that it is soon full. */
  private static Path mounted(String name, String size) throws IOException, InterruptedException {
    Path disk = Files.createDirectory(stack.data().resolve(name));
    Path cluster = stack.data().resolve("postgres").resolve("data");
    String options =
        "size=%s,mode=700,uid=%s".formatted(size, Files.getAttribute(cluster, "unix:uid"));
    assumeThat(run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString()))
        .as("a small file system can be mounted, which takes root")
        .isZero();
    return disk;
  }

  private static String reason(SinkHealth health) {
    return health.trouble(Part.DATABASE).map(SinkHealth.Trouble::reason).orElse("");
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(List.of(command)).inheritIO().start();
    return process.waitFor(10, TimeUnit.SECONDS) ? process.exitValue() : -1;
  }
}
