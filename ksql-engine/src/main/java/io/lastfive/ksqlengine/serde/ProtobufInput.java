// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import java.util.Arrays;

/**
 * Reads Protobuf's wire types from a part of a byte array, and never past its end. One record, one
 * reader: not for several threads.
 */
final class ProtobufInput {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH_DELIMITED = 2;
  static final int START_GROUP = 3;
  static final int END_GROUP = 4;
  static final int FIXED32 = 5;
  private static final int TYPE_BITS = 3;

  private final byte[] bytes;
  private final int end;
  private int position;

  ProtobufInput(byte[] bytes, int from) {
    this(bytes, from, bytes.length);
  }

  private ProtobufInput(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.position = from;
    this.end = end;
  }

  boolean hasMore() {
    return position < end;
  }

  /** A field's number and wire type, to be taken apart by the next two. */
  int readTag() {
    return (int) readVarint();
  }

  static int number(int tag) {
    return tag >>> TYPE_BITS;
  }

  static int wireType(int tag) {
    return tag & ((1 << TYPE_BITS) - 1);
  }

  long readVarint() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      byte next = readByte();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new UnreadableRecordException("a variable-length number takes more than 10 bytes");
  }

  int readFixed32() {
    require(Integer.BYTES);
    int value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      value |= (bytes[position++] & 0xFF) << shift;
    }
    return value;
  }

  long readFixed64() {
    require(Long.BYTES);
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      value |= (bytes[position++] & 0xFFL) << shift;
    }
    return value;
  }

  byte[] readBytes() {
    int length = readLength();
    position += length;
    return Arrays.copyOfRange(bytes, position - length, position);
  }

  /** What stands behind its length, to be read on its own. */
  ProtobufInput readPart() {
    int length = readLength();
    position += length;
    return new ProtobufInput(bytes, position - length, position);
  }

  void skip(int wireType) {
    switch (wireType) {
      case VARINT -> readVarint();
      case FIXED64 -> move(Long.BYTES);
      case LENGTH_DELIMITED -> move(readLength());
      case FIXED32 -> move(Integer.BYTES);
      case START_GROUP -> {
        int tag = readTag();
        while (wireType(tag) != END_GROUP) {
          skip(wireType(tag));
          tag = readTag();
        }
      }
      default -> throw new UnreadableRecordException("a field is of no wire type of Protobuf");
    }
  }

  private byte readByte() {
    require(1);
    return bytes[position++];
  }

  private int readLength() {
    long length = readVarint();
    if (length < 0 || length > end - position) {
      throw endsEarly();
    }
    return (int) length;
  }

  private void move(int length) {
    require(length);
    position += length;
  }

  private void require(int length) {
    if (length > end - position) {
      throw endsEarly();
    }
  }

  private static UnreadableRecordException endsEarly() {
    return new UnreadableRecordException("the record ends before its message does");
  }
}
