// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/** Writes any Avro value as JSON, for the fields that the sink keeps without knowing them. */
final class AvroJson {
  private AvroJson() {}

  static void write(JsonGenerator json, Schema schema, @Nullable Object value)
      throws IOException, BadRecordException {
    if (value == null) {
      json.writeNull();
    } else if (schema.getType() == Schema.Type.UNION) {
      write(json, schema.getTypes().get(GenericData.get().resolveUnion(schema, value)), value);
    } else if (schema.getLogicalType() instanceof LogicalTypes.Decimal) {
      json.writeString(decimal(schema, value).toPlainString());
    } else if (value instanceof IndexedRecord record) {
      json.writeStartObject();
      for (Field field : record.getSchema().getFields()) {
        json.writeFieldName(field.name());
        write(json, field.schema(), record.get(field.pos()));
      }
      json.writeEndObject();
    } else if (value instanceof Collection<?> elements) {
      json.writeStartArray();
      for (Object element : elements) {
        write(json, schema.getElementType(), element);
      }
      json.writeEndArray();
    } else if (value instanceof Map<?, ?> entries) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : entries.entrySet()) {
        json.writeFieldName(storable("a key of a map", String.valueOf(entry.getKey())));
        write(json, schema.getValueType(), entry.getValue());
      }
      json.writeEndObject();
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Integer number) {
      json.writeNumber(number);
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof ByteBuffer bytes) {
      json.writeBinary(bytes(bytes));
    } else if (value instanceof GenericFixed fixed) {
      json.writeBinary(fixed.bytes());
    } else if ((value instanceof Double || value instanceof Float)
        && Double.isFinite(((Number) value).doubleValue())) {
      json.writeNumber(String.valueOf(value));
    } else {
      json.writeString(storable("an unknown field", String.valueOf(value)));
    }
  }

  private static BigDecimal decimal(Schema schema, Object value) throws BadRecordException {
    return decimal(
        ((LogicalTypes.Decimal) schema.getLogicalType()).getScale(),
        value instanceof GenericFixed fixed ? ByteBuffer.wrap(fixed.bytes()) : (ByteBuffer) value);
  }

  static BigDecimal decimal(int scale, ByteBuffer unscaled) throws BadRecordException {
    if (!unscaled.hasRemaining()) {
      throw new BadRecordException("a decimal has no digits");
    }
    return new BigDecimal(new BigInteger(bytes(unscaled)), scale);
  }

  /** PostgreSQL stores every character but NUL. */
  static boolean isStorable(String text) {
    return text.indexOf('\0') < 0;
  }

  static BadRecordException notStorable(String what) {
    return new BadRecordException(what + " holds a NUL character, which PostgreSQL cannot store");
  }

  static String storable(String what, String text) throws BadRecordException {
    if (!isStorable(text)) {
      throw notStorable(what);
    }
    return text;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
