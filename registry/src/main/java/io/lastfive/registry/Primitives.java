// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import java.util.EnumMap;
import java.util.Map;
import org.apache.avro.Schema;

/** One schema object for each of Avro's primitive types, so that they are found by identity. */
final class Primitives {
  private static final Map<Schema.Type, Schema> SCHEMAS = new EnumMap<>(Schema.Type.class);

  static {
    for (Schema.Type type :
        new Schema.Type[] {
          Schema.Type.STRING,
          Schema.Type.BYTES,
          Schema.Type.INT,
          Schema.Type.LONG,
          Schema.Type.FLOAT,
          Schema.Type.DOUBLE,
          Schema.Type.BOOLEAN
        }) {
      SCHEMAS.put(type, Schema.create(type));
    }
  }

  private Primitives() {}

  static Schema schema(Schema.Type type) {
    Schema schema = SCHEMAS.get(type);
    if (schema == null) {
      throw new IllegalArgumentException(type + " is not a primitive type");
    }
    return schema;
  }
}
