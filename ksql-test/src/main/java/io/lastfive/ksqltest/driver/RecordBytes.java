// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.driver;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.serde.AvroJson;
import io.lastfive.ksqlengine.serde.Format;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.serde.Format.RegisteredSchema;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import io.lastfive.ksqlengine.serde.Formats;
import io.lastfive.ksqlengine.serde.RegisteredSchemas;
import io.lastfive.ksqlengine.serde.RowJson;
import io.lastfive.ksqlengine.types.Column;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/** Records as files have them to bytes as a producer would write them, and bytes to JSON. */
public final class RecordBytes {
  private final SchemaStore schemas;

  public RecordBytes(SchemaStore schemas) {
    this.schemas = schemas;
  }

  public byte @Nullable [] key(
      DataSource source, JsonNode json, Optional<ScriptRecord.Window> window) {
    byte @Nullable [] plain =
        bytes(json, source.schema().key(), source.keyFormat(), true, source.topic());
    if (plain == null || window.isEmpty()) {
      return plain;
    }
    ScriptRecord.Window bounds = window.get();
    ByteBuffer windowed =
        ByteBuffer.allocate(plain.length + (bounds.session() ? 2 : 1) * Long.BYTES);
    windowed.put(plain);
    if (bounds.session()) {
      windowed.putLong(bounds.end());
    }
    windowed.putLong(bounds.start());
    return windowed.array();
  }

  public byte @Nullable [] value(DataSource source, JsonNode json) {
    return bytes(json, source.schema().value(), source.valueFormat(), false, source.topic());
  }

  private byte @Nullable [] bytes(
      JsonNode json, List<Column> columns, FormatSpec spec, boolean isKey, String topic) {
    if (json.isNull()) {
      return null;
    }
    switch (spec.name()) {
      case "AVRO":
        return avro(json, spec, isKey, topic);
      case "JSON":
        return json.toString().getBytes(StandardCharsets.UTF_8);
      case "JSON_SR":
        return jsonSchema(json, spec, isKey, topic);
      case "PROTOBUF":
        return protobuf(json, spec, isKey, topic);
      case "PROTOBUF_NOSR":
        return protobuf(json, columns, spec, isKey, topic);
      case "DELIMITED":
        return json.asText().getBytes(StandardCharsets.UTF_8);
      case "NONE":
        return json.asText().getBytes(StandardCharsets.UTF_8);
      default:
        if (columns.isEmpty()) {
          return json.asText().getBytes(StandardCharsets.UTF_8);
        }
        @Nullable Object[] row = {RowJson.parse(columns.get(0).type(), json)};
        return serde(columns, spec, isKey, topic).serializer().serialize(topic, row);
    }
  }

  private byte[] avro(JsonNode json, FormatSpec spec, boolean isKey, String topic) {
    Optional<RegisteredSchema> schema = registered(spec, isKey, topic);
    if (schema.isEmpty()) {
      throw new KsqlException(
          "No Avro schema to write " + (isKey ? "keys" : "values") + " of topic " + topic);
    }
    return AvroJson.encode(schema.get(), json);
  }

  /** As the registered schema has it, whatever the source's columns. */
  private byte @Nullable [] protobuf(JsonNode json, FormatSpec spec, boolean isKey, String topic) {
    Map<String, String> properties = new TreeMap<>(spec.properties());
    registered(spec, isKey, topic)
        .ifPresent(schema -> properties.put(FormatSpec.SCHEMA_ID, String.valueOf(schema.id())));
    FormatSpec registered = new FormatSpec(spec.name(), properties, Optional.empty());
    return protobuf(
        json,
        RegisteredSchemas.inferColumns(topic, registered, isKey, schemas),
        registered,
        isKey,
        topic);
  }

  private byte @Nullable [] protobuf(
      JsonNode json, List<Column> columns, FormatSpec spec, boolean isKey, String topic) {
    FormatSpec asJson = new FormatSpec("JSON", Map.of(), Optional.of(true));
    @Nullable Object[] row =
        serde(columns, asJson, isKey, topic)
            .deserializer()
            .deserialize(topic, json.toString().getBytes(StandardCharsets.UTF_8));
    return row == null
        ? null
        : serde(columns, spec, isKey, topic).serializer().serialize(topic, row);
  }

  private byte[] jsonSchema(JsonNode json, FormatSpec spec, boolean isKey, String topic) {
    int id = registered(spec, isKey, topic).map(RegisteredSchema::id).orElse(0);
    byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(5 + text.length).put((byte) 0).putInt(id).put(text).array();
  }

  private Optional<RegisteredSchema> registered(FormatSpec spec, boolean isKey, String topic) {
    String id = spec.properties().get(FormatSpec.SCHEMA_ID);
    return id != null
        ? schemas.byId(Integer.parseInt(id))
        : schemas.latest(RegisteredSchemas.subject(topic, isKey));
  }

  private Serde<@Nullable Object[]> serde(
      List<Column> columns, FormatSpec spec, boolean isKey, String topic) {
    return Formats.of(spec).serde(columns, spec, isKey, topic, schemas);
  }

  /** A row of INSERT VALUES, as the engine writes it. */
  byte @Nullable [] ofRow(DataSource target, @Nullable Object[] row, boolean isKey) {
    List<Column> columns = isKey ? target.schema().key() : target.schema().value();
    FormatSpec spec = isKey ? target.keyFormat() : target.valueFormat();
    return columns.isEmpty()
        ? null
        : serde(columns, spec, isKey, target.topic()).serializer().serialize(target.topic(), row);
  }

  public static RecordHeaders headers(ScriptRecord input) {
    RecordHeaders headers = new RecordHeaders();
    input
        .headers()
        .ifPresent(
            nodes ->
                nodes.forEach(
                    node ->
                        headers.add(
                            node.path("KEY").asText(),
                            Base64.getDecoder().decode(node.path("VALUE").asText()))));
    return headers;
  }

  // --- reading back

  /** The columns of a record by their names; those of a tombstone's value are missing. */
  ObjectNode columns(DataSource source, byte @Nullable [] key, byte @Nullable [] value) {
    ObjectNode columns = JsonNodeFactory.instance.objectNode();
    if (key != null) {
      byte[] plain = withoutWindow(source, key);
      addColumns(columns, source.schema().key(), source.keyFormat(), true, source.topic(), plain);
    }
    if (value != null) {
      addColumns(
          columns, source.schema().value(), source.valueFormat(), false, source.topic(), value);
    }
    return columns;
  }

  private void addColumns(
      ObjectNode to,
      List<Column> columns,
      FormatSpec spec,
      boolean isKey,
      String topic,
      byte[] bytes) {
    @Nullable Object[] row =
        columns.isEmpty()
            ? null
            : serde(columns, spec, isKey, topic).deserializer().deserialize(topic, bytes);
    if (row != null) {
      to.setAll(columns(columns, row));
    }
  }

  /** The values of a row by the names of its columns. */
  public ObjectNode columns(List<Column> columns, @Nullable Object[] row) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = ScriptDriver.JSON.createGenerator(text)) {
      json.writeStartObject();
      for (int i = 0; i < columns.size(); i++) {
        json.writeFieldName(columns.get(i).name());
        RowJson.write(columns.get(i).type(), row[i], json);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory could not be written", e);
    }
    return (ObjectNode) tree(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  public JsonNode keyJson(DataSource source, byte @Nullable [] bytes) {
    if (bytes == null) {
      return NullNode.getInstance();
    }
    return json(
        withoutWindow(source, bytes),
        source.schema().key(),
        source.keyFormat(),
        true,
        source.topic());
  }

  private static byte[] withoutWindow(DataSource source, byte[] key) {
    int suffix = source.window().map(window -> window.size().isPresent() ? 8 : 16).orElse(0);
    return Arrays.copyOf(key, key.length - suffix);
  }

  /** The window of a key, its end taken from the window's size where the bytes have none. */
  Optional<ScriptRecord.Window> keyWindow(DataSource source, byte @Nullable [] bytes) {
    if (bytes == null || source.window().isEmpty()) {
      return Optional.empty();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long start = buffer.getLong(bytes.length - Long.BYTES);
    return source
        .window()
        .get()
        .size()
        .map(size -> new ScriptRecord.Window(start, start + size.toMillis(), false))
        .or(
            () ->
                Optional.of(
                    new ScriptRecord.Window(
                        start, buffer.getLong(bytes.length - 2 * Long.BYTES), true)));
  }

  public JsonNode valueJson(DataSource source, byte @Nullable [] bytes) {
    return bytes == null
        ? NullNode.getInstance()
        : json(bytes, source.schema().value(), source.valueFormat(), false, source.topic());
  }

  private JsonNode json(
      byte[] bytes, List<Column> declared, FormatSpec spec, boolean isKey, String topic) {
    List<Column> columns =
        spec.properties().containsKey(FormatSpec.SCHEMA_ID)
            ? RegisteredSchemas.inferColumns(topic, spec, isKey, schemas)
            : declared;
    if (spec.name().equals("DELIMITED")) {
      return TextNode.valueOf(new String(bytes, StandardCharsets.UTF_8));
    }
    if (spec.name().equals("JSON")) {
      return tree(bytes);
    }
    if (spec.name().equals("AVRO") && spec.properties().containsKey(FormatSpec.SCHEMA_ID)) {
      // the schema may have more fields than there are columns
      return AvroJson.decode(bytes, schemas);
    }
    @Nullable Object[] row =
        serde(columns, spec, isKey, topic).deserializer().deserialize(topic, bytes);
    if (row == null) {
      return NullNode.getInstance();
    }
    Format format = Formats.of(spec);
    boolean bare = columns.size() == 1 && format.unwraps(columns, spec, isKey);
    FormatSpec asJson = new FormatSpec("JSON", Map.of(), Optional.of(!bare));
    byte[] written = serde(columns, asJson, isKey, topic).serializer().serialize(topic, row);
    return written == null ? NullNode.getInstance() : tree(written);
  }

  private static JsonNode tree(byte[] bytes) {
    try {
      return ScriptDriver.JSON.readTree(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("the engine wrote what is no JSON", e);
    }
  }

  // --- comparing

  /**
   * Whether two values say the same: names in any case, a field that is missing as one that is
   * null, numbers by value in any notation.
   *
   * @param exact whether numbers must not differ in their last digits
   */
  public static boolean same(JsonNode expected, JsonNode actual, boolean exact) {
    if (expected.isNumber() && actual.isNumber()) {
      return sameNumber(expected, actual, exact);
    }
    if (expected.isTextual() && actual.isNumber()) {
      return sameText(expected.asText(), actual);
    }
    if (expected.isObject() && actual.isObject()) {
      return sameFields(expected, actual, exact);
    }
    if (expected.isArray() && actual.isArray()) {
      if (expected.size() != actual.size()) {
        return false;
      }
      for (int i = 0; i < expected.size(); i++) {
        if (!same(expected.get(i), actual.get(i), exact)) {
          return false;
        }
      }
      return true;
    }
    return expected.equals(actual);
  }

  private static boolean sameNumber(JsonNode expected, JsonNode actual, boolean exact) {
    boolean whole = expected.isIntegralNumber() && actual.isIntegralNumber();
    if (expected.decimalValue().compareTo(actual.decimalValue()) == 0) {
      return true;
    }
    double difference = Math.abs(expected.doubleValue() - actual.doubleValue());
    return !whole
        && (difference == 0 || (!exact && difference <= Math.abs(expected.doubleValue()) * 1e-9));
  }

  /** Cases write decimals as text, too. */
  private static boolean sameText(String expected, JsonNode actual) {
    try {
      return new BigDecimal(expected).compareTo(actual.decimalValue()) == 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean sameFields(JsonNode expected, JsonNode actual, boolean exact) {
    Map<String, JsonNode> wanted = fields(expected);
    Map<String, JsonNode> found = fields(actual);
    return wanted.keySet().equals(found.keySet())
        && wanted.entrySet().stream()
            .allMatch(
                field ->
                    same(
                        field.getValue(),
                        found.getOrDefault(field.getKey(), NullNode.getInstance()),
                        exact));
  }

  /** The fields that are not null, their names in capitals unless two differ only by that. */
  public static Map<String, JsonNode> fields(JsonNode object) {
    Map<String, JsonNode> fields = new TreeMap<>();
    object
        .properties()
        .forEach(
            field -> {
              if (!field.getValue().isNull()) {
                String upper = field.getKey().toUpperCase(Locale.ROOT);
                fields.put(fields.containsKey(upper) ? field.getKey() : upper, field.getValue());
              }
            });
    return fields;
  }
}
