// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages straight into rows, or structs. Compiled once for a message and the columns that
 * are wanted of it; a column the message has not is null, a field that is no column is passed over.
 * Safe for several threads.
 */
final class ProtobufReader {
  /** Reads one value of the field. */
  @FunctionalInterface
  private interface ValueReader {
    Object read(ProtobufInput in);
  }

  /** Reads what stands behind a tag into the row. */
  @FunctionalInterface
  private interface FieldReader {
    void read(ProtobufInput in, int wireType, @Nullable Object[] row);
  }

  private final Map<Integer, FieldReader> byNumber = new HashMap<>();
  private final List<Supplier<@Nullable Object>> absent = new ArrayList<>();

  /**
   * @throws UnreadableRecordException where a field's type cannot be the column's
   */
  ProtobufReader(ProtobufMessage message, List<SqlType.Field> columns) {
    for (int i = 0; i < columns.size(); i++) {
      SqlType.Field column = columns.get(i);
      absent.add(() -> null);
      ProtobufMessage.Member member = message.member(column.name()).orElse(null);
      if (member instanceof ProtobufMessage.Field field) {
        absent.set(i, absent(field, column.type()));
        byNumber.put(field.number(), fieldReader(field, column, i));
      } else if (member instanceof ProtobufMessage.OneOf oneOf
          && column.type() instanceof SqlType.Struct struct) {
        addOneOf(oneOf, struct, i);
      }
    }
  }

  @Nullable Object[] read(ProtobufInput in) {
    @Nullable Object[] row = new Object[absent.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = absent.get(i).get();
    }
    while (in.hasMore()) {
      int tag = in.readTag();
      FieldReader reader = byNumber.get(ProtobufInput.number(tag));
      if (reader == null) {
        in.skip(ProtobufInput.wireType(tag));
      } else {
        reader.read(in, ProtobufInput.wireType(tag), row);
      }
    }
    return row;
  }

  private void addOneOf(ProtobufMessage.OneOf oneOf, SqlType.Struct struct, int index) {
    for (ProtobufMessage.Field field : oneOf.fields()) {
      for (int i = 0; i < struct.fields().size(); i++) {
        SqlType.Field wanted = struct.fields().get(i);
        if (wanted.name().equalsIgnoreCase(field.name())) {
          FieldReader reader = fieldReader(field, wanted, i);
          byNumber.put(
              field.number(),
              (in, wireType, row) -> {
                @Nullable Object[] values = new Object[struct.fields().size()];
                reader.read(in, wireType, values);
                row[index] = new StructValue(values);
              });
        }
      }
    }
  }

  private static Supplier<@Nullable Object> absent(ProtobufMessage.Field field, SqlType column) {
    if (field.type() instanceof ProtobufType.MapOf) {
      return LinkedHashMap::new;
    }
    if (field.repeated()) {
      return ArrayList::new;
    }
    if (field.presence()) {
      return () -> null;
    }
    if (field.type() instanceof ProtobufType.Scalar scalar) {
      Object value =
          conversion(scalar.scalar(), column, field.name()).apply(scalar.scalar().defaultValue());
      return () -> value;
    }
    if (field.type() instanceof ProtobufType.Enumeration enumeration) {
      String name = enumeration.names().get(0);
      return () -> name;
    }
    return () -> null;
  }

  private static FieldReader fieldReader(
      ProtobufMessage.Field field, SqlType.Field column, int index) {
    String name = field.name();
    if (field.type() instanceof ProtobufType.MapOf map) {
      if (!(column.type() instanceof SqlType.MapType type)) {
        throw mismatch(name, "a map", column.type());
      }
      return mapReader(map, type, name, index);
    }
    if (!field.repeated()) {
      ValueReader reader = valueReader(field.type(), column.type(), name);
      int expected = wireType(field.type());
      return (in, wireType, row) -> {
        requireWireType(expected, wireType, name);
        row[index] = reader.read(in);
      };
    }
    if (!(column.type() instanceof SqlType.Array array)) {
      throw mismatch(name, "repeated", column.type());
    }
    ValueReader reader = valueReader(field.type(), array.item(), name);
    int expected = wireType(field.type());
    return (in, wireType, row) -> {
      List<Object> list = listIn(row, index);
      if (wireType == ProtobufInput.LENGTH_DELIMITED && expected != wireType) {
        ProtobufInput packed = in.readPart();
        while (packed.hasMore()) {
          list.add(reader.read(packed));
        }
      } else {
        requireWireType(expected, wireType, name);
        list.add(reader.read(in));
      }
    };
  }

  @SuppressWarnings("unchecked") // the row was begun with it
  private static List<Object> listIn(@Nullable Object[] row, int index) {
    List<Object> list = (List<Object>) row[index];
    if (list == null) {
      list = new ArrayList<>();
      row[index] = list;
    }
    return list;
  }

  @SuppressWarnings("unchecked") // the row was begun with it
  private static Map<@Nullable Object, @Nullable Object> mapIn(@Nullable Object[] row, int index) {
    Map<@Nullable Object, @Nullable Object> map =
        (Map<@Nullable Object, @Nullable Object>) row[index];
    if (map == null) {
      map = new LinkedHashMap<>();
      row[index] = map;
    }
    return map;
  }

  private static FieldReader mapReader(
      ProtobufType.MapOf map, SqlType.MapType type, String name, int index) {
    ProtobufMessage entry = new ProtobufMessage(name, List.of());
    entry.add(new ProtobufMessage.Field("key", 1, map.key(), false, false));
    entry.add(new ProtobufMessage.Field("value", 2, map.value(), false, false));
    ProtobufReader entries =
        new ProtobufReader(
            entry,
            List.of(
                new SqlType.Field("key", type.key()), new SqlType.Field("value", type.value())));
    return (in, wireType, row) -> {
      requireWireType(ProtobufInput.LENGTH_DELIMITED, wireType, name);
      @Nullable Object[] pair = entries.read(in.readPart());
      mapIn(row, index).put(pair[0], pair[1]);
    };
  }

  private static int wireType(ProtobufType type) {
    if (type instanceof ProtobufType.Scalar scalar) {
      return scalar.scalar().wireType();
    }
    return type instanceof ProtobufType.Enumeration
        ? ProtobufInput.VARINT
        : ProtobufInput.LENGTH_DELIMITED;
  }

  private static void requireWireType(int expected, int found, String field) {
    if (expected != found) {
      throw new UnreadableRecordException(
          "field " + field + " is written as none of its type is: wire type " + found);
    }
  }

  private static ValueReader valueReader(ProtobufType type, SqlType column, String name) {
    if (type instanceof ProtobufType.Scalar scalar) {
      UnaryOperator<Object> conversion = conversion(scalar.scalar(), column, name);
      return in -> conversion.apply(scalar.scalar().read(in));
    }
    if (type instanceof ProtobufType.Wrapper wrapper) {
      return part(
          new ProtobufType.Scalar(wrapper.scalar()),
          column,
          name,
          row -> Objects.requireNonNull(row[0]));
    }
    if (type instanceof ProtobufType.Message message) {
      if (!(column instanceof SqlType.Struct struct)) {
        throw mismatch(name, "a message", column);
      }
      ProtobufReader reader = new ProtobufReader(message.message(), struct.fields());
      return in -> new StructValue(reader.read(in.readPart()));
    }
    if (type instanceof ProtobufType.Enumeration enumeration) {
      if (column != SqlType.STRING) {
        throw mismatch(name, "an enumeration", column);
      }
      return in -> {
        int number = (int) in.readVarint();
        return enumeration.names().getOrDefault(number, String.valueOf(number));
      };
    }
    if (type instanceof ProtobufType.Decimal) {
      return decimalReader(column, name);
    }
    return temporalReader(type, column, name);
  }

  @FunctionalInterface
  private interface FromParts {
    Object value(@Nullable Object[] parts);
  }

  /** A message whose only field is called value. */
  private static ValueReader part(
      ProtobufType type, SqlType column, String name, FromParts result) {
    ProtobufMessage message = new ProtobufMessage(name, List.of());
    message.add(new ProtobufMessage.Field("value", 1, type, false, false));
    ProtobufReader reader =
        new ProtobufReader(message, List.of(new SqlType.Field("value", column)));
    return in -> result.value(reader.read(in.readPart()));
  }

  /** A message of scalars numbered from 1. */
  private static ValueReader parts(ProtobufScalar[] scalars, FromParts result) {
    ProtobufMessage message = new ProtobufMessage("parts", List.of());
    List<SqlType.Field> columns = new ArrayList<>();
    for (int i = 0; i < scalars.length; i++) {
      String name = "part" + i;
      message.add(
          new ProtobufMessage.Field(
              name, i + 1, new ProtobufType.Scalar(scalars[i]), false, false));
      columns.add(new SqlType.Field(name, scalars[i].sqlType()));
    }
    ProtobufReader reader = new ProtobufReader(message, columns);
    return in -> result.value(reader.read(in.readPart()));
  }

  private static ValueReader decimalReader(SqlType column, String name) {
    if (!(column instanceof SqlType.Decimal type)) {
      throw mismatch(name, "a Decimal", column);
    }
    ProtobufScalar[] scalars = {ProtobufScalar.BYTES, ProtobufScalar.UINT32, ProtobufScalar.INT32};
    return parts(
        scalars,
        parts -> {
          ByteBuffer bytes = (ByteBuffer) Objects.requireNonNull(parts[0]);
          byte[] unscaled = new byte[bytes.remaining()];
          bytes.duplicate().get(unscaled);
          BigInteger digits = unscaled.length == 0 ? BigInteger.ZERO : new BigInteger(unscaled);
          try {
            return Decimals.fit(new BigDecimal(digits, number(parts[2])), type);
          } catch (ArithmeticException e) {
            throw new UnreadableRecordException(
                "field " + name + " has more digits than " + type.toSql(true));
          }
        });
  }

  private static ValueReader temporalReader(ProtobufType type, SqlType column, String name) {
    ProtobufScalar whole = ProtobufScalar.INT32;
    if (type instanceof ProtobufType.Date && column == SqlType.DATE) {
      return parts(
          new ProtobufScalar[] {whole, whole, whole},
          valid(name, parts -> LocalDate.of(number(parts[0]), number(parts[1]), number(parts[2]))));
    }
    if (type instanceof ProtobufType.TimeOfDay && column == SqlType.TIME) {
      return parts(
          new ProtobufScalar[] {whole, whole, whole, whole},
          valid(
              name,
              parts ->
                  LocalTime.of(
                      number(parts[0]), number(parts[1]), number(parts[2]), number(parts[3]))));
    }
    if (type instanceof ProtobufType.Timestamp && column == SqlType.TIMESTAMP) {
      return parts(
          new ProtobufScalar[] {ProtobufScalar.INT64, whole},
          valid(
              name,
              parts ->
                  Instant.ofEpochSecond(
                      (Long) Objects.requireNonNull(parts[0]), number(parts[1]))));
    }
    throw mismatch(name, type.getClass().getSimpleName(), column);
  }

  private static FromParts valid(String name, FromParts parts) {
    return values -> {
      try {
        return parts.value(values);
      } catch (DateTimeException e) {
        throw new UnreadableRecordException("field " + name + " is no date or time");
      }
    };
  }

  private static int number(@Nullable Object part) {
    return part == null ? 0 : ((Number) part).intValue();
  }

  private static UnaryOperator<Object> conversion(
      ProtobufScalar scalar, SqlType column, String name) {
    if (scalar.sqlType().equals(column)) {
      return value -> value;
    }
    boolean numeric = scalar.sqlType().isNumeric();
    if (numeric && column == SqlType.DOUBLE) {
      return value -> ((Number) value).doubleValue();
    }
    if (numeric && scalar.sqlType() != SqlType.DOUBLE && column == SqlType.BIGINT) {
      return value -> ((Number) value).longValue();
    }
    if (scalar.sqlType() == SqlType.BIGINT && column == SqlType.INTEGER) {
      return value -> {
        long number = (Long) value;
        if (number != (int) number) {
          throw new UnreadableRecordException("field " + name + " does not fit an INTEGER");
        }
        return (int) number;
      };
    }
    throw mismatch(name, scalar.text(), column);
  }

  private static UnreadableRecordException mismatch(String field, String found, SqlType column) {
    return new UnreadableRecordException(
        "field "
            + field
            + " is "
            + found
            + " in the schema, where the column is "
            + column.toSql(true));
  }
}
