// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.serde.Format.RegisteredSchema;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Avro records of a topic by the schema they were written with, whatever the columns of a stream:
 * as JSON for test cases, as text for PRINT. Not made for speed.
 */
public final class AvroJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final Conversions.DecimalConversion DECIMALS = new Conversions.DecimalConversion();

  private AvroJson() {}

  /**
   * JSON as a record of the wire format. Fields match by name whatever its case; those that the
   * JSON has not are their defaults, or null.
   *
   * @throws UnwritableRecordException where the JSON does not fit the schema
   */
  public static byte[] encode(RegisteredSchema registered, JsonNode json) {
    Schema schema = new Schema.Parser().parse(registered.text());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      bytes.write(WireFormat.prefix(registered.id()));
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      new GenericDatumWriter<>(schema).write(toAvro(schema, json, "$"), encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    } catch (AvroRuntimeException
        | NullPointerException
        | ClassCastException
        | IllegalArgumentException
        | ArithmeticException e) {
      throw new UnwritableRecordException("the JSON does not fit the schema", e);
    }
    return bytes.toByteArray();
  }

  private static @Nullable Object toAvro(Schema schema, JsonNode json, String path) {
    if (schema.isUnion()) {
      return toUnion(schema, json, path);
    }
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      BigDecimal number = new BigDecimal(json.asText()).setScale(decimal.getScale());
      return schema.getType() == Schema.Type.FIXED
          ? DECIMALS.toFixed(number, schema, decimal)
          : DECIMALS.toBytes(number, schema, decimal);
    }
    return switch (schema.getType()) {
      case NULL -> null;
      case BOOLEAN -> json.asBoolean();
      case INT -> json.asInt();
      case LONG -> json.asLong();
      case FLOAT -> (float) json.asDouble();
      case DOUBLE -> json.asDouble();
      case STRING -> json.isValueNode() ? json.asText() : json.toString();
      case ENUM -> new GenericData.EnumSymbol(schema, json.asText());
      case BYTES -> ByteBuffer.wrap(Base64.getDecoder().decode(json.asText()));
      case FIXED -> new GenericData.Fixed(schema, Base64.getDecoder().decode(json.asText()));
      case ARRAY -> toArray(schema, json, path);
      case MAP -> toMap(schema, json, path);
      case RECORD -> toRecord(schema, json, path);
      case UNION ->
          throw new UnwritableRecordException("no such type in Avro: " + schema.getType());
    };
  }

  /** The branch of the JSON's own type, or else the first that is not null. */
  private static @Nullable Object toUnion(Schema schema, JsonNode json, String path) {
    for (Schema branch : schema.getTypes()) {
      if (fits(branch, json)) {
        return toAvro(branch, json, path);
      }
    }
    for (Schema branch : schema.getTypes()) {
      if (!json.isNull() && branch.getType() != Schema.Type.NULL) {
        return toAvro(branch, json, path);
      }
    }
    throw new UnwritableRecordException("no branch for the value, path: " + path);
  }

  private static boolean fits(Schema schema, JsonNode json) {
    return switch (schema.getType()) {
      case NULL -> json.isNull();
      case RECORD, MAP -> json.isObject();
      case ARRAY -> json.isArray() || (json.isObject() && AvroSchemas.isMapEntries(schema));
      case BOOLEAN -> json.isBoolean();
      case INT, LONG -> json.isIntegralNumber();
      case FLOAT, DOUBLE -> json.isNumber();
      case BYTES, FIXED ->
          json.isTextual()
              || (json.isNumber() && schema.getLogicalType() instanceof LogicalTypes.Decimal);
      case STRING, ENUM -> json.isTextual();
      case UNION -> false;
    };
  }

  /** A map, where the schema has an array of its entries. */
  private static Object toArray(Schema schema, JsonNode json, String path) {
    Schema item = schema.getElementType();
    List<@Nullable Object> list = new ArrayList<>();
    if (!json.isObject()) {
      json.forEach(element -> list.add(toAvro(item, element, path)));
      return list;
    }
    for (Map.Entry<String, JsonNode> property : json.properties()) {
      ObjectNode entry = NODES.objectNode().put("key", property.getKey());
      entry.set("value", property.getValue());
      list.add(toAvro(item, entry, path));
    }
    return list;
  }

  private static Object toMap(Schema schema, JsonNode json, String path) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    json.properties()
        .forEach(e -> map.put(e.getKey(), toAvro(schema.getValueType(), e.getValue(), path)));
    return map;
  }

  private static Object toRecord(Schema schema, JsonNode json, String path) {
    Map<String, JsonNode> ignoringCase = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> property : json.properties()) {
      ignoringCase.put(lower(property.getKey()), property.getValue());
    }
    GenericData.Record record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      JsonNode value = json.get(field.name());
      if (value == null) {
        value = ignoringCase.get(lower(field.name()));
      }
      if (value == null && field.hasDefaultValue()) {
        record.put(field.pos(), GenericData.get().getDefaultValue(field));
      } else {
        JsonNode present = value == null ? NODES.nullNode() : value;
        record.put(field.pos(), toAvro(field.schema(), present, path + "." + field.name()));
      }
    }
    return record;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /**
   * A record of the wire format as JSON: decimals as numbers, bytes as base64, dates and times as
   * numbers, Connect's arrays of entries as objects.
   *
   * @throws UnreadableRecordException where it is no record of a registered Avro schema
   */
  public static JsonNode decode(byte[] record, SchemaStore registry) {
    Schema schema = schemaOf(record, registry);
    return toJson(schema, read(schema, record));
  }

  /**
   * A record of the wire format as PRINT shows it: as Avro prints its own values.
   *
   * @throws UnreadableRecordException where it is no record of a registered Avro schema
   */
  public static String print(byte[] record, SchemaStore registry) {
    return String.valueOf(read(schemaOf(record, registry), record));
  }

  private static Schema schemaOf(byte[] record, SchemaStore registry) {
    int id = WireFormat.schemaId(record);
    return registry
        .byId(id)
        .filter(schema -> schema.type().equals("AVRO"))
        .map(schema -> new Schema.Parser().parse(schema.text()))
        .orElseThrow(
            () ->
                new UnreadableRecordException(
                    "Schema " + id + " is no Avro schema of the schema registry"));
  }

  private static @Nullable Object read(Schema schema, byte[] record) {
    try {
      return new GenericDatumReader<>(schema)
          .read(
              null,
              DecoderFactory.get()
                  .binaryDecoder(
                      record, WireFormat.LENGTH, record.length - WireFormat.LENGTH, null));
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      throw new UnreadableRecordException("the record does not follow its schema", e);
    }
  }

  private static JsonNode toJson(Schema schema, @Nullable Object value) {
    if (value == null) {
      return NODES.nullNode();
    }
    if (schema.isUnion()) {
      return toJson(schema.getTypes().get(GenericData.get().resolveUnion(schema, value)), value);
    }
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      return DecimalNode.valueOf(new BigDecimal(new BigInteger(bytes(value)), decimal.getScale()));
    }
    return switch (schema.getType()) {
      case BOOLEAN -> NODES.booleanNode((Boolean) value);
      case INT -> NODES.numberNode((Integer) value);
      case LONG -> NODES.numberNode((Long) value);
      case FLOAT -> NODES.numberNode((Float) value);
      case DOUBLE -> NODES.numberNode((Double) value);
      case BYTES, FIXED -> NODES.textNode(Base64.getEncoder().encodeToString(bytes(value)));
      case ARRAY -> arrayToJson(schema, (List<?>) value);
      case MAP -> mapToJson(schema, (Map<?, ?>) value);
      case RECORD -> recordToJson(schema, (IndexedRecord) value);
      default -> NODES.textNode(value.toString());
    };
  }

  private static JsonNode mapToJson(Schema schema, Map<?, ?> map) {
    ObjectNode object = NODES.objectNode();
    map.forEach((k, v) -> object.set(k.toString(), toJson(schema.getValueType(), v)));
    return object;
  }

  private static JsonNode recordToJson(Schema schema, IndexedRecord record) {
    ObjectNode object = NODES.objectNode();
    for (Schema.Field field : schema.getFields()) {
      object.set(field.name(), toJson(field.schema(), record.get(field.pos())));
    }
    return object;
  }

  private static JsonNode arrayToJson(Schema schema, List<?> items) {
    if (!AvroSchemas.isMapEntries(schema)) {
      ArrayNode array = NODES.arrayNode();
      items.forEach(item -> array.add(toJson(schema.getElementType(), item)));
      return array;
    }
    ObjectNode map = NODES.objectNode();
    for (Object item : items) {
      IndexedRecord entry = (IndexedRecord) item;
      map.set(
          String.valueOf(entry.get(0)),
          toJson(schema.getElementType().getFields().get(1).schema(), entry.get(1)));
    }
    return map;
  }

  private static byte[] bytes(Object value) {
    if (value instanceof GenericFixed fixed) {
      return fixed.bytes();
    }
    ByteBuffer buffer = ((ByteBuffer) value).duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
