// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/** Writes plain JSON by an Avro schema, in Confluent's wire format. */
final class AvroJson {
  private AvroJson() {}

  static byte[] write(JsonNode json, Schema schema, int id) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0);
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
    try {
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new GenericDatumWriter<@Nullable Object>(schema).write(datum(json, schema), encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return out.toByteArray();
  }

  private static @Nullable Object datum(@Nullable JsonNode json, Schema schema) {
    switch (schema.getType()) {
      case UNION:
        return union(json, schema);
      case NULL:
        return null;
      default:
        break;
    }
    if (json == null || json.isNull()) {
      throw new CaseFailure(CaseOutcome.failed("The case has null where its schema has " + schema));
    }
    return switch (schema.getType()) {
      case RECORD -> {
        GenericData.Record record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
          JsonNode value = find(json, field.name());
          if (value == null && field.hasDefaultValue()) {
            record.put(field.pos(), GenericData.get().getDefaultValue(field));
          } else {
            record.put(field.pos(), datum(value, field.schema()));
          }
        }
        yield record;
      }
      case ARRAY -> {
        List<@Nullable Object> items = new ArrayList<>();
        if (json.isObject()) {
          yield mapEntries(json, schema.getElementType());
        }
        json.forEach(item -> items.add(datum(item, schema.getElementType())));
        yield items;
      }
      case MAP -> {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        json.properties()
            .forEach(
                entry ->
                    entries.put(entry.getKey(), datum(entry.getValue(), schema.getValueType())));
        yield entries;
      }
      case ENUM -> new GenericData.EnumSymbol(schema, json.asText());
      case FIXED -> new GenericData.Fixed(schema, bytes(json, schema).array());
      case BYTES -> bytes(json, schema);
      case STRING -> json.asText();
      case INT -> json.asInt();
      case LONG -> json.asLong();
      case FLOAT -> (float) json.asDouble();
      case DOUBLE -> json.asDouble();
      case BOOLEAN -> json.asBoolean();
      case UNION, NULL -> throw new IllegalStateException("Handled above: " + schema.getType());
    };
  }

  private static boolean isMapEntry(Schema schema) {
    return "MapEntry".equals(schema.getProp("connect.internal.type"))
        || (schema.getType() == Schema.Type.RECORD && schema.getFields().size() == 2);
  }

  /** ksqlDB writes maps with nullable keys as arrays of key and value. */
  private static List<@Nullable Object> mapEntries(JsonNode json, Schema entry) {
    List<@Nullable Object> items = new ArrayList<>();
    json.properties()
        .forEach(
            property -> {
              GenericData.Record record = new GenericData.Record(entry);
              record.put(0, property.getKey());
              record.put(1, datum(property.getValue(), entry.getFields().get(1).schema()));
              items.add(record);
            });
    return items;
  }

  private static ByteBuffer bytes(JsonNode json, Schema schema) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      BigDecimal number = json.isNumber() ? json.decimalValue() : new BigDecimal(json.asText());
      return ByteBuffer.wrap(
          number
              .setScale(decimal.getScale(), RoundingMode.UNNECESSARY)
              .unscaledValue()
              .toByteArray());
    }
    return ByteBuffer.wrap(Base64.getDecoder().decode(json.asText()));
  }

  private static @Nullable Object union(@Nullable JsonNode json, Schema union) {
    for (Schema branch : union.getTypes()) {
      if (fits(json, branch)) {
        return datum(json, branch);
      }
    }
    for (Schema branch : union.getTypes()) {
      if (json != null && json.isValueNode() && branch.getType() != Schema.Type.NULL) {
        return datum(json, branch);
      }
    }
    throw new CaseFailure(
        CaseOutcome.failed("The case's value fits no branch of its schema " + union));
  }

  private static boolean fits(@Nullable JsonNode json, Schema schema) {
    if (json == null || json.isNull()) {
      return schema.getType() == Schema.Type.NULL;
    }
    return switch (schema.getType()) {
      case NULL -> false;
      case RECORD, MAP -> json.isObject();
      case ARRAY -> json.isArray() || (json.isObject() && isMapEntry(schema.getElementType()));
      case BOOLEAN -> json.isBoolean();
      case INT, LONG -> json.isIntegralNumber();
      case FLOAT, DOUBLE -> json.isNumber();
      case BYTES, FIXED ->
          json.isTextual()
              || (json.isNumber() && schema.getLogicalType() instanceof LogicalTypes.Decimal);
      case STRING, ENUM -> json.isTextual();
      case UNION -> true;
    };
  }

  private static @Nullable JsonNode find(JsonNode json, String name) {
    JsonNode exact = json.get(name);
    if (exact != null) {
      return exact;
    }
    return json.properties().stream()
        .filter(field -> field.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }
}
