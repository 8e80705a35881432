// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.types.SqlType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Protobuf's scalar types: what each is in SQL, and how its values are written. */
enum ProtobufScalar {
  DOUBLE(SqlType.DOUBLE, ProtobufInput.FIXED64, 0.0),
  FLOAT(SqlType.DOUBLE, ProtobufInput.FIXED32, 0.0),
  INT32(SqlType.INTEGER, ProtobufInput.VARINT, 0),
  INT64(SqlType.BIGINT, ProtobufInput.VARINT, 0L),
  UINT32(SqlType.BIGINT, ProtobufInput.VARINT, 0L),
  UINT64(SqlType.BIGINT, ProtobufInput.VARINT, 0L),
  SINT32(SqlType.INTEGER, ProtobufInput.VARINT, 0),
  SINT64(SqlType.BIGINT, ProtobufInput.VARINT, 0L),
  FIXED32(SqlType.BIGINT, ProtobufInput.FIXED32, 0L),
  FIXED64(SqlType.BIGINT, ProtobufInput.FIXED64, 0L),
  SFIXED32(SqlType.INTEGER, ProtobufInput.FIXED32, 0),
  SFIXED64(SqlType.BIGINT, ProtobufInput.FIXED64, 0L),
  BOOL(SqlType.BOOLEAN, ProtobufInput.VARINT, false),
  STRING(SqlType.STRING, ProtobufInput.LENGTH_DELIMITED, ""),
  BYTES(SqlType.BYTES, ProtobufInput.LENGTH_DELIMITED, ByteBuffer.allocate(0));

  private static final long UNSIGNED_INT = 0xFFFF_FFFFL;

  private final SqlType sqlType;
  private final int wireType;
  private final Object defaultValue;

  ProtobufScalar(SqlType sqlType, int wireType, Object defaultValue) {
    this.sqlType = sqlType;
    this.wireType = wireType;
    this.defaultValue = defaultValue;
  }

  /** By the name in schemas: {@code int32}. */
  static Optional<ProtobufScalar> of(String name) {
    for (ProtobufScalar scalar : values()) {
      if (scalar.text().equals(name)) {
        return Optional.of(scalar);
      }
    }
    return Optional.empty();
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  SqlType sqlType() {
    return sqlType;
  }

  int wireType() {
    return wireType;
  }

  /** The value of a field that a message does not hold. */
  Object defaultValue() {
    return defaultValue;
  }

  /** Whether several values may stand together without their tags. */
  boolean packable() {
    return wireType != ProtobufInput.LENGTH_DELIMITED;
  }

  Object read(ProtobufInput in) {
    return switch (this) {
      case DOUBLE -> Double.longBitsToDouble(in.readFixed64());
      case FLOAT -> (double) Float.intBitsToFloat(in.readFixed32());
      case INT32 -> (int) in.readVarint();
      case INT64, UINT64 -> in.readVarint();
      case UINT32 -> in.readVarint() & UNSIGNED_INT;
      case SINT32 -> (int) unzigzag(in.readVarint());
      case SINT64 -> unzigzag(in.readVarint());
      case FIXED32 -> in.readFixed32() & UNSIGNED_INT;
      case FIXED64, SFIXED64 -> in.readFixed64();
      case SFIXED32 -> in.readFixed32();
      case BOOL -> in.readVarint() != 0;
      case STRING -> new String(in.readBytes(), StandardCharsets.UTF_8);
      case BYTES -> ByteBuffer.wrap(in.readBytes());
    };
  }

  /**
   * @param value of the type that {@link #sqlType()} says; any number does for a number
   */
  void write(Object value, ProtobufOutput out) {
    switch (this) {
      case DOUBLE -> out.writeFixed64(Double.doubleToLongBits(number(value).doubleValue()));
      case FLOAT -> out.writeFixed32(Float.floatToIntBits(number(value).floatValue()));
      case INT32, INT64, UINT64 -> out.writeVarint(number(value).longValue());
      case UINT32 -> out.writeVarint(number(value).longValue() & UNSIGNED_INT);
      case SINT32, SINT64 -> out.writeVarint(zigzag(number(value).longValue()));
      case FIXED32, SFIXED32 -> out.writeFixed32((int) number(value).longValue());
      case FIXED64, SFIXED64 -> out.writeFixed64(number(value).longValue());
      case BOOL -> out.writeVarint((Boolean) value ? 1 : 0);
      case STRING -> out.writeBytes(((String) value).getBytes(StandardCharsets.UTF_8));
      case BYTES -> out.writeBytes(array((ByteBuffer) value));
    }
  }

  private static Number number(Object value) {
    return (Number) value;
  }

  private static byte[] array(ByteBuffer value) {
    byte[] bytes = new byte[value.remaining()];
    value.duplicate().get(bytes);
    return bytes;
  }

  static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  static long unzigzag(long value) {
    return (value >>> 1) ^ -(value & 1);
  }
}
