// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A record of a topic as the files of tests write it.
 *
 * @param key a JSON null where the record has none
 * @param value a JSON null for a tombstone
 * @param timestamp empty in what goes in: 0; in what is expected: any
 * @param headers what Kafka keeps beside the value, as the files have it
 */
public record ScriptRecord(
    String topic,
    JsonNode key,
    JsonNode value,
    OptionalLong timestamp,
    Optional<Window> window,
    Optional<JsonNode> headers) {

  /** The window of a windowed key, in milliseconds. */
  public record Window(long start, long end, boolean session) {}

  /** A record that has neither window nor headers. */
  public static ScriptRecord of(String topic, JsonNode key, JsonNode value, long timestamp) {
    return new ScriptRecord(
        topic, key, value, OptionalLong.of(timestamp), Optional.empty(), Optional.empty());
  }

  /** The records of ksql-test-runner's arrays {@code inputs} and {@code outputs}. */
  public static List<ScriptRecord> read(JsonNode nodes) {
    List<ScriptRecord> records = new ArrayList<>();
    for (JsonNode node : nodes) {
      JsonNode window = node.path("window");
      records.add(
          new ScriptRecord(
              node.path("topic").asText(),
              node.has("key") ? node.get("key") : NullNode.getInstance(),
              node.has("value") ? node.get("value") : NullNode.getInstance(),
              node.has("timestamp")
                  ? OptionalLong.of(node.get("timestamp").asLong())
                  : OptionalLong.empty(),
              window.isObject()
                  ? Optional.of(
                      new Window(
                          window.path("start").asLong(),
                          window.path("end").asLong(),
                          window.path("type").asText().equalsIgnoreCase("session")))
                  : Optional.empty(),
              node.has("headers") ? Optional.of(node.get("headers")) : Optional.empty()));
    }
    return records;
  }
}
