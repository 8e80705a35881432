// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lastfive.ksqlclient.SqlType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Values as their types say. ksqlDB writes them so at the top of a row only: within arrays, maps
 * and structs a decimal has lost the zeros at its end, and a timestamp is a number.
 */
final class TypedValues {
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private TypedValues() {}

  static JsonNode of(SqlType type, JsonNode value) {
    if (value.isNull()) {
      return value;
    }
    if (type instanceof SqlType.Decimal decimal) {
      return value.isNumber() ? scaled(value.decimalValue(), decimal.scale()) : value;
    }
    if (type instanceof SqlType.Array array) {
      ArrayNode elements = JsonNodeFactory.instance.arrayNode();
      value.forEach(element -> elements.add(of(array.element(), element)));
      return elements;
    }
    if (type instanceof SqlType.MapType map) {
      ObjectNode entries = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        entries.set(entry.getKey(), of(map.value(), entry.getValue()));
      }
      return entries;
    }
    if (type instanceof SqlType.Struct struct) {
      ObjectNode fields = JsonNodeFactory.instance.objectNode();
      for (SqlType.Field field : struct.fields()) {
        JsonNode found = value.path(field.name());
        fields.set(
            field.name(), found.isMissingNode() ? fields.nullNode() : of(field.type(), found));
      }
      return fields;
    }
    if (type instanceof SqlType.Simple simple) {
      return value.isIntegralNumber() ? time(simple.name(), value) : value;
    }
    throw new IllegalArgumentException("no type of ksqlDB's: " + type.getClass());
  }

  /** Never less digits than came. */
  private static JsonNode scaled(BigDecimal number, int scale) {
    return DecimalNode.valueOf(number.scale() < scale ? number.setScale(scale) : number);
  }

  private static JsonNode time(String type, JsonNode number) {
    return switch (type) {
      case "TIMESTAMP" ->
          TextNode.valueOf(TIMESTAMP.format(Instant.ofEpochMilli(number.longValue())));
      case "DATE" -> TextNode.valueOf(LocalDate.ofEpochDay(number.longValue()).toString());
      case "TIME" ->
          TextNode.valueOf(
              LocalTime.ofNanoOfDay(TimeUnit.MILLISECONDS.toNanos(number.longValue())).toString());
      default -> number;
    };
  }
}
