// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Reads over Avro values that no column asks for. */
final class AvroSkipper {
  private AvroSkipper() {}

  /** Reads over a value and gives null. */
  static AvroValueReader of(Schema schema) {
    return skipping(schema, new IdentityHashMap<>());
  }

  /** Schemas may contain themselves where no column asks for the field. */
  private static AvroValueReader skipping(Schema schema, Map<Schema, AvroValueReader> records) {
    return switch (schema.getType()) {
      case NULL -> in -> null;
      case BOOLEAN -> skippingBytes(1);
      case INT, LONG, ENUM -> AvroSkipper::skipLong;
      case FLOAT -> skippingBytes(Float.BYTES);
      case DOUBLE -> skippingBytes(Double.BYTES);
      case FIXED -> skippingBytes(schema.getFixedSize());
      case STRING, BYTES -> AvroSkipper::skipLengthAndBytes;
      case ARRAY -> skippingBlocks(skipping(schema.getElementType(), records));
      case MAP -> skippingEntries(skipping(schema.getValueType(), records));
      case UNION -> skippingUnion(schema, records);
      case RECORD -> skippingRecord(schema, records);
    };
  }

  private static @Nullable Object skipLong(ByteReader in) {
    in.readLong();
    return null;
  }

  private static @Nullable Object skipLengthAndBytes(ByteReader in) {
    in.skip(in.readLength());
    return null;
  }

  private static AvroValueReader skippingEntries(AvroValueReader value) {
    return skippingBlocks(
        in -> {
          in.skip(in.readLength());
          return value.read(in);
        });
  }

  private static AvroValueReader skippingBytes(int count) {
    return in -> {
      in.skip(count);
      return null;
    };
  }

  private static AvroValueReader skippingBlocks(AvroValueReader item) {
    return in -> {
      for (int count = in.readBlockCount(); count != 0; count = in.readBlockCount()) {
        for (int i = 0; i < count; i++) {
          item.read(in);
        }
      }
      return null;
    };
  }

  private static AvroValueReader skippingUnion(
      Schema schema, Map<Schema, AvroValueReader> records) {
    AvroValueReader[] branches =
        schema.getTypes().stream()
            .map(branch -> skipping(branch, records))
            .toArray(AvroValueReader[]::new);
    return in -> {
      int branch = in.readInt();
      if (branch < 0 || branch >= branches.length) {
        throw new UnreadableRecordException("a union has no branch " + branch);
      }
      return branches[branch].read(in);
    };
  }

  private static AvroValueReader skippingRecord(
      Schema schema, Map<Schema, AvroValueReader> records) {
    AvroValueReader known = records.get(schema);
    if (known != null) {
      return known;
    }
    AvroValueReader[] fields = new AvroValueReader[schema.getFields().size()];
    AvroValueReader record =
        in -> {
          for (AvroValueReader field : fields) {
            field.read(in);
          }
          return null;
        };
    records.put(schema, record);
    Arrays.setAll(fields, i -> skipping(schema.getFields().get(i).schema(), records));
    return record;
  }
}
