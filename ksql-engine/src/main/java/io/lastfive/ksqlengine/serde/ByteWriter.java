// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing byte array with Avro's binary primitives. One record, one writer: not for several
 * threads.
 */
final class ByteWriter {
  private static final int FIRST_SIZE = 256;

  private byte[] bytes = new byte[FIRST_SIZE];
  private int size;

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  void writeByte(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  /** Four bytes, big-endian: the schema id of the wire format. */
  void writeFixedInt(int value) {
    reserve(4);
    bytes[size++] = (byte) (value >>> 24);
    bytes[size++] = (byte) (value >>> 16);
    bytes[size++] = (byte) (value >>> 8);
    bytes[size++] = (byte) value;
  }

  /** Zigzag, variable length: Avro's int and long. */
  void writeLong(long value) {
    reserve(10);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  void writeBoolean(boolean value) {
    writeByte(value ? 1 : 0);
  }

  void writeFloat(float value) {
    int bits = Float.floatToIntBits(value);
    reserve(4);
    for (int shift = 0; shift < 32; shift += 8) {
      bytes[size++] = (byte) (bits >>> shift);
    }
  }

  void writeDouble(double value) {
    long bits = Double.doubleToLongBits(value);
    reserve(8);
    for (int shift = 0; shift < 64; shift += 8) {
      bytes[size++] = (byte) (bits >>> shift);
    }
  }

  void writeString(String value) {
    writeBytes(value.getBytes(StandardCharsets.UTF_8));
  }

  void writeBytes(byte[] value) {
    writeLong(value.length);
    writeRaw(value);
  }

  /** The buffer's content, whose position stays where it is. */
  void writeBytes(ByteBuffer value) {
    int length = value.remaining();
    writeLong(length);
    reserve(length);
    value.duplicate().get(bytes, size, length);
    size += length;
  }

  /** Bytes without their length. */
  void writeRaw(byte[] value) {
    reserve(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
