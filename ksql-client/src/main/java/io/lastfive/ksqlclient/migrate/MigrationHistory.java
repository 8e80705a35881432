// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.RowStream;
import io.lastfive.ksqlclient.migrate.MigrationState.Attempt;
import io.lastfive.ksqlclient.migrate.MigrationState.Migrated;
import io.lastfive.ksqlclient.migrate.MigrationState.Tried;
import io.lastfive.settings.UnavailableError;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which versions were applied, kept in ksqlDB itself as ksql-migrations keeps it: a stream gets two
 * rows a change, one keyed CURRENT and one keyed by the version, and a table holds the latest of
 * each. Whoever dies between the two leaves a half-written change: CURRENT, which is written first,
 * is then right.
 */
final class MigrationHistory {

  /** After a restart ksqlDB answers pull queries only when its stores are back: up to a minute. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(90);

  private static final String CURRENT = "CURRENT";

  /**
   * @param versions the latest state of every version that was tried
   * @param halfWritten the change whose second row is missing
   */
  record Versions(SortedMap<Integer, Tried> versions, Optional<Tried> halfWritten) {
    Versions {
      versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    }

    static Versions none() {
      return new Versions(new TreeMap<>(), Optional.empty());
    }

    Optional<Tried> of(int version) {
      return Optional.ofNullable(versions.get(version));
    }

    boolean isMigrated(int version) {
      return versions.get(version) instanceof Migrated;
    }

    /** The greatest version that is MIGRATED; 0: none. */
    int latestMigrated() {
      return versions.values().stream()
          .filter(Migrated.class::isInstance)
          .mapToInt(MigrationState::version)
          .max()
          .orElse(0);
    }

    /** As the row of the next version has it. */
    String previous() {
      return latestMigrated() == 0 ? Attempt.NO_VERSION : String.valueOf(latestMigrated());
    }
  }

  private final KsqlClient client;
  private final StatementRunner runner;
  private final HistoryNames names;

  MigrationHistory(KsqlClient client, StatementRunner runner, HistoryNames names) {
    this.client = client;
    this.runner = runner;
    this.names = names;
  }

  boolean exists() {
    return ServerObjects.read(client).source(names.table()).isPresent();
  }

  /** Makes what is not there; one that ksql-migrations made is used as it is. */
  void create() {
    ServerObjects there = ServerObjects.read(client);
    String prefix = client.serviceId() + "ksql_";
    if (there.source(names.stream()).isEmpty()) {
      runner.run(
          "CREATE STREAM "
              + names.stream()
              + " (version_key STRING KEY, "
              + HistoryRow.COLUMNS.stream()
                  .map(name -> name + " STRING")
                  .collect(Collectors.joining(", "))
              + ") WITH (KAFKA_TOPIC='"
              + names.streamTopic().orElse(prefix + names.stream())
              + "', VALUE_FORMAT='JSON', PARTITIONS=1, REPLICAS="
              + names.replicas()
              + ");");
    }
    if (there.source(names.table()).isEmpty()) {
      runner.run(
          "CREATE TABLE "
              + names.table()
              + " WITH (KAFKA_TOPIC='"
              + names.tableTopic().orElse(prefix + names.table())
              + "') AS SELECT version_key, "
              + HistoryRow.COLUMNS.stream()
                  .map(name -> "LATEST_BY_OFFSET(" + name + ") AS " + name)
                  .collect(Collectors.joining(", "))
              + " FROM "
              + names.stream()
              + " GROUP BY version_key EMIT CHANGES;");
    }
  }

  /** Takes the history away, its topics too; the streams and tables of the scripts stay. */
  void destroy() {
    ServerObjects there = ServerObjects.read(client);
    if (there.source(names.table()).isPresent()) {
      runner.run("DROP TABLE " + names.table() + " DELETE TOPIC;");
    }
    if (there.source(names.stream()).isPresent()) {
      runner.run("DROP STREAM " + names.stream() + " DELETE TOPIC;");
    }
  }

  /** Writes a change, and returns once the table shows it: whoever asks next sees it. */
  void write(Tried state) {
    insert(CURRENT, state);
    insert(String.valueOf(state.version()), state);
    awaitVisible(state);
  }

  /** Writes the row of a version alone, where CURRENT is not to change. */
  void writeVersion(Tried state) {
    insert(String.valueOf(state.version()), state);
    awaitVisible(state);
  }

  private void insert(String key, Tried state) {
    runner.run(
        "INSERT INTO "
            + names.stream()
            + " (version_key, "
            + String.join(", ", HistoryRow.COLUMNS)
            + ") VALUES ("
            + Stream.concat(Stream.of(key), HistoryRow.values(state).stream())
                .map(value -> "'" + value.replace("'", "''").replace("${", "$${") + "'")
                .collect(Collectors.joining(", "))
            + ");");
  }

  private void awaitVisible(Tried state) {
    Instant deadline = Instant.now().plus(LONGEST_WAIT);
    while (!isShown(state)) {
      if (Instant.now().isAfter(deadline)) {
        throw new UnavailableError(
            "ksqlDB at "
                + client.address()
                + " has not shown version "
                + state.version()
                + " as "
                + state.label()
                + " for "
                + LONGEST_WAIT.toSeconds()
                + " s. Look at the query of "
                + names.table()
                + " with SHOW QUERIES.");
      }
      Pause.between(Pause.SHORT);
    }
  }

  private boolean isShown(Tried state) {
    return state.equals(
        rows(names.table(), " WHERE version_key = '" + state.version() + "'")
            .get(String.valueOf(state.version())));
  }

  Versions read() {
    // The table lags behind the stream, which does not keep its rows for ever: both together know.
    Map<String, Tried> rows = rows(names.table(), "");
    rows.putAll(rows(names.stream(), ""));
    SortedMap<Integer, Tried> versions = new TreeMap<>();
    rows.forEach(
        (key, state) -> {
          if (!key.equals(CURRENT)) {
            versions.put(state.version(), state);
          }
        });
    Optional<Tried> halfWritten =
        Optional.ofNullable(rows.get(CURRENT))
            .filter(current -> isNewer(current, versions.get(current.version())));
    halfWritten.ifPresent(state -> versions.put(state.version(), state));
    return new Versions(versions, halfWritten);
  }

  /** The row of a version may be newer too: repair and dead queries write it alone. */
  private static boolean isNewer(Tried current, @Nullable Tried version) {
    if (version == null || version.attempt().startedOn().isBefore(current.attempt().startedOn())) {
      return true;
    }
    return version instanceof MigrationState.Running
        && !(current instanceof MigrationState.Running);
  }

  private Map<String, Tried> rows(String source, String where) {
    Map<String, Tried> states = new TreeMap<>();
    String sql =
        "SELECT version_key, "
            + String.join(", ", HistoryRow.COLUMNS)
            + " FROM "
            + source
            + where
            + ";";
    try (RowStream rows =
        client.queryWhenServed(sql, Map.of("auto.offset.reset", "earliest"), LONGEST_WAIT)) {
      for (Optional<List<JsonNode>> row = rows.next(); row.isPresent(); row = rows.next()) {
        states.put(row.get().get(0).asText(), HistoryRow.state(row.get()));
      }
    }
    return states;
  }
}
