// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a value of a type as JSON. */
final class JsonText {
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

  private final StringBuilder json = new StringBuilder();

  private JsonText() {}

  static String of(@Nullable Object value, SqlType type) {
    JsonText text = new JsonText();
    text.write(value, type);
    return text.json.toString();
  }

  private void write(@Nullable Object value, SqlType type) {
    if (value == null) {
      json.append("null");
    } else if (type instanceof SqlType.Array array) {
      writeArray((List<?>) value, array);
    } else if (type instanceof SqlType.MapType map) {
      writeMap((Map<?, ?>) value, map);
    } else if (type instanceof SqlType.Struct struct) {
      writeStruct((StructValue) value, struct);
    } else if (value instanceof BigDecimal decimal) {
      json.append(decimal.toPlainString());
    } else if (value instanceof Double number && !Double.isFinite(number)) {
      quote(number.toString());
    } else if (type.isNumeric() || type == SqlType.BOOLEAN) {
      json.append(value);
    } else if (value instanceof ByteBuffer bytes) {
      quote(Base64.getEncoder().encodeToString(Bytes.toArray(bytes)));
    } else if (value instanceof Instant instant) {
      quote(TIMESTAMP.format(instant));
    } else {
      quote(value.toString());
    }
  }

  private void writeArray(List<?> items, SqlType.Array type) {
    json.append('[');
    String separator = "";
    for (Object item : items) {
      json.append(separator);
      write(item, type.item());
      separator = ",";
    }
    json.append(']');
  }

  private void writeMap(Map<?, ?> map, SqlType.MapType type) {
    json.append('{');
    String separator = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      json.append(separator);
      quote(String.valueOf(entry.getKey()));
      json.append(':');
      write(entry.getValue(), type.value());
      separator = ",";
    }
    json.append('}');
  }

  private void writeStruct(StructValue struct, SqlType.Struct type) {
    json.append('{');
    for (int i = 0; i < struct.size(); i++) {
      if (i > 0) {
        json.append(',');
      }
      quote(type.fields().get(i).name());
      json.append(':');
      write(struct.get(i), type.fields().get(i).type());
    }
    json.append('}');
  }

  private void quote(String text) {
    json.append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, json);
    json.append('"');
  }
}
