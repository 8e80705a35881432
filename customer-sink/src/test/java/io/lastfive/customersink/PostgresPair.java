// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import static org.awaitility.Awaitility.await;

import io.lastfive.localstack.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A PostgreSQL and a standby that follows it by streaming replication, which does not wait for the
 * standby: what it has not received is lost when it takes over.
 */
final class PostgresPair implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String PASSWORD_FILE = "superuser.password";

  private final EmbeddedPostgres primary;
  private final EmbeddedPostgres standby;
  private final String superuserPassword;

  PostgresPair(Path folder) throws IOException, SQLException {
    Path first = folder.resolve("primary");
    Path second = folder.resolve("standby");
    primary = start(first);
    superuserPassword = Files.readString(first.resolve(PASSWORD_FILE)).strip();
    copy(first, second);
    standby = start(second);
    awaitCaughtUp();
  }

  /** Both servers, of which the driver takes the one that can be written to. */
  String url() {
    return "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/lastfive?targetServerType=primary"
        .formatted(primary.port(), standby.port());
  }

  String primaryUrl() {
    return primary.jdbcUrl();
  }

  String standbyUrl() {
    return standby.jdbcUrl();
  }

  /** Until the standby has all that the primary has. */
  void awaitCaughtUp() {
    String written = ask(primary, "SELECT pg_current_wal_insert_lsn()");
    awaitTrue(standby, "SELECT pg_last_wal_replay_lsn() >= '%s'::pg_lsn".formatted(written));
  }

  /** From now on the standby receives nothing. */
  void cutReplication() {
    ask(standby, "ALTER SYSTEM SET primary_conninfo = ''");
    ask(standby, "SELECT pg_reload_conf()");
    awaitTrue(standby, "SELECT count(*) = 0 FROM pg_stat_wal_receiver");
  }

  void killPrimary() {
    primary.kill();
  }

  void promoteStandby() {
    ask(standby, "SELECT pg_promote()");
  }

  private static EmbeddedPostgres start(Path folder) {
    return EmbeddedPostgres.builder()
        .dataDir(folder)
        .setting("wal_level", "replica")
        .setting("max_wal_senders", "4")
        .setting("fsync", "off")
        .start();
  }

  /** A backup as PostgreSQL's manual has it: files between a start and an end, then the label. */
  private void copy(Path from, Path to) throws IOException, SQLException {
    Files.writeString(
        from.resolve("data").resolve("pg_hba.conf"),
        "host replication postgres 127.0.0.1/32 scram-sha-256\n",
        StandardOpenOption.APPEND);
    Files.createDirectories(to);
    Files.copy(from.resolve(PASSWORD_FILE), to.resolve(PASSWORD_FILE));
    Path data = to.resolve("data");
    try (Connection connection = connect(primary);
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_reload_conf(), pg_backup_start('standby', true)");
      copyTree(from.resolve("data"), data);
      try (ResultSet row = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
        row.next();
        Files.writeString(data.resolve("backup_label"), row.getString(1));
      }
    }
    Files.createFile(data.resolve("standby.signal"));
    Files.writeString(
        data.resolve("postgresql.auto.conf"),
        "primary_conninfo = 'host=127.0.0.1 port=%d user=postgres password=%s'%n"
            .formatted(primary.port(), superuserPassword),
        StandardOpenOption.APPEND);
  }

  private static void copyTree(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files = all.filter(file -> !file.getFileName().toString().startsWith("postmaster.")).toList();
    }
    for (Path file : files) {
      Files.copy(
          file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  private void awaitTrue(EmbeddedPostgres server, String sql) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(() -> ask(server, sql).equals("t"));
  }

  private String ask(EmbeddedPostgres server, String sql) {
    try (Connection connection = connect(server);
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      try (ResultSet row = statement.getResultSet()) {
        row.next();
        return row.getString(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private Connection connect(EmbeddedPostgres server) throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(), "postgres", superuserPassword);
  }

  @Override
  public void close() {
    standby.close();
    primary.close();
  }
}
