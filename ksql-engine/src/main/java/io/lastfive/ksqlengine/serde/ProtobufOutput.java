// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import java.util.Arrays;

/**
 * A growing byte array with Protobuf's wire types. One record, one writer: not for several threads.
 */
final class ProtobufOutput {
  private static final int FIRST_SIZE = 128;
  private static final int LONGEST_VARINT = 10;

  private byte[] bytes = new byte[FIRST_SIZE];
  private int size;

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  void writeTag(int number, int wireType) {
    writeVarint((long) number << 3 | wireType);
  }

  void writeVarint(long value) {
    reserve(LONGEST_VARINT);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  void writeFixed32(int value) {
    reserve(Integer.BYTES);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      bytes[size++] = (byte) (value >>> shift);
    }
  }

  void writeFixed64(long value) {
    reserve(Long.BYTES);
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      bytes[size++] = (byte) (value >>> shift);
    }
  }

  /** Behind their length. */
  void writeBytes(byte[] value) {
    writeVarint(value.length);
    writeRaw(value);
  }

  /** What another output holds, behind its length. */
  void writePart(ProtobufOutput part) {
    writeVarint(part.size);
    reserve(part.size);
    System.arraycopy(part.bytes, 0, bytes, size, part.size);
    size += part.size;
  }

  /** Without their length. */
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
