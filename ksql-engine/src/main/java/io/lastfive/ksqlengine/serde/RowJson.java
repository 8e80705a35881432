// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TreeTraversingParser;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Values as the REST API has them, which is not how records have them: decimals are plain numbers,
 * dates and times are text. Within a struct ksqlDB differs again: dates and times are numbers
 * there, and decimals lose their trailing zeros.
 */
public final class RowJson {
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final DateTimeFormatter TIME_WITH_MILLIS =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

  /** What no number has: a dash or a colon after the first digit. */
  private static final Pattern ISO_TIME = Pattern.compile("\\d[-:]");

  private RowJson() {}

  /** One column of an answer. */
  public static void write(SqlType type, @Nullable Object value, JsonGenerator out)
      throws IOException {
    if (value == null) {
      out.writeNull();
    } else if (type instanceof SqlType.Array array) {
      out.writeStartArray();
      for (Object item : (List<?>) value) {
        write(array.item(), item, out);
      }
      out.writeEndArray();
    } else if (type instanceof SqlType.MapType map) {
      out.writeStartObject();
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
        out.writeFieldName(String.valueOf(entry.getKey()));
        write(map.value(), entry.getValue(), out);
      }
      out.writeEndObject();
    } else if (type instanceof SqlType.Struct struct) {
      writeInStruct(struct, value, out);
    } else if (type instanceof SqlType.Decimal) {
      out.writeNumber(((BigDecimal) value).toPlainString());
    } else {
      writePrimitive((SqlType.Primitive) type, value, out);
    }
  }

  private static void writePrimitive(SqlType.Primitive type, Object value, JsonGenerator out)
      throws IOException {
    switch (type) {
      case BOOLEAN -> out.writeBoolean((Boolean) value);
      case INTEGER -> out.writeNumber((Integer) value);
      case BIGINT -> out.writeNumber((Long) value);
      case DOUBLE -> out.writeNumber((Double) value);
      case STRING -> out.writeString((String) value);
      case BYTES -> out.writeString(JsonValueWriter.base64((ByteBuffer) value));
      case DATE -> out.writeString(value.toString());
      case TIME -> out.writeString(text((LocalTime) value));
      case TIMESTAMP -> out.writeString(TIMESTAMP.format((Instant) value));
    }
  }

  /** Milliseconds only where there are any. */
  private static String text(LocalTime time) {
    return (time.truncatedTo(ChronoUnit.SECONDS).equals(time) ? TIME : TIME_WITH_MILLIS)
        .format(time);
  }

  private static void writeInStruct(SqlType type, @Nullable Object value, JsonGenerator out)
      throws IOException {
    if (value == null) {
      out.writeNull();
    } else if (type instanceof SqlType.Struct struct) {
      out.writeStartObject();
      for (int i = 0; i < struct.fields().size(); i++) {
        out.writeFieldName(struct.fields().get(i).name());
        writeInStruct(struct.fields().get(i).type(), ((StructValue) value).get(i), out);
      }
      out.writeEndObject();
    } else if (type instanceof SqlType.Array array) {
      out.writeStartArray();
      for (Object item : (List<?>) value) {
        writeInStruct(array.item(), item, out);
      }
      out.writeEndArray();
    } else if (type instanceof SqlType.MapType map) {
      out.writeStartObject();
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
        out.writeFieldName(String.valueOf(entry.getKey()));
        writeInStruct(map.value(), entry.getValue(), out);
      }
      out.writeEndObject();
    } else if (type instanceof SqlType.Decimal) {
      BigDecimal stripped = ((BigDecimal) value).stripTrailingZeros();
      out.writeNumber((stripped.scale() < 1 ? stripped.setScale(1) : stripped).toPlainString());
    } else if (value instanceof LocalDate date) {
      out.writeNumber(date.toEpochDay());
    } else if (value instanceof LocalTime time) {
      out.writeNumber(Times.millisOfDay(time));
    } else if (value instanceof Instant instant) {
      out.writeNumber(instant.toEpochMilli());
    } else {
      writePrimitive((SqlType.Primitive) type, value, out);
    }
  }

  /**
   * A value that stands in JSON: dates and times as records have them, as numbers, or as answers
   * have them, as text, a timestamp with or without an offset from UTC.
   *
   * @throws UnreadableRecordException where the JSON is none of the type
   */
  public static @Nullable Object parse(SqlType type, JsonNode json) {
    boolean temporal = type == SqlType.DATE || type == SqlType.TIME || type == SqlType.TIMESTAMP;
    if (temporal && json.isTextual() && ISO_TIME.matcher(json.asText()).find()) {
      return temporal(type, json.asText());
    }
    try (JsonParser parser = new TreeTraversingParser(json)) {
      parser.nextToken();
      return JsonValueReader.of(type, "$").read(parser);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory failed", e);
    }
  }

  private static Object temporal(SqlType type, String text) {
    try {
      if (type == SqlType.DATE) {
        return LocalDate.parse(text);
      }
      if (type == SqlType.TIME) {
        return LocalTime.parse(text);
      }
      TemporalAccessor parsed =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(text, Instant::from, LocalDateTime::from);
      return parsed instanceof LocalDateTime local
          ? local.toInstant(ZoneOffset.UTC)
          : (Instant) parsed;
    } catch (DateTimeException e) {
      // its message quotes the text
      throw new UnreadableRecordException("the text is no ISO 8601 " + type.baseName());
    }
  }
}
