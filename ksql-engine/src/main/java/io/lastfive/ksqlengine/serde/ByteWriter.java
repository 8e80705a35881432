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

  /** So many bytes have a length that takes one byte. */
  private static final int MOST_IN_ONE_LENGTH_BYTE = 63;

  private byte[] bytes;
  private int size;

  ByteWriter() {
    this(FIRST_SIZE);
  }

  /**
   * @param expected so many bytes fit before the array has to grow
   */
  ByteWriter(int expected) {
    bytes = new byte[expected];
  }

  int size() {
    return size;
  }

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
    if ((rest & ~0x7FL) == 0) {
      bytes[size++] = (byte) rest;
      return;
    }
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
    int length = value.length();
    if (length > MOST_IN_ONE_LENGTH_BYTE || !writeShortAscii(value, length)) {
      writeBytes(value.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Most texts in records are short and ASCII: no array is made for them. */
  private boolean writeShortAscii(String value, int length) {
    reserve(length + 1);
    int at = size;
    bytes[at++] = (byte) (length << 1);
    for (int i = 0; i < length; i++) {
      char next = value.charAt(i);
      if (next >= 0x80) {
        return false;
      }
      bytes[at++] = (byte) next;
    }
    size = at;
    return true;
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
    writeRaw(value, 0, value.length);
  }

  void writeRaw(byte[] value, int start, int length) {
    reserve(length);
    System.arraycopy(value, start, bytes, size, length);
    size += length;
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
