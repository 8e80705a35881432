// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlclient.KsqlClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The streams, tables, persistent queries and types of a server at one moment.
 *
 * @param sources STREAM or TABLE by name
 * @param queries by id
 */
record ServerObjects(Map<String, String> sources, Map<String, Query> queries, Set<String> types) {

  /**
   * @param text of the statement that made it, as the server shows it
   * @param states of its instances, such as RUNNING, PAUSED and ERROR
   */
  record Query(String id, String text, Set<String> sinks, Set<String> states) {

    /** Whether it was made by INSERT INTO, whose text the server keeps as it was written. */
    boolean isInsert() {
      return StatementEffect.of(text).kind() == StatementEffect.Kind.INSERT_QUERY;
    }

    /** The statement that takes away what made it, so that it can be made again. */
    String undo() {
      StatementEffect made = StatementEffect.of(text);
      return switch (made.kind()) {
        case CREATE_STREAM -> "DROP STREAM " + made.name() + ";";
        case CREATE_TABLE -> "DROP TABLE " + made.name() + ";";
        default -> "TERMINATE " + id + ";";
      };
    }
  }

  /**
   * @param timestamp in milliseconds, of the server's clock
   */
  record QueryError(long timestamp, String message) {}

  static ServerObjects read(KsqlClient client) {
    Map<String, String> sources = new LinkedHashMap<>();
    Map<String, Query> queries = new LinkedHashMap<>();
    Set<String> types = new TreeSet<>();
    List<JsonNode> answers =
        client.execute("LIST STREAMS; LIST TABLES; LIST QUERIES; LIST TYPES;", Map.of(), Map.of());
    for (JsonNode entity : answers) {
      for (String list : List.of("streams", "tables")) {
        for (JsonNode source : entity.path(list)) {
          sources.put(source.path("name").asText(), source.path("type").asText());
        }
      }
      for (JsonNode query : entity.path("queries")) {
        if (query.path("queryType").asText().equals("PERSISTENT")) {
          queries.put(query.path("id").asText(), query(query));
        }
      }
      entity.path("types").fieldNames().forEachRemaining(types::add);
    }
    return new ServerObjects(sources, queries, types);
  }

  /** STREAM or TABLE. */
  Optional<String> source(String name) {
    return Optional.ofNullable(sources.get(name));
  }

  /** The query that makes a stream or table AS SELECT. */
  Optional<Query> queryOf(String source) {
    return queries.values().stream()
        .filter(query -> query.sinks().contains(source) && !query.isInsert())
        .findFirst();
  }

  /** The queries of INSERT INTO a stream. */
  List<Query> insertsInto(String source) {
    return queries.values().stream()
        .filter(query -> query.sinks().contains(source) && query.isInsert())
        .toList();
  }

  /** The last time a thread of a query died, as far as the server remembers; empty: none did. */
  static Optional<QueryError> lastError(KsqlClient client, String queryId) {
    Optional<QueryError> last = Optional.empty();
    for (JsonNode entity : client.execute("EXPLAIN " + quoted(queryId) + ";", Map.of(), Map.of())) {
      for (JsonNode error : entity.path("queryDescription").path("queryErrors")) {
        String message = error.path("errorMessage").asText().strip();
        last =
            Optional.of(
                new QueryError(
                    error.path("timestamp").asLong(), message.lines().findFirst().orElse("")));
      }
    }
    return last;
  }

  /** A name as it may stand in any statement. */
  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private static Query query(JsonNode json) {
    Set<String> sinks = new TreeSet<>();
    json.path("sinks").forEach(sink -> sinks.add(sink.asText()));
    Set<String> states = new TreeSet<>();
    json.path("statusCount").fieldNames().forEachRemaining(states::add);
    if (!json.path("state").asText().isEmpty() && states.isEmpty()) {
      states.add(json.path("state").asText());
    }
    return new Query(json.path("id").asText(), json.path("queryString").asText(), sinks, states);
  }
}
