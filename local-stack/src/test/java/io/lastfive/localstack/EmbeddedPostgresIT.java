// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {
  @TempDir Path folder;

  @Test
  void givesItsOwnerAnEmptyUtf8DatabaseWithoutFsyncWhenTemporary() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
        Connection connection = postgres.connect()) {

      assertThat(ask(connection, "SHOW server_version")).isEqualTo("18.6");
      assertThat(ask(connection, "SELECT current_database()")).isEqualTo("lastfive");
      assertThat(ask(connection, "SHOW server_encoding")).isEqualTo("UTF8");
      assertThat(ask(connection, "SHOW fsync")).isEqualTo("off");
      assertThat(ask(connection, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void keepsDataDurablyOverRestartAndTakesNewPassword() throws Exception {
    try (EmbeddedPostgres first = EmbeddedPostgres.builder().dataDir(folder).start();
        Connection connection = first.connect()) {
      assertThat(ask(connection, "SHOW fsync")).isEqualTo("on");
      execute(connection, "CREATE TABLE kept AS SELECT 'yes' AS answer");
    }

    try (EmbeddedPostgres second =
            EmbeddedPostgres.builder().dataDir(folder).owner("lastfive", "it's new").start();
        Connection connection = second.connect()) {
      assertThat(ask(connection, "SELECT answer FROM kept")).isEqualTo("yes");
    }
  }

  @Test
  void refusesWrongPassword() {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      assertThatThrownBy(
              () -> DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "wrong"))
          .isInstanceOf(SQLException.class)
          .hasMessage("FATAL: password authentication failed for user \"lastfive\"");
    }
  }

  @Test
  void replacesServerThatIsStillRunningOnItsFolder() throws Exception {
    EmbeddedPostgres left = EmbeddedPostgres.builder().dataDir(folder).start();
    try (Connection connection = left.connect()) {
      execute(connection, "CREATE TABLE kept AS SELECT 'yes' AS answer");
    }

    try (EmbeddedPostgres second = EmbeddedPostgres.builder().dataDir(folder).start();
        Connection connection = second.connect()) {
      assertThat(ask(connection, "SELECT answer FROM kept")).isEqualTo("yes");
      assertThat(ProcessHandle.of(left.pid()).filter(ProcessHandle::isAlive)).isEmpty();
    } finally {
      left.close();
    }
  }

  @Test
  void recoversWhatWasCommittedBeforeItWasKilled() throws Exception {
    EmbeddedPostgres killed = EmbeddedPostgres.builder().dataDir(folder).start();
    try (Connection connection = killed.connect()) {
      execute(connection, "CREATE TABLE kept AS SELECT 'yes' AS answer");
    }
    killed.kill();
    assertThat(Files.exists(folder.resolve("data/postmaster.pid"))).isTrue();

    try (EmbeddedPostgres second = EmbeddedPostgres.builder().dataDir(folder).start();
        Connection connection = second.connect()) {
      assertThat(ask(connection, "SELECT answer FROM kept")).isEqualTo("yes");
    }
  }

  @Test
  void refusesPortInUseByName() {
    try (EmbeddedPostgres first = EmbeddedPostgres.start()) {
      assertThatThrownBy(() -> EmbeddedPostgres.builder().port(first.port()).start())
          .isInstanceOf(UncheckedIOException.class)
          .hasMessage(
              "java.net.BindException: port %d of 127.0.0.1, wanted for PostgreSQL, is in use. Stop what holds it, or give another port."
                  .formatted(first.port()));
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String ask(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
