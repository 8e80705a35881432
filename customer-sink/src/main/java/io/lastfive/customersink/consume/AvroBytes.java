// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import java.io.EOFException;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * A place in Avro's binary data. Knows the little that a last five needs where it lies, so that no
 * object is made of it; anything else is left to Avro's own reader. Used by one thread.
 */
final class AvroBytes {
  private static final int LONGEST_VARINT = 10;

  private byte[] bytes = new byte[0];
  private int position;
  private @Nullable BinaryDecoder reused;

  void reset(byte[] value, int start) {
    bytes = value;
    position = start;
  }

  byte[] array() {
    return bytes;
  }

  int position() {
    return position;
  }

  void position(int newPosition) {
    position = newPosition;
  }

  boolean atEnd() {
    return position == bytes.length;
  }

  long readLong() throws IOException {
    long number = 0;
    for (int i = 0; i < LONGEST_VARINT; i++) {
      if (position == bytes.length) {
        throw new EOFException();
      }
      byte part = bytes[position++];
      number |= (part & 0x7fL) << (7 * i);
      if (part >= 0) {
        return (number >>> 1) ^ -(number & 1);
      }
    }
    throw new IOException("a number of more than 64 bits");
  }

  /** Reads a length, after which so many bytes are there. */
  int readLength() throws IOException {
    long length = readLong();
    if (length < 0 || length > bytes.length - position) {
      throw new EOFException();
    }
    return (int) length;
  }

  /** Which branch of a union follows, or which symbol of an enum. */
  int readIndex(int size) throws IOException {
    long index = readLong();
    if (index < 0 || index >= size) {
      throw new IOException("an index that the schema does not have");
    }
    return (int) index;
  }

  void skip(int length) throws IOException {
    if (length > bytes.length - position) {
      throw new EOFException();
    }
    position += length;
  }

  /** Number of elements of an array's next block, 0 after the last. */
  long readBlock() throws IOException {
    long count = readLong();
    if (count >= 0) {
      return count;
    }
    readLong(); // The block's size in bytes.
    return -count;
  }

  /** Reads a value of any schema. */
  @Nullable Object read(GenericDatumReader<Object> reader) throws IOException {
    BinaryDecoder decoder = decoder();
    Object value = reader.read(null, decoder);
    leave(decoder);
    return value;
  }

  /** Steps over a value of any schema. */
  void skip(Schema schema) throws IOException {
    BinaryDecoder decoder = decoder();
    GenericDatumReader.skip(schema, decoder);
    leave(decoder);
  }

  private BinaryDecoder decoder() {
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(bytes, position, bytes.length - position, reused);
    reused = decoder;
    return decoder;
  }

  private void leave(BinaryDecoder decoder) throws IOException {
    position = bytes.length - decoder.inputStream().available();
  }
}
