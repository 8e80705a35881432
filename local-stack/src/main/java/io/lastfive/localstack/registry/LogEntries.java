// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.registry.CompatibilityLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entries of {@code _schemas} as JSON, with the names and layout that Confluent's registry has. */
final class LogEntries {
  private static final Logger LOG = LoggerFactory.getLogger(LogEntries.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private LogEntries() {}

  static String schemaKey(String subject, int version) {
    return JSON.createObjectNode()
        .put("keytype", "SCHEMA")
        .put("subject", subject)
        .put("version", version)
        .put("magic", 1)
        .toString();
  }

  static String schemaValue(StoredSchema schema) {
    ObjectNode value =
        JSON.createObjectNode()
            .put("subject", schema.subject())
            .put("version", schema.version())
            .put("id", schema.id());
    if (!schema.isAvro()) {
      value.put("schemaType", schema.type());
    }
    if (!schema.references().isEmpty()) {
      value.set("references", references(schema.references()));
    }
    return value.put("schema", schema.text()).put("deleted", schema.deleted()).toString();
  }

  static String configKey(Optional<String> subject) {
    return settingKey("CONFIG", subject);
  }

  static String configValue(CompatibilityLevel level) {
    return JSON.createObjectNode().put("compatibilityLevel", level.name()).toString();
  }

  static String modeKey(Optional<String> subject) {
    return settingKey("MODE", subject);
  }

  static String modeValue(Mode mode) {
    return JSON.createObjectNode().put("mode", mode.name()).toString();
  }

  static String deleteSubjectKey(String subject) {
    return settingKey("DELETE_SUBJECT", Optional.of(subject));
  }

  static String deleteSubjectValue(String subject, int version) {
    return JSON.createObjectNode().put("subject", subject).put("version", version).toString();
  }

  static ArrayNode references(List<Reference> references) {
    ArrayNode array = JSON.createArrayNode();
    for (Reference reference : references) {
      array
          .addObject()
          .put("name", reference.name())
          .put("subject", reference.subject())
          .put("version", reference.version());
    }
    return array;
  }

  static List<Reference> references(JsonNode array) {
    List<Reference> references = new ArrayList<>();
    for (JsonNode reference : array) {
      references.add(
          new Reference(
              reference.path("name").asText(),
              reference.path("subject").asText(),
              reference.path("version").asInt()));
    }
    return references;
  }

  /** Tells the state what the entry says; kinds that this registry does not know change nothing. */
  static void read(String key, Optional<String> value, long timestamp, SchemaState state) {
    JsonNode keyNode;
    Optional<JsonNode> valueNode;
    try {
      keyNode = JSON.readTree(key);
      valueNode = value.isEmpty() ? Optional.empty() : Optional.of(JSON.readTree(value.get()));
    } catch (JsonProcessingException e) {
      LOG.warn("Skipping an entry of _schemas that is not JSON timestamp={}", timestamp);
      return;
    }
    Optional<String> subject = Optional.ofNullable(keyNode.path("subject").textValue());
    switch (keyNode.path("keytype").asText()) {
      case "SCHEMA" -> {
        int version = keyNode.path("version").asInt();
        valueNode.ifPresentOrElse(
            schema -> state.put(schema(schema, timestamp)),
            () -> state.remove(subject.orElseThrow(), version));
      }
      case "CONFIG" ->
          state.setLevel(
              subject,
              valueNode.map(
                  v -> CompatibilityLevel.valueOf(v.path("compatibilityLevel").asText())));
      case "MODE" ->
          state.setMode(subject, valueNode.map(v -> Mode.valueOf(v.path("mode").asText())));
      case "DELETE_SUBJECT" ->
          valueNode.ifPresent(
              v -> state.softDelete(subject.orElseThrow(), v.path("version").asInt()));
      case "NOOP" -> {}
      default ->
          LOG.warn(
              "Skipping an entry of _schemas of unknown kind keytype={}", keyNode.get("keytype"));
    }
  }

  private static StoredSchema schema(JsonNode value, long timestamp) {
    return new StoredSchema(
        value.path("subject").asText(),
        value.path("version").asInt(),
        value.path("id").asInt(),
        value.path("schemaType").asText(SchemaRequest.AVRO),
        value.path("schema").asText(),
        references(value.path("references")),
        timestamp,
        value.path("deleted").asBoolean());
  }

  private static String settingKey(String keytype, Optional<String> subject) {
    return JSON.createObjectNode()
        .put("keytype", keytype)
        .put("subject", subject.orElse(null))
        .put("magic", 0)
        .toString();
  }
}
