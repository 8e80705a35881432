// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import com.fasterxml.jackson.core.JsonGenerator;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the Java value of a column's type as JSON in a record: decimals as plain numbers, dates
 * and times as numbers, bytes as base64. Compiled once a column; safe for several threads.
 */
interface JsonValueWriter {

  void writeValue(Object value, JsonGenerator out) throws IOException;

  default void write(@Nullable Object value, JsonGenerator out) throws IOException {
    if (value == null) {
      out.writeNull();
    } else {
      writeValue(value, out);
    }
  }

  static JsonValueWriter of(SqlType type) {
    if (type instanceof SqlType.Decimal) {
      return (value, out) -> out.writeNumber(((BigDecimal) value).toPlainString());
    }
    if (type instanceof SqlType.Array array) {
      JsonValueWriter item = of(array.item());
      return (value, out) -> {
        out.writeStartArray();
        for (Object element : (List<?>) value) {
          item.write(element, out);
        }
        out.writeEndArray();
      };
    }
    if (type instanceof SqlType.MapType map) {
      JsonValueWriter item = of(map.value());
      return (value, out) -> {
        out.writeStartObject();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          out.writeFieldName(String.valueOf(entry.getKey()));
          item.write(entry.getValue(), out);
        }
        out.writeEndObject();
      };
    }
    if (type instanceof SqlType.Struct struct) {
      return structWriter(struct);
    }
    return scalarWriter((SqlType.Primitive) type);
  }

  private static JsonValueWriter structWriter(SqlType.Struct struct) {
    String[] names = struct.fields().stream().map(SqlType.Field::name).toArray(String[]::new);
    JsonValueWriter[] writers =
        struct.fields().stream().map(field -> of(field.type())).toArray(JsonValueWriter[]::new);
    return (value, out) -> {
      StructValue fields = (StructValue) value;
      out.writeStartObject();
      for (int i = 0; i < names.length; i++) {
        out.writeFieldName(names[i]);
        writers[i].write(fields.get(i), out);
      }
      out.writeEndObject();
    };
  }

  private static JsonValueWriter scalarWriter(SqlType.Primitive type) {
    return switch (type) {
      case BOOLEAN -> (value, out) -> out.writeBoolean((Boolean) value);
      case INTEGER -> (value, out) -> out.writeNumber((Integer) value);
      case BIGINT -> (value, out) -> out.writeNumber((Long) value);
      case DOUBLE -> (value, out) -> out.writeNumber((Double) value);
      case STRING -> (value, out) -> out.writeString((String) value);
      case BYTES -> (value, out) -> out.writeString(base64((ByteBuffer) value));
      case DATE -> (value, out) -> out.writeNumber(((LocalDate) value).toEpochDay());
      case TIME -> (value, out) -> out.writeNumber(Times.millisOfDay((LocalTime) value));
      case TIMESTAMP -> (value, out) -> out.writeNumber(((Instant) value).toEpochMilli());
    };
  }

  static String base64(ByteBuffer bytes) {
    return StandardCharsets.ISO_8859_1
        .decode(Base64.getEncoder().encode(bytes.duplicate()))
        .toString();
  }
}
