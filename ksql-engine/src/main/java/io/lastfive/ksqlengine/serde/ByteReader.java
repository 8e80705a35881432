// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads Avro's binary primitives from a byte array, and never past its end. One record, one reader:
 * not for several threads.
 */
final class ByteReader {
  private static final int MOST_EMPTY_ITEMS = 1 << 16;

  private final byte[] bytes;
  private int position;

  ByteReader(byte[] bytes, int position) {
    this.bytes = bytes;
    this.position = position;
  }

  byte readByte() {
    require(1);
    return bytes[position++];
  }

  int readFixedInt() {
    require(4);
    int value =
        (bytes[position] & 0xFF) << 24
            | (bytes[position + 1] & 0xFF) << 16
            | (bytes[position + 2] & 0xFF) << 8
            | (bytes[position + 3] & 0xFF);
    position += 4;
    return value;
  }

  int readInt() {
    long value = readLong();
    if (value != (int) value) {
      throw new UnreadableRecordException("an int is larger than 32 bits");
    }
    return (int) value;
  }

  long readLong() {
    long rest = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      byte next = readByte();
      rest |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return (rest >>> 1) ^ -(rest & 1);
      }
    }
    throw new UnreadableRecordException("a variable-length number takes more than 10 bytes");
  }

  boolean readBoolean() {
    return readByte() == 1;
  }

  float readFloat() {
    require(4);
    int bits = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      bits |= (bytes[position++] & 0xFF) << shift;
    }
    return Float.intBitsToFloat(bits);
  }

  double readDouble() {
    require(8);
    long bits = 0;
    for (int shift = 0; shift < 64; shift += 8) {
      bits |= (bytes[position++] & 0xFFL) << shift;
    }
    return Double.longBitsToDouble(bits);
  }

  String readString() {
    int length = readLength();
    String value = new String(bytes, position, length, StandardCharsets.UTF_8);
    position += length;
    return value;
  }

  byte[] readBytes() {
    return readRaw(readLength());
  }

  ByteBuffer readByteBuffer() {
    return ByteBuffer.wrap(readBytes());
  }

  byte[] readRaw(int length) {
    require(length);
    position += length;
    return Arrays.copyOfRange(bytes, position - length, position);
  }

  /** The length of a string or of bytes, which are known to follow. */
  int readLength() {
    long length = readLong();
    if (length < 0 || length > bytes.length - position) {
      throw endsEarly();
    }
    return (int) length;
  }

  /** The number of items in the next block of an array or map; 0 ends it. */
  int readBlockCount() {
    long count = readLong();
    if (count < 0) {
      readLong();
      count = -count;
    }
    if (count < 0 || count > Math.max(bytes.length - position, MOST_EMPTY_ITEMS)) {
      throw endsEarly();
    }
    return (int) count;
  }

  /** Bytes without their length, into an array that has room for them. */
  void readInto(byte[] target, int start, int length) {
    require(length);
    System.arraycopy(bytes, position, target, start, length);
    position += length;
  }

  int position() {
    return position;
  }

  /** Back to where it was before. */
  void moveTo(int earlier) {
    position = earlier;
  }

  void skip(int length) {
    require(length);
    position += length;
  }

  private void require(int length) {
    if (length > bytes.length - position) {
      throw endsEarly();
    }
  }

  private static UnreadableRecordException endsEarly() {
    return new UnreadableRecordException("the record ends before its schema does");
  }
}
