// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import io.lastfive.ksqlengine.types.TextList;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * The engine's own binary form of rows, for state stores and for topics that nobody else reads. No
 * schema travels with it: both sides know the types.
 *
 * <pre>
 *   row     number of values, then the values
 *   values  one bit each, set where the value is null; then those that are not null
 * </pre>
 *
 * A row with fewer values than there are types is read with nulls for the missing ones, so that
 * types may be appended to a query that is replaced. Safe for several threads.
 */
public final class InternalRowSerde {
  private InternalRowSerde() {}

  public static Serde<@Nullable Object[]> ofColumns(List<Column> columns) {
    return of(columns.stream().map(Column::type).toList());
  }

  public static Serde<@Nullable Object[]> of(List<SqlType> types) {
    return of(types.stream().map(InternalRowSerde::codec).toArray(Codec[]::new));
  }

  /**
   * For what aggregate functions keep.
   *
   * @param asTextLists for each type whether, where it is ARRAY of STRING, values are read as
   *     {@link TextList}s
   */
  public static Serde<@Nullable Object[]> ofState(List<SqlType> types, List<Boolean> asTextLists) {
    Codec[] codecs = new Codec[types.size()];
    for (int i = 0; i < codecs.length; i++) {
      Codec codec = codec(types.get(i));
      codecs[i] = asTextLists.get(i) ? new TextListCodec(codec) : codec;
    }
    return of(codecs);
  }

  private static Serde<@Nullable Object[]> of(Codec[] codecs) {
    return RowSerde.of(
        "an internal topic", bytes -> readRow(codecs, bytes), row -> writeRow(codecs, row));
  }

  private static byte[] writeRow(Codec[] codecs, @Nullable Object[] row) {
    ByteWriter out = new ByteWriter();
    out.writeLong(codecs.length);
    int start = 0;
    while (start < codecs.length) {
      int end = Math.min(start + Byte.SIZE, codecs.length);
      int nulls = 0;
      for (int i = start; i < end; i++) {
        nulls |= row[i] == null ? 1 << (i - start) : 0;
      }
      out.writeByte(nulls);
      start = end;
    }
    for (int i = 0; i < codecs.length; i++) {
      Object value = row[i];
      if (value != null) {
        codecs[i].write(value, out);
      }
    }
    return out.toByteArray();
  }

  private static @Nullable Object[] readRow(Codec[] codecs, byte[] bytes) {
    ByteReader in = new ByteReader(bytes, 0);
    int written = in.readInt();
    if (written < 0 || written > codecs.length) {
      throw new UnreadableRecordException(
          "a row of " + written + " values where " + codecs.length + " are known");
    }
    @Nullable Object[] row = new Object[codecs.length];
    byte[] nulls = in.readRaw((written + Byte.SIZE - 1) / Byte.SIZE);
    for (int i = 0; i < written; i++) {
      if ((nulls[i / Byte.SIZE] >> (i % Byte.SIZE) & 1) == 0) {
        row[i] = codecs[i].read(in);
      }
    }
    return row;
  }

  /** Values of one type, never null. */
  private interface Codec {
    void write(Object value, ByteWriter out);

    Object read(ByteReader in);
  }

  private static Codec codec(SqlType type) {
    if (type instanceof SqlType.Decimal decimal) {
      return new DecimalCodec(decimal.scale());
    }
    if (type instanceof SqlType.Array array) {
      return new ArrayCodec(codec(array.item()));
    }
    if (type instanceof SqlType.MapType map) {
      return new MapCodec(codec(map.key()), codec(map.value()));
    }
    if (type instanceof SqlType.Struct struct) {
      return new StructCodec(
          struct.fields().stream().map(field -> codec(field.type())).toArray(Codec[]::new));
    }
    return PrimitiveCodec.valueOf(((SqlType.Primitive) type).name());
  }

  private static void writeNullable(Codec codec, @Nullable Object value, ByteWriter out) {
    out.writeBoolean(value != null);
    if (value != null) {
      codec.write(value, out);
    }
  }

  private static @Nullable Object readNullable(Codec codec, ByteReader in) {
    return in.readBoolean() ? codec.read(in) : null;
  }

  private enum PrimitiveCodec implements Codec {
    BOOLEAN {
      @Override
      public void write(Object value, ByteWriter out) {
        out.writeBoolean((Boolean) value);
      }

      @Override
      public Object read(ByteReader in) {
        return in.readBoolean();
      }
    },
    INTEGER {
      @Override
      public void write(Object value, ByteWriter out) {
        out.writeLong((Integer) value);
      }

      @Override
      public Object read(ByteReader in) {
        return in.readInt();
      }
    },
    BIGINT {
      @Override
      public void write(Object value, ByteWriter out) {
        out.writeLong((Long) value);
      }

      @Override
      public Object read(ByteReader in) {
        return in.readLong();
      }
    },
    DOUBLE {
      @Override
      public void write(Object value, ByteWriter out) {
        out.writeDouble((Double) value);
      }

      @Override
      public Object read(ByteReader in) {
        return in.readDouble();
      }
    },
    STRING {
      @Override
      public void write(Object value, ByteWriter out) {
        out.writeString((String) value);
      }

      @Override
      public Object read(ByteReader in) {
        return in.readString();
      }
    },
    BYTES {
      @Override
      public void write(Object value, ByteWriter out) {
        out.writeBytes((ByteBuffer) value);
      }

      @Override
      public Object read(ByteReader in) {
        return in.readByteBuffer();
      }
    },
    DATE {
      @Override
      public void write(Object value, ByteWriter out) {
        out.writeLong(((LocalDate) value).toEpochDay());
      }

      @Override
      public Object read(ByteReader in) {
        return LocalDate.ofEpochDay(in.readLong());
      }
    },
    TIME {
      @Override
      public void write(Object value, ByteWriter out) {
        out.writeLong(Times.millisOfDay((LocalTime) value));
      }

      @Override
      public Object read(ByteReader in) {
        return Times.ofMillisOfDay(in.readLong());
      }
    },
    TIMESTAMP {
      @Override
      public void write(Object value, ByteWriter out) {
        out.writeLong(((Instant) value).toEpochMilli());
      }

      @Override
      public Object read(ByteReader in) {
        return Instant.ofEpochMilli(in.readLong());
      }
    }
  }

  private record DecimalCodec(int scale) implements Codec {
    @Override
    public void write(Object value, ByteWriter out) {
      out.writeBytes(Decimals.unscaledBytes((BigDecimal) value, scale));
    }

    @Override
    public Object read(ByteReader in) {
      return Decimals.read(in, in.readLength(), scale);
    }
  }

  private record ArrayCodec(Codec item) implements Codec {
    @Override
    public void write(Object value, ByteWriter out) {
      List<?> list = (List<?>) value;
      out.writeLong(list.size());
      for (Object element : list) {
        writeNullable(item, element, out);
      }
    }

    @Override
    public Object read(ByteReader in) {
      int size = in.readBlockCount();
      List<@Nullable Object> list = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        list.add(readNullable(item, in));
      }
      return list;
    }
  }

  /** The same bytes, which are neither encoded nor decoded. */
  private record TextListCodec(Codec list) implements Codec {
    @Override
    public void write(Object value, ByteWriter out) {
      if (!(value instanceof TextList texts)) {
        list.write(value, out);
        return;
      }
      int size = texts.size();
      out.writeLong(size);
      for (int i = 0; i < size; i++) {
        int start = texts.start(i);
        int length = texts.end(i) - start;
        out.writeBoolean(true);
        out.writeLong(length);
        out.writeRaw(texts.utf8(), start, length);
      }
    }

    @Override
    public Object read(ByteReader in) {
      int size = in.readBlockCount();
      int[] ends = new int[size];
      int first = in.position();
      int total = 0;
      for (int i = 0; i < size; i++) {
        if (!in.readBoolean()) {
          throw new UnreadableRecordException("a list of texts holds a null");
        }
        int length = in.readLength();
        in.skip(length);
        total += length;
        ends[i] = total;
      }
      byte[] utf8 = new byte[total];
      in.moveTo(first);
      for (int i = 0; i < size; i++) {
        in.readBoolean();
        int start = i == 0 ? 0 : ends[i - 1];
        in.readInto(utf8, start, in.readLength());
      }
      return new TextList(utf8, ends);
    }
  }

  private record MapCodec(Codec key, Codec value) implements Codec {
    @Override
    public void write(Object map, ByteWriter out) {
      out.writeLong(((Map<?, ?>) map).size());
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) map).entrySet()) {
        writeNullable(key, entry.getKey(), out);
        writeNullable(value, entry.getValue(), out);
      }
    }

    @Override
    public Object read(ByteReader in) {
      int size = in.readBlockCount();
      Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
      for (int i = 0; i < size; i++) {
        Object entryKey = readNullable(key, in);
        map.put(entryKey, readNullable(value, in));
      }
      return map;
    }
  }

  private static final class StructCodec implements Codec {
    private final Codec[] fields;

    StructCodec(Codec[] fields) {
      this.fields = fields;
    }

    @Override
    public void write(Object value, ByteWriter out) {
      StructValue struct = (StructValue) value;
      for (int i = 0; i < fields.length; i++) {
        writeNullable(fields[i], struct.get(i), out);
      }
    }

    @Override
    public Object read(ByteReader in) {
      @Nullable Object[] values = new Object[fields.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = readNullable(fields[i], in);
      }
      return new StructValue(values);
    }
  }
}
