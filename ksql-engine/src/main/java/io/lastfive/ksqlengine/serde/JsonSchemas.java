// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Columns as a JSON schema, and a JSON schema as columns, with the {@code connect.} properties by
 * which Kafka Connect tells apart what JSON does not.
 */
final class JsonSchemas {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String CONNECT_TYPE = "connect.type";
  private static final String CONNECT_INDEX = "connect.index";
  private static final String CONNECT_CLASSES = "org.apache.kafka.connect.data.";
  private static final int DEFAULT_PRECISION = 64;
  private static final Set<String> DEFINITIONS = Set.of("definitions", "$defs");

  /** A schema that goes deeper than this refers to itself. */
  private static final int DEEPEST = 100;

  private JsonSchemas() {}

  static String ofColumns(List<Column> columns, boolean unwrapped) {
    if (unwrapped) {
      return nullable(valueSchema(columns.get(0).type())).toString();
    }
    return object(columns.stream().map(c -> new SqlType.Field(c.name(), c.type())).toList())
        .toString();
  }

  private static ObjectNode object(List<SqlType.Field> fields) {
    ObjectNode schema = NODES.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    for (int i = 0; i < fields.size(); i++) {
      ObjectNode property = properties.putObject(fields.get(i).name()).put(CONNECT_INDEX, i);
      property.setAll(nullable(valueSchema(fields.get(i).type())));
    }
    return schema;
  }

  private static ObjectNode nullable(ObjectNode schema) {
    ObjectNode union = NODES.objectNode();
    union.putArray("oneOf").add(NODES.objectNode().put("type", "null")).add(schema);
    return union;
  }

  private static ObjectNode valueSchema(SqlType type) {
    if (type instanceof SqlType.Decimal decimal) {
      ObjectNode schema = connect("number", "Decimal", "bytes");
      schema
          .putObject("connect.parameters")
          .put("scale", String.valueOf(decimal.scale()))
          .put("connect.decimal.precision", String.valueOf(decimal.precision()));
      return schema;
    }
    if (type instanceof SqlType.Array array) {
      ObjectNode schema = NODES.objectNode().put("type", "array");
      schema.set("items", nullable(valueSchema(array.item())));
      return schema;
    }
    if (type instanceof SqlType.MapType map) {
      ObjectNode schema = NODES.objectNode().put("type", "object").put(CONNECT_TYPE, "map");
      schema.set("additionalProperties", nullable(valueSchema(map.value())));
      return schema;
    }
    if (type instanceof SqlType.Struct struct) {
      return object(struct.fields());
    }
    return primitive((SqlType.Primitive) type);
  }

  private static ObjectNode primitive(SqlType.Primitive type) {
    return switch (type) {
      case BOOLEAN -> NODES.objectNode().put("type", "boolean");
      case INTEGER -> NODES.objectNode().put("type", "integer").put(CONNECT_TYPE, "int32");
      case BIGINT -> NODES.objectNode().put("type", "integer").put(CONNECT_TYPE, "int64");
      case DOUBLE -> NODES.objectNode().put("type", "number").put(CONNECT_TYPE, "float64");
      case STRING -> NODES.objectNode().put("type", "string");
      case BYTES -> NODES.objectNode().put("type", "string").put(CONNECT_TYPE, "bytes");
      case DATE -> connect("integer", "Date", "int32");
      case TIME -> connect("integer", "Time", "int32");
      case TIMESTAMP -> connect("integer", "Timestamp", "int64");
    };
  }

  private static ObjectNode connect(String type, String name, String connectType) {
    return NODES
        .objectNode()
        .put("type", type)
        .put("title", CONNECT_CLASSES + name)
        .put("connect.version", 1)
        .put(CONNECT_TYPE, connectType);
  }

  /**
   * The columns of a registered schema; see {@link RegistryFormat#toColumns}.
   *
   * @throws KsqlException where the text is no JSON schema, or has types that ksqlDB has not
   */
  static List<Column> toColumns(String text, boolean unwrapped, String single, boolean keepCase) {
    JsonNode root = parse(text);
    SqlType type = toType(inlined(root, root, 0), keepCase);
    if (unwrapped) {
      return List.of(new Column(single, type));
    }
    if (!(type instanceof SqlType.Struct struct)) {
      throw new KsqlException(
          "Schema returned from schema registry is not an object: "
              + type.baseName()
              + ". Set WRAP_SINGLE_VALUE=false to read bare values.");
    }
    return struct.fields().stream().map(f -> new Column(f.name(), f.type())).toList();
  }

  private static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new KsqlException("The registered schema is not JSON", e);
    }
  }

  /** With its definitions where they are referred to. */
  private static JsonNode inlined(JsonNode schema, JsonNode root, int depth) {
    if (depth > DEEPEST) {
      throw new KsqlException("Recursive schemas are not supported");
    }
    if (schema.isArray()) {
      ArrayNode items = NODES.arrayNode();
      schema.forEach(item -> items.add(inlined(item, root, depth + 1)));
      return items;
    }
    if (!schema.isObject()) {
      return schema;
    }
    String reference = schema.path("$ref").asText();
    if (reference.startsWith("#/")) {
      return inlined(root.at(reference.substring(1)), root, depth + 1);
    }
    ObjectNode copy = NODES.objectNode();
    for (Map.Entry<String, JsonNode> member : schema.properties()) {
      if (depth > 0 || !DEFINITIONS.contains(member.getKey())) {
        copy.set(member.getKey(), inlined(member.getValue(), root, depth + 1));
      }
    }
    return copy;
  }

  private static SqlType toType(JsonNode schema, boolean keepCase) {
    JsonNode branches = schema.has("oneOf") ? schema.get("oneOf") : schema.get("anyOf");
    if (branches != null) {
      return unionType(branches, keepCase);
    }
    String title = schema.path("title").asText();
    return switch (typeName(schema)) {
      case "boolean" -> SqlType.BOOLEAN;
      case "string" ->
          schema.path(CONNECT_TYPE).asText().equals("bytes") ? SqlType.BYTES : SqlType.STRING;
      case "integer" -> integerType(schema, title);
      case "number" ->
          title.equals(CONNECT_CLASSES + "Decimal") ? decimalType(schema) : SqlType.DOUBLE;
      case "array" -> SqlType.array(toType(schema.path("items"), keepCase));
      case "object" -> objectType(schema, keepCase);
      default -> throw new KsqlException("Unsupported type in schema: " + schema.path("type"));
    };
  }

  /** {@code "type": ["null", "string"]} is a string as well, and so is one of several words. */
  private static String typeName(JsonNode schema) {
    JsonNode type = schema.path("type");
    if (type.isMissingNode() && schema.has("enum")) {
      return "string";
    }
    for (JsonNode name : type) {
      if (!name.asText().equals("null")) {
        return name.asText();
      }
    }
    return type.asText();
  }

  private static SqlType unionType(JsonNode branches, boolean keepCase) {
    List<JsonNode> values = new ArrayList<>();
    branches.forEach(
        branch -> {
          if (!branch.path("type").asText().equals("null")) {
            values.add(branch);
          }
        });
    if (values.size() != 1) {
      throw new KsqlException("Unsupported type in schema: a union of several types");
    }
    return toType(values.get(0), keepCase);
  }

  private static SqlType integerType(JsonNode schema, String title) {
    return switch (title) {
      case CONNECT_CLASSES + "Date" -> SqlType.DATE;
      case CONNECT_CLASSES + "Time" -> SqlType.TIME;
      case CONNECT_CLASSES + "Timestamp" -> SqlType.TIMESTAMP;
      default ->
          schema.path(CONNECT_TYPE).asText("int64").equals("int64")
              ? SqlType.BIGINT
              : SqlType.INTEGER;
    };
  }

  private static SqlType decimalType(JsonNode schema) {
    JsonNode parameters = schema.path("connect.parameters");
    return SqlType.decimal(
        parameters.path("connect.decimal.precision").asInt(DEFAULT_PRECISION),
        parameters.path("scale").asInt(0));
  }

  private static SqlType objectType(JsonNode schema, boolean keepCase) {
    JsonNode items = schema.path("additionalProperties");
    if (schema.path(CONNECT_TYPE).asText().equals("map")
        || (items.isObject() && !schema.has("properties"))) {
      return SqlType.map(SqlType.STRING, toType(items, keepCase));
    }
    List<Map.Entry<String, JsonNode>> properties =
        new ArrayList<>(schema.path("properties").properties());
    properties.sort(
        Comparator.comparingInt(p -> p.getValue().path(CONNECT_INDEX).asInt(Integer.MAX_VALUE)));
    return SqlType.struct(
        properties.stream()
            .map(
                p ->
                    new SqlType.Field(
                        keepCase ? p.getKey() : p.getKey().toUpperCase(Locale.ROOT),
                        toType(p.getValue(), keepCase)))
            .toList());
  }
}
