// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import io.lastfive.ksqlclient.KsqlClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The queries that one apply started. A query can be accepted and die when it first meets its
 * topics or a record: within its first seconds that is the migration's failure. The time to wait is
 * shared by the scripts of an apply, and full for the last.
 */
final class QueryWatch {

  /**
   * A query that died, and why.
   *
   * @param undo the statement that ends it; empty: it is gone
   */
  record Dead(int version, String queryId, String reason, String undo) {
    String text() {
      return "the query "
          + queryId
          + " started and died: "
          + reason
          + " - Mend its cause"
          + (undo.isEmpty() ? "" : ", end it with " + undo)
          + " and apply again.";
    }
  }

  /**
   * @param lastOldError when a thread of the query died before it is watched; 0: never
   */
  private record Started(int version, Instant at, long lastOldError) {}

  private final KsqlClient client;
  private final Duration wait;
  private final Map<String, Started> queries = new LinkedHashMap<>();

  /**
   * @param wait how long a query must have lived at the end
   */
  QueryWatch(KsqlClient client, Duration wait) {
    this.client = client;
    this.wait = wait;
  }

  void started(int version, List<String> queryIds) {
    queryIds.forEach(id -> queries.put(id, new Started(version, Instant.now(), 0)));
  }

  /** A query that runs already: it may have died before, and not again. */
  void runs(int version, String queryId) {
    long lastOldError =
        ServerObjects.lastError(client, queryId)
            .map(ServerObjects.QueryError::timestamp)
            .orElse(0L);
    queries.put(queryId, new Started(version, Instant.now(), lastOldError));
  }

  /** Those that a script ends itself need no watch. */
  void ended(StatementEffect effect) {
    boolean all = effect.name().equals(StatementEffect.ALL);
    switch (effect.kind()) {
      case TERMINATE -> queries.keySet().removeIf(id -> all || id.equals(effect.name()));
      case DROP_STREAM, DROP_TABLE ->
          queries.keySet().removeIf(id -> Drift.isQueryOf(id, effect.name()));
      default -> {}
    }
  }

  /**
   * Looks until a version's queries have lived for a share of the time.
   *
   * @param sharers how many versions share it
   */
  Optional<Dead> firstDead(int version, int sharers) {
    return watch(List.of(version), wait.dividedBy(Math.max(1, sharers)));
  }

  /** Looks until every query has lived for the whole time. */
  Optional<Dead> firstDead() {
    return watch(queries.values().stream().map(Started::version).distinct().toList(), wait);
  }

  private Optional<Dead> watch(List<Integer> versions, Duration lifetime) {
    Map<String, Started> watched = new LinkedHashMap<>(queries);
    watched.values().removeIf(query -> !versions.contains(query.version()));
    if (watched.isEmpty()) {
      return Optional.empty();
    }
    Instant end =
        watched.values().stream()
            .map(Started::at)
            .max(Instant::compareTo)
            .orElseThrow()
            .plus(lifetime);
    Optional<Dead> dead = look(watched);
    while (dead.isEmpty() && Instant.now().isBefore(end)) {
      Pause.between(Pause.LOOKS);
      dead = look(watched);
    }
    return dead.or(() -> lookClosely(watched));
  }

  private Optional<Dead> look(Map<String, Started> watched) {
    Map<String, ServerObjects.Query> there = ServerObjects.read(client).queries();
    List<Dead> dead = new ArrayList<>();
    watched.forEach(
        (id, started) -> {
          Optional<ServerObjects.Query> query = Optional.ofNullable(there.get(id));
          if (query.isEmpty()) {
            dead.add(new Dead(started.version(), id, "it is gone", ""));
          } else if (query.get().states().contains("ERROR")) {
            String reason =
                ServerObjects.lastError(client, id)
                    .map(ServerObjects.QueryError::message)
                    .orElse("its state is ERROR");
            dead.add(new Dead(started.version(), id, reason, query.get().undo()));
          }
        });
    return dead.stream().findFirst();
  }

  /** A thread that dies is replaced, so the state may be RUNNING all the time: the errors tell. */
  private Optional<Dead> lookClosely(Map<String, Started> watched) {
    Map<String, ServerObjects.Query> there = ServerObjects.read(client).queries();
    for (Map.Entry<String, Started> entry : watched.entrySet()) {
      Optional<ServerObjects.QueryError> error = ServerObjects.lastError(client, entry.getKey());
      Started started = entry.getValue();
      if (error.isPresent() && error.get().timestamp() > started.lastOldError()) {
        String undo =
            Optional.ofNullable(there.get(entry.getKey()))
                .map(ServerObjects.Query::undo)
                .orElse("");
        return Optional.of(
            new Dead(started.version(), entry.getKey(), error.get().message(), undo));
      }
    }
    return Optional.empty();
  }
}
