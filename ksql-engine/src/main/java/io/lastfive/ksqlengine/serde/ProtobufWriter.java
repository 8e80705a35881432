// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows, or structs, as messages, fields in the order of their numbers. Compiled once for a
 * message and columns; a column that the message has no field for is not written. Safe for several
 * threads.
 */
final class ProtobufWriter {

  /** Writes a value that is not null, without its tag. */
  @FunctionalInterface
  private interface ValueWriter {
    void write(Object value, ProtobufOutput out);
  }

  private record FieldWriter(int number, int column, int subfield, ValueWriter tagged) {}

  private final List<FieldWriter> fields = new ArrayList<>();

  /**
   * @throws UnwritableRecordException where a column's type cannot be the field's
   */
  ProtobufWriter(ProtobufMessage message, List<SqlType.Field> columns) {
    for (int i = 0; i < columns.size(); i++) {
      SqlType.Field column = columns.get(i);
      ProtobufMessage.Member member = message.member(column.name()).orElse(null);
      if (member instanceof ProtobufMessage.Field field) {
        fields.add(new FieldWriter(field.number(), i, -1, tagged(field, column.type())));
      } else if (member instanceof ProtobufMessage.OneOf oneOf
          && column.type() instanceof SqlType.Struct struct) {
        addOneOf(oneOf, struct, i);
      }
    }
    fields.sort(Comparator.comparingInt(FieldWriter::number));
  }

  private void addOneOf(ProtobufMessage.OneOf oneOf, SqlType.Struct struct, int column) {
    for (ProtobufMessage.Field field : oneOf.fields()) {
      for (int i = 0; i < struct.fields().size(); i++) {
        SqlType.Field given = struct.fields().get(i);
        if (given.name().equalsIgnoreCase(field.name())) {
          fields.add(new FieldWriter(field.number(), column, i, tagged(field, given.type())));
        }
      }
    }
  }

  void write(@Nullable Object[] row, ProtobufOutput out) {
    for (FieldWriter field : fields) {
      Object value = row[field.column()];
      if (value != null && field.subfield() >= 0) {
        value = ((StructValue) value).get(field.subfield());
      }
      if (value != null) {
        field.tagged().write(value, out);
      }
    }
  }

  /** Writes a field with its tag, or nothing where it has its type's default value. */
  private static ValueWriter tagged(ProtobufMessage.Field field, SqlType column) {
    if (field.type() instanceof ProtobufType.MapOf map) {
      return mapWriter(field, map, column);
    }
    if (field.repeated()) {
      return listWriter(field, column);
    }
    ValueWriter writer = valueWriter(field.type(), column, field.name());
    int wireType = wireType(field.type());
    Object skipped =
        !field.presence() && field.type() instanceof ProtobufType.Scalar scalar
            ? scalar.scalar().defaultValue()
            : null;
    return (value, out) -> {
      if (skipped == null || !isDefault(value, skipped)) {
        out.writeTag(field.number(), wireType);
        writer.write(value, out);
      }
    };
  }

  /** Numbers of any class; minus zero is not the default. */
  private static boolean isDefault(Object value, Object defaultValue) {
    if (value instanceof Double d) {
      return Double.doubleToLongBits(d) == 0;
    }
    return value instanceof Number number ? number.longValue() == 0 : value.equals(defaultValue);
  }

  private static ValueWriter listWriter(ProtobufMessage.Field field, SqlType column) {
    if (!(column instanceof SqlType.Array array)) {
      throw mismatch(field.name(), "repeated", column);
    }
    ValueWriter writer = valueWriter(field.type(), array.item(), field.name());
    int wireType = wireType(field.type());
    if (wireType == ProtobufInput.LENGTH_DELIMITED) {
      return (value, out) -> {
        for (Object item : (List<?>) value) {
          out.writeTag(field.number(), wireType);
          writer.write(present(item, field.name()), out);
        }
      };
    }
    return (value, out) -> {
      List<?> list = (List<?>) value;
      if (!list.isEmpty()) {
        ProtobufOutput packed = new ProtobufOutput();
        list.forEach(item -> writer.write(present(item, field.name()), packed));
        out.writeTag(field.number(), ProtobufInput.LENGTH_DELIMITED);
        out.writePart(packed);
      }
    };
  }

  private static Object present(@Nullable Object item, String field) {
    if (item == null) {
      throw new UnwritableRecordException(
          "field " + field + " holds a NULL element, which Protobuf has no way to write");
    }
    return item;
  }

  private static ValueWriter mapWriter(
      ProtobufMessage.Field field, ProtobufType.MapOf map, SqlType column) {
    if (!(column instanceof SqlType.MapType type)) {
      throw mismatch(field.name(), "a map", column);
    }
    ValueWriter keys = valueWriter(map.key(), type.key(), field.name());
    ValueWriter values = valueWriter(map.value(), type.value(), field.name());
    return (value, out) ->
        ((Map<?, ?>) value)
            .forEach(
                (key, item) -> {
                  ProtobufOutput entry = new ProtobufOutput();
                  entry.writeTag(1, wireType(map.key()));
                  keys.write(present(key, field.name()), entry);
                  if (item != null) {
                    entry.writeTag(2, wireType(map.value()));
                    values.write(item, entry);
                  }
                  out.writeTag(field.number(), ProtobufInput.LENGTH_DELIMITED);
                  out.writePart(entry);
                });
  }

  private static int wireType(ProtobufType type) {
    if (type instanceof ProtobufType.Scalar scalar) {
      return scalar.scalar().wireType();
    }
    return type instanceof ProtobufType.Enumeration
        ? ProtobufInput.VARINT
        : ProtobufInput.LENGTH_DELIMITED;
  }

  private static ValueWriter valueWriter(ProtobufType type, SqlType column, String name) {
    if (type instanceof ProtobufType.Scalar scalar) {
      return scalarWriter(scalar.scalar(), column, name);
    }
    if (type instanceof ProtobufType.Wrapper wrapper) {
      ValueWriter inner =
          tagged(
              new ProtobufMessage.Field(
                  name, 1, new ProtobufType.Scalar(wrapper.scalar()), false, false),
              column);
      return (value, out) -> writePart(out, part -> inner.write(value, part));
    }
    if (type instanceof ProtobufType.Message message) {
      if (!(column instanceof SqlType.Struct struct)) {
        throw mismatch(name, "a message", column);
      }
      ProtobufWriter writer = new ProtobufWriter(message.message(), struct.fields());
      return (value, out) -> writePart(out, part -> writer.write((StructValue) value, part));
    }
    if (type instanceof ProtobufType.Enumeration enumeration && column == SqlType.STRING) {
      Map<String, Integer> numbers = new HashMap<>();
      enumeration.names().forEach((number, text) -> numbers.put(text, number));
      return (value, out) -> {
        Integer number = numbers.get((String) value);
        if (number == null) {
          throw new UnwritableRecordException("field " + name + " is none of its enumeration");
        }
        out.writeVarint(number);
      };
    }
    return partsWriter(type, column, name);
  }

  private void write(StructValue struct, ProtobufOutput out) {
    @Nullable Object[] values = new Object[struct.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = struct.get(i);
    }
    write(values, out);
  }

  private static ValueWriter scalarWriter(ProtobufScalar scalar, SqlType column, String name) {
    boolean fits =
        scalar.sqlType().equals(column)
            || (scalar.sqlType().isNumeric()
                && (column == SqlType.INTEGER
                    || column == SqlType.BIGINT
                    || column == SqlType.DOUBLE && scalar.sqlType() == SqlType.DOUBLE));
    if (!fits) {
      throw mismatch(name, scalar.text(), column);
    }
    return scalar::write;
  }

  /** The well-known messages, made of numbers. */
  private static ValueWriter partsWriter(ProtobufType type, SqlType column, String name) {
    if (type instanceof ProtobufType.Decimal && column instanceof SqlType.Decimal decimal) {
      return (value, out) ->
          writePart(
              out,
              part -> {
                BigDecimal number = (BigDecimal) value;
                part.writeTag(1, ProtobufInput.LENGTH_DELIMITED);
                part.writeBytes(Decimals.unscaledBytes(number, decimal.scale()));
                writeNumber(part, 2, decimal.precision());
                writeNumber(part, 3, decimal.scale());
              });
    }
    if (type instanceof ProtobufType.Date && column == SqlType.DATE) {
      return (value, out) ->
          writePart(
              out,
              part -> {
                LocalDate date = (LocalDate) value;
                writeNumber(part, 1, date.getYear());
                writeNumber(part, 2, date.getMonthValue());
                writeNumber(part, 3, date.getDayOfMonth());
              });
    }
    if (type instanceof ProtobufType.TimeOfDay && column == SqlType.TIME) {
      return (value, out) ->
          writePart(
              out,
              part -> {
                LocalTime time = (LocalTime) value;
                writeNumber(part, 1, time.getHour());
                writeNumber(part, 2, time.getMinute());
                writeNumber(part, 3, time.getSecond());
                writeNumber(part, 4, time.getNano());
              });
    }
    if (type instanceof ProtobufType.Timestamp && column == SqlType.TIMESTAMP) {
      return (value, out) ->
          writePart(
              out,
              part -> {
                Instant instant = (Instant) value;
                writeNumber(part, 1, instant.getEpochSecond());
                writeNumber(part, 2, instant.getNano());
              });
    }
    throw mismatch(name, type.getClass().getSimpleName(), column);
  }

  private static void writeNumber(ProtobufOutput out, int field, long value) {
    if (value != 0) {
      out.writeTag(field, ProtobufInput.VARINT);
      out.writeVarint(value);
    }
  }

  @FunctionalInterface
  private interface Content {
    void writeTo(ProtobufOutput part);
  }

  private static void writePart(ProtobufOutput out, Content content) {
    ProtobufOutput part = new ProtobufOutput();
    content.writeTo(part);
    out.writePart(part);
  }

  private static UnwritableRecordException mismatch(String field, String found, SqlType column) {
    return new UnwritableRecordException(
        "field "
            + field
            + " is "
            + found
            + " in the schema, where the column is "
            + column.toSql(true));
  }
}
