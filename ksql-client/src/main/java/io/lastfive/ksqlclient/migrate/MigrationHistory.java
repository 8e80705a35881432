// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.KsqlServerException;
import io.lastfive.ksqlclient.RowStream;
import io.lastfive.ksqlclient.migrate.AppliedMigration.State;
import io.lastfive.settings.UnavailableError;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which versions were applied, kept in ksqlDB itself as ksql-migrations keeps it: the stream
 * MIGRATION_EVENTS gets two rows a change, one keyed by the version and one keyed CURRENT, and the
 * table MIGRATION_SCHEMA_VERSIONS holds the latest of each.
 */
final class MigrationHistory {
  private static final String NO_VERSION = "<none>";
  private static final String NO_ERROR = "N/A";

  /** After a restart ksqlDB answers pull queries only when its stores are back: up to a minute. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(90);

  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final List<String> COLUMNS =
      List.of(
          "VERSION",
          "NAME",
          "STATE",
          "CHECKSUM",
          "STARTED_ON",
          "COMPLETED_ON",
          "PREVIOUS",
          "ERROR_REASON");

  private final KsqlClient client;
  private final StatementRunner runner;

  MigrationHistory(KsqlClient client, StatementRunner runner) {
    this.client = client;
    this.runner = runner;
  }

  boolean exists() {
    return listed("TABLES", "tables", "MIGRATION_SCHEMA_VERSIONS");
  }

  /** Makes what is not there; one that ksql-migrations made is used as it is. */
  void create() {
    String prefix = client.serviceId() + "ksql_";
    if (!listed("STREAMS", "streams", "MIGRATION_EVENTS")) {
      runner.run(
          "CREATE STREAM MIGRATION_EVENTS (version_key STRING KEY, "
              + COLUMNS.stream().map(name -> name + " STRING").collect(Collectors.joining(", "))
              + ") WITH (KAFKA_TOPIC='"
              + prefix
              + "MIGRATION_EVENTS', VALUE_FORMAT='JSON', PARTITIONS=1, REPLICAS=1);");
    }
    if (!exists()) {
      runner.run(
          "CREATE TABLE MIGRATION_SCHEMA_VERSIONS WITH (KAFKA_TOPIC='"
              + prefix
              + "MIGRATION_SCHEMA_VERSIONS') AS SELECT version_key, "
              + COLUMNS.stream()
                  .map(name -> "LATEST_BY_OFFSET(" + name + ") AS " + name)
                  .collect(Collectors.joining(", "))
              + " FROM MIGRATION_EVENTS GROUP BY version_key EMIT CHANGES;");
    }
  }

  /** Every version that has a row, by version. */
  Map<Integer, AppliedMigration> read() {
    Instant deadline = Instant.now().plus(LONGEST_WAIT);
    while (true) {
      try {
        return readOnce();
      } catch (KsqlServerException e) {
        if (!isStarting(e) || Instant.now().isAfter(deadline)) {
          throw e;
        }
        pause();
      }
    }
  }

  void write(AppliedMigration row) {
    for (String key : List.of("CURRENT", String.valueOf(row.version()))) {
      runner.run(
          "INSERT INTO MIGRATION_EVENTS (version_key, "
              + String.join(", ", COLUMNS)
              + ") VALUES ("
              + Stream.of(
                      key,
                      String.valueOf(row.version()),
                      row.name(),
                      row.state().name(),
                      row.checksum(),
                      millis(row.startedOn()),
                      millis(row.completedOn()),
                      row.previous(),
                      row.errorReason())
                  .map(value -> "'" + value.replace("'", "''") + "'")
                  .collect(Collectors.joining(", "))
              + ");");
    }
  }

  /** Waits until the table shows what was written last, so that whoever asks next sees it. */
  void awaitVisible(AppliedMigration row) {
    Instant deadline = Instant.now().plus(LONGEST_WAIT);
    while (!row.equals(read().get(row.version()))) {
      if (Instant.now().isAfter(deadline)) {
        throw new UnavailableError(
            "ksqlDB at "
                + client.address()
                + " has not shown version "
                + row.version()
                + " as "
                + row.state()
                + " for "
                + LONGEST_WAIT.toSeconds()
                + " s. Look at the query CTAS_MIGRATION_SCHEMA_VERSIONS with SHOW QUERIES.");
      }
      pause();
    }
  }

  static AppliedMigration running(Migration migration, Optional<Integer> previous) {
    return new AppliedMigration(
        migration.version(),
        migration.name(),
        State.RUNNING,
        migration.checksum(),
        Optional.of(Instant.ofEpochMilli(System.currentTimeMillis())),
        Optional.empty(),
        previous.map(String::valueOf).orElse(NO_VERSION),
        NO_ERROR);
  }

  static AppliedMigration migrated(AppliedMigration running) {
    return completed(running, State.MIGRATED, NO_ERROR);
  }

  static AppliedMigration failed(AppliedMigration running, String reason) {
    return completed(running, State.ERROR, reason);
  }

  private static AppliedMigration completed(AppliedMigration running, State state, String reason) {
    return new AppliedMigration(
        running.version(),
        running.name(),
        state,
        running.checksum(),
        running.startedOn(),
        Optional.of(Instant.ofEpochMilli(System.currentTimeMillis())),
        running.previous(),
        reason);
  }

  private Map<Integer, AppliedMigration> readOnce() {
    Map<Integer, AppliedMigration> history = new TreeMap<>();
    String sql =
        "SELECT version_key, " + String.join(", ", COLUMNS) + " FROM MIGRATION_SCHEMA_VERSIONS;";
    try (RowStream rows = client.query(sql, Map.of())) {
      for (Optional<List<JsonNode>> row = rows.next(); row.isPresent(); row = rows.next()) {
        List<JsonNode> columns = row.get();
        if (!columns.get(0).asText().equals("CURRENT")) {
          AppliedMigration applied = applied(columns);
          history.put(applied.version(), applied);
        }
      }
    }
    return history;
  }

  private static AppliedMigration applied(List<JsonNode> columns) {
    return new AppliedMigration(
        columns.get(1).asInt(),
        columns.get(2).asText(),
        State.valueOf(columns.get(3).asText()),
        columns.get(4).asText(),
        instant(columns.get(5)),
        instant(columns.get(6)),
        columns.get(7).asText(),
        columns.get(8).asText());
  }

  private static Optional<Instant> instant(JsonNode millis) {
    return Optional.of(millis.asText())
        .filter(text -> !text.isEmpty() && !text.equals("null"))
        .map(text -> Instant.ofEpochMilli(Long.parseLong(text)));
  }

  private static String millis(Optional<Instant> time) {
    return time.map(instant -> String.valueOf(instant.toEpochMilli())).orElse("");
  }

  private boolean listed(String what, String field, String name) {
    for (JsonNode entity : client.execute("LIST " + what + ";", Map.of(), Map.of())) {
      for (JsonNode source : entity.path(field)) {
        if (source.path("name").asText().equals(name)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isStarting(KsqlServerException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("Cannot determine which host")
        || message.contains("not available")
        || message.contains("Unable to execute pull query");
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableError("Interrupted while waiting for ksqlDB. Run the command again.", e);
    }
  }
}
