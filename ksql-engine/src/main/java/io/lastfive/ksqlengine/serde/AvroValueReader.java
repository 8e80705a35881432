// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Reads one Avro value, written by one schema, as the Java value of a column's type: straight from
 * the bytes, compiled once for each writer's schema. Safe for several threads.
 *
 * <p>Fields match columns by name, whatever its case where none is written exactly so; fields
 * without a column are skipped, columns without a field are null. Where writer and column do not
 * agree on a type, each record that holds such a value is unreadable, others are not.
 */
@FunctionalInterface
interface AvroValueReader {

  @Nullable Object read(ByteReader in);

  /** Rows out of records, or out of bare values. */
  static RowReader rows(Schema writer, List<Column> columns, boolean unwrapped) {
    if (unwrapped) {
      AvroValueReader single = of(writer, columns.get(0).type(), columns.get(0).name());
      return in -> {
        Object value = single.read(in);
        return value == null ? null : new Object[] {value};
      };
    }
    SqlType.Struct struct =
        SqlType.struct(columns.stream().map(c -> new SqlType.Field(c.name(), c.type())).toList());
    if (writer.getType() == Schema.Type.RECORD) {
      return record(writer, struct, "record");
    }
    AvroValueReader value = of(writer, struct, "record");
    return in -> {
      StructValue record = (StructValue) value.read(in);
      return record == null ? null : toRow(record);
    };
  }

  private static @Nullable Object[] toRow(StructValue record) {
    @Nullable Object[] row = new Object[record.size()];
    Arrays.setAll(row, record::get);
    return row;
  }

  /** A whole row. */
  @FunctionalInterface
  interface RowReader {
    @Nullable Object @Nullable [] read(ByteReader in);
  }

  /** The fields of a record. */
  @FunctionalInterface
  interface RecordReader extends RowReader {
    @Override
    @Nullable Object[] read(ByteReader in);
  }

  static AvroValueReader of(Schema writer, SqlType type, String path) {
    if (writer.getType() == Schema.Type.UNION) {
      return union(writer, type, path);
    }
    if (type == SqlType.STRING) {
      return text(writer, path);
    }
    if (type instanceof SqlType.Decimal decimal) {
      return decimal(writer, decimal, path);
    }
    if (type instanceof SqlType.Array array) {
      return writer.getType() == Schema.Type.ARRAY
          ? array(of(writer.getElementType(), array.item(), path + "[*]"))
          : mismatch(writer, type, path);
    }
    if (type instanceof SqlType.MapType map) {
      return map(writer, map, path);
    }
    if (type instanceof SqlType.Struct struct) {
      if (writer.getType() != Schema.Type.RECORD) {
        return mismatch(writer, type, path);
      }
      RecordReader fields = record(writer, struct, path);
      return in -> new StructValue(fields.read(in));
    }
    return scalar(writer, (SqlType.Primitive) type, path);
  }

  private static AvroValueReader mismatch(Schema writer, SqlType type, String path) {
    LogicalType logical = writer.getLogicalType();
    String message =
        "Can't convert type. sourceType: "
            + (logical == null ? writer.getType().getName() : logical.getName())
            + ", requiredType: "
            + type.toSql(true)
            + ", path: "
            + path;
    if (writer.getType() == Schema.Type.NULL) {
      return in -> null;
    }
    return in -> {
      throw new UnreadableRecordException(message);
    };
  }

  private static AvroValueReader union(Schema writer, SqlType type, String path) {
    List<Schema> branches = writer.getTypes();
    AvroValueReader[] readers = new AvroValueReader[branches.size()];
    long values = branches.stream().filter(s -> s.getType() != Schema.Type.NULL).count();
    for (int i = 0; i < readers.length; i++) {
      Schema branch = branches.get(i);
      if (branch.getType() == Schema.Type.NULL) {
        readers[i] = in -> null;
      } else if (values > 1 && type instanceof SqlType.Struct struct) {
        readers[i] = branchAsField(branch, struct, path);
      } else {
        readers[i] = of(branch, type, path);
      }
    }
    return in -> {
      int branch = in.readInt();
      if (branch < 0 || branch >= readers.length) {
        throw new UnreadableRecordException("a union has no branch " + branch + ", path: " + path);
      }
      return readers[branch].read(in);
    };
  }

  /** Connect's form of a union of several types: a struct, of which one field is not null. */
  private static AvroValueReader branchAsField(Schema branch, SqlType.Struct struct, String path) {
    int index = indexOf(AvroSchemas.branchName(branch), struct);
    if (index < 0) {
      AvroValueReader skip = AvroSkipper.of(branch);
      return in -> {
        skip.read(in);
        return new StructValue(new Object[struct.fields().size()]);
      };
    }
    SqlType.Field field = struct.fields().get(index);
    AvroValueReader reader = of(branch, field.type(), path + "." + field.name());
    return in -> {
      @Nullable Object[] values = new Object[struct.fields().size()];
      values[index] = reader.read(in);
      return new StructValue(values);
    };
  }

  private static int indexOf(String name, SqlType.Struct struct) {
    int exact = struct.indexOf(name);
    for (int i = 0; exact < 0 && i < struct.fields().size(); i++) {
      if (struct.fields().get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return exact;
  }

  private static AvroValueReader text(Schema writer, String path) {
    return switch (writer.getType()) {
      case STRING -> ByteReader::readString;
      case ENUM -> symbol(writer, path);
      case BOOLEAN -> in -> String.valueOf(in.readBoolean());
      case INT, LONG -> in -> String.valueOf(in.readLong());
      case FLOAT -> in -> String.valueOf(in.readFloat());
      case DOUBLE -> in -> String.valueOf(in.readDouble());
      default -> mismatch(writer, SqlType.STRING, path);
    };
  }

  private static AvroValueReader symbol(Schema writer, String path) {
    String[] symbols = writer.getEnumSymbols().toArray(String[]::new);
    return in -> {
      int symbol = in.readInt();
      if (symbol < 0 || symbol >= symbols.length) {
        throw new UnreadableRecordException("an enum has no symbol " + symbol + ", path: " + path);
      }
      return symbols[symbol];
    };
  }

  private static AvroValueReader decimal(Schema writer, SqlType.Decimal type, String path) {
    int scale = scaleOf(writer);
    if (scale < 0) {
      return mismatch(writer, type, path);
    }
    int fixedSize = writer.getType() == Schema.Type.FIXED ? writer.getFixedSize() : -1;
    String tooLarge = "a decimal has more digits than " + type.toSql(true) + ", path: " + path;
    return in -> {
      BigDecimal value = Decimals.read(in, fixedSize < 0 ? in.readLength() : fixedSize, scale);
      try {
        return Decimals.fit(value, type);
      } catch (ArithmeticException e) {
        throw new UnreadableRecordException(tooLarge, e);
      }
    };
  }

  /** -1 where the schema is no decimal. */
  private static int scaleOf(Schema schema) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      return decimal.getScale();
    }
    return "decimal".equals(schema.getProp("logicalType"))
            && schema.getObjectProp("scale") instanceof Number scale
        ? scale.intValue()
        : -1;
  }

  private static AvroValueReader scalar(Schema writer, SqlType.Primitive type, String path) {
    Schema.Type written = writer.getType();
    LogicalType logical = writer.getLogicalType();
    return switch (type) {
      case BOOLEAN ->
          written == Schema.Type.BOOLEAN ? ByteReader::readBoolean : mismatch(writer, type, path);
      case INTEGER ->
          written == Schema.Type.INT ? ByteReader::readInt : mismatch(writer, type, path);
      case BIGINT -> isInteger(written) ? ByteReader::readLong : mismatch(writer, type, path);
      case DOUBLE -> number(writer, path);
      case BYTES -> bytes(writer, path);
      case DATE ->
          written == Schema.Type.INT && logical instanceof LogicalTypes.Date
              ? in -> LocalDate.ofEpochDay(in.readInt())
              : mismatch(writer, type, path);
      case TIME ->
          written == Schema.Type.INT && logical instanceof LogicalTypes.TimeMillis
              ? AvroValueReader::time
              : mismatch(writer, type, path);
      case TIMESTAMP ->
          logical instanceof LogicalTypes.TimestampMillis
              ? in -> timestamp(in.readLong())
              : mismatch(writer, type, path);
      case STRING -> throw new IllegalArgumentException("no Avro form of " + type);
    };
  }

  private static Object time(ByteReader in) {
    try {
      return Times.ofMillisOfDay(in.readInt());
    } catch (IllegalArgumentException e) {
      throw new UnreadableRecordException("a time is not within a day", e);
    }
  }

  private static Object timestamp(long millis) {
    try {
      return Instant.ofEpochMilli(millis);
    } catch (DateTimeException e) {
      throw new UnreadableRecordException("a timestamp is out of range", e);
    }
  }

  private static boolean isInteger(Schema.Type type) {
    return type == Schema.Type.INT || type == Schema.Type.LONG;
  }

  private static AvroValueReader number(Schema writer, String path) {
    return switch (writer.getType()) {
      case FLOAT -> in -> (double) in.readFloat();
      case DOUBLE -> ByteReader::readDouble;
      case INT, LONG -> in -> (double) in.readLong();
      default -> mismatch(writer, SqlType.DOUBLE, path);
    };
  }

  private static AvroValueReader bytes(Schema writer, String path) {
    return switch (writer.getType()) {
      case BYTES -> ByteReader::readByteBuffer;
      case FIXED -> fixed(writer.getFixedSize());
      default -> mismatch(writer, SqlType.BYTES, path);
    };
  }

  private static AvroValueReader fixed(int size) {
    return in -> ByteBuffer.wrap(in.readRaw(size));
  }

  private static AvroValueReader array(AvroValueReader item) {
    return in -> {
      List<@Nullable Object> list = new ArrayList<>();
      for (int count = in.readBlockCount(); count != 0; count = in.readBlockCount()) {
        for (int i = 0; i < count; i++) {
          list.add(item.read(in));
        }
      }
      return list;
    };
  }

  private static AvroValueReader map(Schema writer, SqlType.MapType type, String path) {
    AvroValueReader key;
    AvroValueReader value;
    if (writer.getType() == Schema.Type.MAP && type.key() == SqlType.STRING) {
      key = ByteReader::readString;
      value = of(writer.getValueType(), type.value(), path + ".*");
    } else if (writer.getType() == Schema.Type.ARRAY && isEntry(writer.getElementType())) {
      List<Schema.Field> entry = writer.getElementType().getFields();
      key = of(entry.get(0).schema(), type.key(), path + ".key");
      value = of(entry.get(1).schema(), type.value(), path + ".*");
    } else {
      return mismatch(writer, type, path);
    }
    return in -> {
      Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
      for (int count = in.readBlockCount(); count != 0; count = in.readBlockCount()) {
        for (int i = 0; i < count; i++) {
          Object entryKey = key.read(in);
          map.put(entryKey, value.read(in));
        }
      }
      return map;
    };
  }

  /** Connect's entry of a map, whatever its name. */
  private static boolean isEntry(Schema item) {
    return item.getType() == Schema.Type.RECORD
        && item.getFields().size() == 2
        && item.getFields().get(0).name().equals("key")
        && item.getFields().get(1).name().equals("value");
  }

  private static RecordReader record(Schema writer, SqlType.Struct struct, String path) {
    List<Schema.Field> fields = writer.getFields();
    int[] targets = targets(fields, struct);
    AvroValueReader[] readers = new AvroValueReader[targets.length];
    for (int i = 0; i < targets.length; i++) {
      Schema written = fields.get(i).schema();
      if (targets[i] < 0) {
        readers[i] = AvroSkipper.of(written);
      } else {
        SqlType.Field field = struct.fields().get(targets[i]);
        readers[i] = of(written, field.type(), path + "." + field.name());
      }
    }
    int width = struct.fields().size();
    return in -> {
      @Nullable Object[] values = new Object[width];
      for (int i = 0; i < readers.length; i++) {
        Object value = readers[i].read(in);
        if (targets[i] >= 0) {
          values[targets[i]] = value;
        }
      }
      return values;
    };
  }

  /** For each field written the index of the field it fills, or -1. */
  private static int[] targets(List<Schema.Field> written, SqlType.Struct struct) {
    int[] targets = new int[written.size()];
    boolean[] filled = new boolean[struct.fields().size()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = struct.indexOf(written.get(i).name());
      if (targets[i] >= 0) {
        filled[targets[i]] = true;
      }
    }
    for (int i = 0; i < targets.length; i++) {
      int index = targets[i] < 0 ? indexOf(written.get(i).name(), struct) : -1;
      if (index >= 0 && !filled[index]) {
        targets[i] = index;
        filled[index] = true;
      }
    }
    return targets;
  }
}
