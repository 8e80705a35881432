// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.serde.Format.RegisteredSchema;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import java.nio.ByteBuffer;

/** Confluent's five bytes before a record: a zero, and the id of its schema. */
final class WireFormat {
  static final int LENGTH = 5;

  private WireFormat() {}

  static byte[] prefix(int schemaId) {
    return ByteBuffer.allocate(LENGTH).put((byte) 0).putInt(schemaId).array();
  }

  /** The schema of a record, which is unreadable where there is none of that type. */
  static RegisteredSchema schema(int id, String type, SchemaStore registry) {
    RegisteredSchema schema =
        registry
            .byId(id)
            .orElseThrow(
                () ->
                    new UnreadableRecordException(
                        "Schema " + id + " is not in the schema registry"));
    if (!schema.type().equals(type)) {
      throw new UnreadableRecordException(
          "Schema " + id + " is of type " + schema.type() + ", not " + type);
    }
    return schema;
  }

  /** The schema's id, or an unreadable record. */
  static int schemaId(byte[] bytes) {
    if (bytes.length < LENGTH || bytes[0] != 0) {
      throw new UnreadableRecordException(
          "Unknown magic byte: the record does not begin with 0 and the id of a schema");
    }
    return ByteBuffer.wrap(bytes).getInt(1);
  }
}
