// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes the Java value of a column's type by one Avro schema. Compiled once a sink; safe for
 * several threads.
 *
 * <p>Columns match fields by name, whatever its case where none is written exactly so. A field
 * without a column, and a null where the schema has none, is written as the field's default.
 */
@FunctionalInterface
interface AvroValueWriter {

  /** The value may be null where the schema says so, or has a default. */
  void write(@Nullable Object value, ByteWriter out);

  /** A whole row. */
  @FunctionalInterface
  interface RowWriter {
    void write(@Nullable Object[] row, ByteWriter out);
  }

  /**
   * @throws KsqlException where columns and schema do not agree
   */
  static RowWriter rows(Schema schema, List<Column> columns, boolean unwrapped) {
    if (unwrapped) {
      AvroValueWriter single = of(schema, columns.get(0).type(), columns.get(0).name());
      return (row, out) -> single.write(row[0], out);
    }
    if (schema.getType() == Schema.Type.UNION) {
      int branch = valueBranch(schema, "record");
      RowWriter fields = rows(schema.getTypes().get(branch), columns, false);
      return (row, out) -> {
        out.writeLong(branch);
        fields.write(row, out);
      };
    }
    return record(
        schema,
        columns.stream().map(c -> new SqlType.Field(c.name(), c.type())).toList(),
        "record");
  }

  static AvroValueWriter of(Schema schema, SqlType type, String path) {
    if (schema.getType() == Schema.Type.UNION) {
      return union(schema, type, path);
    }
    AvroValueWriter writer = ofValue(schema, type, path);
    return (value, out) -> {
      if (value == null) {
        throw new UnwritableRecordException(
            "null where the schema has none and no default, path: " + path);
      }
      writer.write(value, out);
    };
  }

  private static AvroValueWriter union(Schema schema, SqlType type, String path) {
    int valueBranch = valueBranch(schema, path);
    int nullBranch = schema.getTypes().indexOf(Schema.create(Schema.Type.NULL));
    AvroValueWriter writer = ofValue(schema.getTypes().get(valueBranch), type, path);
    return (value, out) -> {
      if (value != null) {
        out.writeLong(valueBranch);
        writer.write(value, out);
      } else if (nullBranch >= 0) {
        out.writeLong(nullBranch);
      } else {
        throw new UnwritableRecordException("null where the schema has none, path: " + path);
      }
    };
  }

  private static int valueBranch(Schema union, String path) {
    List<Schema> branches = union.getTypes();
    int found = -1;
    for (int i = 0; i < branches.size(); i++) {
      if (branches.get(i).getType() != Schema.Type.NULL) {
        if (found >= 0) {
          throw new KsqlException(
              "Unions of several types cannot be written. Path: " + path + ". Schema: " + union);
        }
        found = i;
      }
    }
    if (found < 0) {
      throw new KsqlException("The schema allows nothing but null. Path: " + path);
    }
    return found;
  }

  private static AvroValueWriter ofValue(Schema schema, SqlType type, String path) {
    if (type instanceof SqlType.Array array && schema.getType() == Schema.Type.ARRAY) {
      return array(of(schema.getElementType(), array.item(), path + "[*]"));
    }
    if (type instanceof SqlType.MapType map) {
      return map(schema, map, path);
    }
    if (type instanceof SqlType.Struct struct && schema.getType() == Schema.Type.RECORD) {
      RowWriter fields = record(schema, struct.fields(), path);
      return (value, out) -> fields.write(((StructValue) nonNull(value)).values(), out);
    }
    if (type instanceof SqlType.Decimal decimal
        && schema.getLogicalType() instanceof LogicalTypes.Decimal written) {
      return decimal(schema, decimal, written, path);
    }
    return scalar(schema, type, path);
  }

  private static Object nonNull(@Nullable Object value) {
    if (value == null) {
      throw new IllegalStateException("null is written by the union around this value");
    }
    return value;
  }

  private static KsqlException mismatch(Schema schema, SqlType type, String path) {
    return new KsqlException(
        "Schema from schema registry does not fit the column. Column: "
            + path
            + " "
            + type.toSql(true)
            + ". Schema: "
            + schema);
  }

  private static AvroValueWriter array(AvroValueWriter item) {
    return (value, out) -> {
      List<?> list = (List<?>) nonNull(value);
      if (!list.isEmpty()) {
        out.writeLong(list.size());
        for (Object element : list) {
          item.write(element, out);
        }
      }
      out.writeLong(0);
    };
  }

  private static AvroValueWriter map(Schema schema, SqlType.MapType type, String path) {
    AvroValueWriter key;
    AvroValueWriter item;
    if (schema.getType() == Schema.Type.MAP) {
      key = of(Schema.create(Schema.Type.STRING), type.key(), path + ".key");
      item = of(schema.getValueType(), type.value(), path + ".*");
    } else if (schema.getType() == Schema.Type.ARRAY
        && schema.getElementType().getType() == Schema.Type.RECORD
        && schema.getElementType().getFields().size() == 2) {
      List<Schema.Field> entry = schema.getElementType().getFields();
      key = of(entry.get(0).schema(), type.key(), path + ".key");
      item = of(entry.get(1).schema(), type.value(), path + ".*");
    } else {
      throw mismatch(schema, type, path);
    }
    return (value, out) -> {
      Map<?, ?> map = (Map<?, ?>) nonNull(value);
      if (!map.isEmpty()) {
        out.writeLong(map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          key.write(entry.getKey(), out);
          item.write(entry.getValue(), out);
        }
      }
      out.writeLong(0);
    };
  }

  private static RowWriter record(Schema schema, List<SqlType.Field> columns, String path) {
    List<Schema.Field> fields = schema.getFields();
    int[] sources = new int[fields.size()];
    AvroValueWriter[] writers = new AvroValueWriter[sources.length];
    boolean[] used = new boolean[columns.size()];
    for (int i = 0; i < sources.length; i++) {
      Schema.Field field = fields.get(i);
      sources[i] = indexOf(field.name(), columns);
      if (sources[i] < 0) {
        writers[i] = missing(field, path);
      } else {
        used[sources[i]] = true;
        SqlType type = columns.get(sources[i]).type();
        writers[i] = withDefault(field, of(field.schema(), type, path + "." + field.name()));
      }
    }
    for (int i = 0; i < used.length; i++) {
      if (!used[i]) {
        throw new KsqlException(
            "Column `" + columns.get(i).name() + "` is not in the schema. Schema: " + schema);
      }
    }
    return (row, out) -> {
      for (int i = 0; i < writers.length; i++) {
        writers[i].write(sources[i] < 0 ? null : row[sources[i]], out);
      }
    };
  }

  private static int indexOf(String name, List<SqlType.Field> columns) {
    int ignoringCase = -1;
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(name)) {
        return i;
      }
      if (ignoringCase < 0 && columns.get(i).name().equalsIgnoreCase(name)) {
        ignoringCase = i;
      }
    }
    return ignoringCase;
  }

  private static AvroValueWriter missing(Schema.Field field, String path) {
    if (field.hasDefaultValue()) {
      byte[] bytes = defaultBytes(field);
      return (value, out) -> out.writeRaw(bytes);
    }
    int nullBranch =
        field.schema().isUnion()
            ? field.schema().getTypes().indexOf(Schema.create(Schema.Type.NULL))
            : -1;
    if (nullBranch >= 0) {
      return (value, out) -> out.writeLong(nullBranch);
    }
    throw new KsqlException(
        "The schema has a field without a column and without a default: "
            + path
            + "."
            + field.name());
  }

  private static AvroValueWriter withDefault(Schema.Field field, AvroValueWriter writer) {
    if (field.schema().isNullable() || !field.hasDefaultValue()) {
      return writer;
    }
    byte[] bytes = defaultBytes(field);
    return (value, out) -> {
      if (value == null) {
        out.writeRaw(bytes);
      } else {
        writer.write(value, out);
      }
    };
  }

  private static byte[] defaultBytes(Schema.Field field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    try {
      new GenericDatumWriter<>(field.schema())
          .write(GenericData.get().getDefaultValue(field), encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  private static AvroValueWriter decimal(
      Schema schema, SqlType.Decimal type, LogicalTypes.Decimal written, String path) {
    if (written.getScale() < type.scale()
        || written.getPrecision() - written.getScale() < type.precision() - type.scale()) {
      throw mismatch(schema, type, path);
    }
    int scale = written.getScale();
    if (schema.getType() == Schema.Type.BYTES) {
      return (value, out) ->
          out.writeBytes(Decimals.unscaledBytes((BigDecimal) nonNull(value), scale));
    }
    int size = schema.getFixedSize();
    return (value, out) -> {
      byte[] unscaled = Decimals.unscaledBytes((BigDecimal) nonNull(value), scale);
      byte[] padded = new byte[size];
      Arrays.fill(padded, (byte) (unscaled[0] < 0 ? -1 : 0));
      System.arraycopy(unscaled, 0, padded, size - unscaled.length, unscaled.length);
      out.writeRaw(padded);
    };
  }

  private static AvroValueWriter scalar(Schema schema, SqlType type, String path) {
    Schema.Type to = schema.getType();
    if (type == SqlType.BOOLEAN && to == Schema.Type.BOOLEAN) {
      return (value, out) -> out.writeBoolean((Boolean) nonNull(value));
    }
    if (type == SqlType.STRING && to == Schema.Type.STRING) {
      return (value, out) -> out.writeString((String) nonNull(value));
    }
    if (type == SqlType.BYTES && to == Schema.Type.BYTES) {
      return (value, out) -> out.writeBytes((ByteBuffer) nonNull(value));
    }
    if (type == SqlType.DATE && to == Schema.Type.INT) {
      return (value, out) -> out.writeLong(((LocalDate) nonNull(value)).toEpochDay());
    }
    if (type == SqlType.TIME && to == Schema.Type.INT) {
      return (value, out) -> out.writeLong(Times.millisOfDay((LocalTime) nonNull(value)));
    }
    if (type == SqlType.TIMESTAMP
        && to == Schema.Type.LONG
        && !(schema.getLogicalType() instanceof LogicalTypes.TimestampMicros)) {
      return (value, out) -> out.writeLong(((Instant) nonNull(value)).toEpochMilli());
    }
    if (type == SqlType.INTEGER || type == SqlType.BIGINT || type == SqlType.DOUBLE) {
      return number(schema, type, path);
    }
    throw mismatch(schema, type, path);
  }

  private static AvroValueWriter number(Schema schema, SqlType type, String path) {
    Schema.Type to = schema.getType();
    if (to == Schema.Type.INT && type == SqlType.INTEGER) {
      return (value, out) -> out.writeLong((Integer) nonNull(value));
    }
    if (to == Schema.Type.LONG && type != SqlType.DOUBLE) {
      return (value, out) -> out.writeLong(((Number) nonNull(value)).longValue());
    }
    if (to == Schema.Type.FLOAT) {
      return (value, out) -> out.writeFloat(((Number) nonNull(value)).floatValue());
    }
    if (to == Schema.Type.DOUBLE) {
      return (value, out) -> out.writeDouble(((Number) nonNull(value)).doubleValue());
    }
    throw mismatch(schema, type, path);
  }
}
