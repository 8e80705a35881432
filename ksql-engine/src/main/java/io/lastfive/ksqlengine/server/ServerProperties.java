// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.EngineConfig;
import io.lastfive.ksqlengine.query.StreamsSettings;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** LIST PROPERTIES: what queries run with, secrets hidden. */
final class ServerProperties {
  private static final String STREAMS = "ksql.streams.";

  /** What SET may change for a query, and is worth showing though nobody has set it. */
  private static final Set<String> EDITABLE =
      Set.of(
          "auto.offset.reset",
          "cache.max.bytes.buffering",
          "commit.interval.ms",
          "num.stream.threads",
          "processing.guarantee");

  private final EngineConfig config;

  ServerProperties(EngineConfig config) {
    this.config = config;
  }

  /**
   * @param overrides what SET and the request said
   */
  ObjectNode list(String text, Map<String, String> overrides) {
    Map<String, String> values = new TreeMap<>();
    values.put("ksql.service.id", config.serviceId());
    config.kafka().forEach((name, value) -> values.put(STREAMS + name, value));
    EDITABLE.forEach(
        name -> values.put(STREAMS + name, StreamsSettings.value(config, Map.of(), name)));
    values.put(STREAMS + "state.dir", config.stateDirectory().toString());
    config.defaults().forEach((name, value) -> values.put(prefixed(name), value));
    ObjectNode entity = StatementRunner.entity("properties", text);
    ArrayNode properties = entity.putArray("properties");
    overrides.forEach((name, value) -> values.put(prefixed(name), value));
    values.forEach(
        (name, value) ->
            properties
                .addObject()
                .put("name", name)
                .put("scope", "KSQL")
                .put("value", isSecret(name) ? "[hidden]" : value)
                .put("editable", isEditable(name))
                .put("level", "SERVER"));
    ArrayNode overwritten = entity.putArray("overwrittenProperties");
    overrides.keySet().forEach(name -> overwritten.add(prefixed(name)));
    ArrayNode defaults = entity.putArray("defaultProperties");
    EDITABLE.stream()
        .sorted()
        .map(name -> STREAMS + name)
        .filter(name -> !isGiven(name))
        .forEach(defaults::add);
    return entity;
  }

  private boolean isGiven(String name) {
    return config.defaults().containsKey(name)
        || config.defaults().containsKey(name.substring(STREAMS.length()));
  }

  private static boolean isEditable(String name) {
    return name.startsWith(STREAMS) && EDITABLE.contains(name.substring(STREAMS.length()));
  }

  private static boolean isSecret(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.contains("password") || lower.contains("secret") || lower.contains("jaas");
  }

  private static String prefixed(String name) {
    return name.startsWith("ksql.") ? name : STREAMS + name;
  }
}
