// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

/** Confluent's wire format: a zero byte, the schema's id in four bytes (big-endian), then Avro. */
public final class WireFormat {
  /** How many bytes stand before the Avro data. */
  public static final int HEADER_BYTES = 5;

  private static final byte MAGIC = 0;

  private WireFormat() {}

  /** Whether the bytes can be in this format at all. */
  public static boolean matches(byte[] bytes) {
    return bytes.length >= HEADER_BYTES && bytes[0] == MAGIC;
  }

  /** The id in bytes that {@link #matches match}. */
  public static int schemaId(byte[] bytes) {
    return (bytes[1] & 0xff) << 24
        | (bytes[2] & 0xff) << 16
        | (bytes[3] & 0xff) << 8
        | (bytes[4] & 0xff);
  }

  /** Writes the header to the front of the bytes. */
  public static void writeHeader(byte[] bytes, int schemaId) {
    bytes[0] = MAGIC;
    bytes[1] = (byte) (schemaId >>> 24);
    bytes[2] = (byte) (schemaId >>> 16);
    bytes[3] = (byte) (schemaId >>> 8);
    bytes[4] = (byte) schemaId;
  }
}
