// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a client sends to /ksql, /query, /query-stream and /ws/query; unknown fields are ignored.
 *
 * @param properties as by SET, for this request
 * @param variables as by DEFINE, for this request
 * @param afterSequence the command that must be executed before this request is looked at
 */
record KsqlRequest(
    String sql,
    Map<String, String> properties,
    Map<String, String> variables,
    OptionalLong afterSequence) {

  KsqlRequest {
    properties = new LinkedHashMap<>(properties);
    variables = new LinkedHashMap<>(variables);
  }

  /** Statements alone. */
  static KsqlRequest of(String sql) {
    return new KsqlRequest(sql, Map.of(), Map.of(), OptionalLong.empty());
  }

  /** The names of the fields differ between the two generations of endpoints. */
  static KsqlRequest ofKsql(JsonNode body) {
    return of(body, "ksql", "streamsProperties");
  }

  static KsqlRequest ofQueryStream(JsonNode body) {
    return of(body, "sql", "properties");
  }

  private static KsqlRequest of(JsonNode body, String sql, String properties) {
    JsonNode sequence = body.path("commandSequenceNumber");
    return new KsqlRequest(
        body.path(sql).asText(""),
        map(body.path(properties)),
        map(body.path("sessionVariables")),
        sequence.isIntegralNumber() ? OptionalLong.of(sequence.asLong()) : OptionalLong.empty());
  }

  private static Map<String, String> map(JsonNode node) {
    Map<String, String> map = new LinkedHashMap<>();
    node.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
    return map;
  }
}
