// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/** Columns as text in one line, as comma-separated files have them. */
final class DelimitedFormat implements Format {

  @Override
  public String name() {
    return "DELIMITED";
  }

  @Override
  public boolean usesSchemaRegistry() {
    return false;
  }

  @Override
  public boolean supportsUnwrappedSingles() {
    return true;
  }

  @Override
  public boolean supportsWrappedSingles() {
    return false;
  }

  @Override
  public Set<String> supportedProperties() {
    return Set.of(FormatSpec.DELIMITER);
  }

  @Override
  public Set<String> inheritedProperties() {
    return supportedProperties();
  }

  @Override
  public void validate(List<Column> columns, FormatSpec spec, boolean isKey) {
    FormatRules.validate(this, columns, spec, isKey);
    delimiter(spec);
    for (Column column : columns) {
      if (!(column.type() instanceof SqlType.Primitive
          || column.type() instanceof SqlType.Decimal)) {
        throw FormatRules.refusal(
            this,
            columns,
            spec,
            isKey,
            "The 'DELIMITED' format does not support type '"
                + column.type().baseName()
                + "', column: `"
                + column.name()
                + "`");
      }
    }
  }

  @Override
  public Serde<@Nullable Object[]> serde(
      List<Column> columns, FormatSpec spec, boolean isKey, String topic, SchemaStore registry) {
    validate(columns, spec, isKey);
    List<Column> fields = List.copyOf(columns);
    DelimitedLine line = new DelimitedLine(delimiter(spec));
    if (fields.isEmpty()) {
      return RowSerde.of(topic, bytes -> null, row -> null);
    }
    return RowSerde.of(topic, bytes -> read(line, fields, bytes), row -> write(line, fields, row));
  }

  private static char delimiter(FormatSpec spec) {
    String name = spec.properties().getOrDefault(FormatSpec.DELIMITER, ",");
    if (name.equals("SPACE")) {
      return ' ';
    }
    if (name.equals("TAB")) {
      return '\t';
    }
    if (name.length() != 1) {
      throw new KsqlException(
          "Invalid delimiter value: '"
              + name
              + "'. Delimiter must be a single character or TAB,SPACE");
    }
    return name.charAt(0);
  }

  private static @Nullable Object[] read(DelimitedLine line, List<Column> columns, byte[] bytes) {
    List<String> texts = line.split(new String(bytes, StandardCharsets.UTF_8));
    if (texts.size() != columns.size()) {
      throw new UnreadableRecordException(
          "Unexpected field count, csvFields: "
              + texts.size()
              + " schemaFields: "
              + columns.size());
    }
    @Nullable Object[] row = new Object[columns.size()];
    for (int i = 0; i < row.length; i++) {
      String text = texts.get(i);
      row[i] = text.isEmpty() ? null : parse(columns.get(i), text);
    }
    return row;
  }

  private static Object parse(Column column, String text) {
    try {
      return parse(column.type(), text);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new UnreadableRecordException(
          "Column `" + column.name() + "` is not a " + column.type().toSql(true));
    }
  }

  private static Object parse(SqlType type, String text) {
    if (type instanceof SqlType.Decimal decimal) {
      return Decimals.fit(new BigDecimal(text), decimal);
    }
    return switch ((SqlType.Primitive) type) {
      case BOOLEAN -> Boolean.parseBoolean(text);
      case INTEGER -> Integer.parseInt(text);
      case BIGINT -> Long.parseLong(text);
      case DOUBLE -> Double.parseDouble(text);
      case STRING -> text;
      case BYTES -> ByteBuffer.wrap(Base64.getDecoder().decode(text));
      case DATE -> LocalDate.ofEpochDay(Long.parseLong(text));
      case TIME -> Times.ofMillisOfDay(Long.parseLong(text));
      case TIMESTAMP -> Instant.ofEpochMilli(Long.parseLong(text));
    };
  }

  private static byte[] write(DelimitedLine line, List<Column> columns, @Nullable Object[] row) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      Object value = row[i];
      line.append(text, i == 0, value == null ? null : print(value));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String print(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    if (value instanceof ByteBuffer buffer) {
      return JsonValueWriter.base64(buffer);
    }
    if (value instanceof Instant instant) {
      return Long.toString(instant.toEpochMilli());
    }
    if (value instanceof LocalDate date) {
      return Long.toString(date.toEpochDay());
    }
    if (value instanceof LocalTime time) {
      return Long.toString(Times.millisOfDay(time));
    }
    return value.toString();
  }
}
