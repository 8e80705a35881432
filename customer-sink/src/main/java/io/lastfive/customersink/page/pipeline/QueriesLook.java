// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlclient.KsqlClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks ksqlDB which persistent queries there are, and how they do. */
final class QueriesLook {
  private static final Pattern SOURCE =
      Pattern.compile("\\bFROM\\s+`?([A-Za-z0-9_]+)`?", Pattern.CASE_INSENSITIVE);

  private final KsqlClient ksql;

  QueriesLook(KsqlClient ksql) {
    this.ksql = ksql;
  }

  /**
   * A persistent query.
   *
   * @param state as ksqlDB says it: RUNNING, PAUSED, ERROR, ...
   * @param reads its source's topic, where ksqlDB knows the source
   */
  record Query(String id, String state, Optional<String> reads, Set<String> writes) {
    Query {
      writes = Set.copyOf(writes);
    }
  }

  List<Query> look() {
    Map<String, String> topicsByName = new HashMap<>();
    List<Query> queries = new ArrayList<>();
    List<JsonNode> answers =
        ksql.execute("LIST STREAMS; LIST TABLES; LIST QUERIES;", Map.of(), Map.of());
    for (JsonNode answer : answers) {
      for (String kind : List.of("streams", "tables")) {
        answer
            .path(kind)
            .forEach(
                source ->
                    topicsByName.put(source.path("name").asText(), source.path("topic").asText()));
      }
    }
    for (JsonNode answer : answers) {
      answer
          .path("queries")
          .forEach(
              query -> {
                if (query.path("queryType").asText().equals("PERSISTENT")) {
                  queries.add(query(query, topicsByName));
                }
              });
    }
    return queries;
  }

  private static Query query(JsonNode query, Map<String, String> topicsByName) {
    Set<String> writes = new HashSet<>();
    query.path("sinkKafkaTopics").forEach(topic -> writes.add(topic.asText()));
    Matcher source = SOURCE.matcher(query.path("queryString").asText());
    Optional<String> reads =
        source.find()
            ? Optional.ofNullable(topicsByName.get(source.group(1).toUpperCase(Locale.ROOT)))
            : Optional.empty();
    return new Query(query.path("id").asText(), query.path("state").asText(), reads, writes);
  }
}
