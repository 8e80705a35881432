// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;

/**
 * Takes {@code avro.java.string} out of schemas.
 *
 * <p>Avro's code generator writes it into the schemas of generated classes. Registered with it, a
 * schema would be another text than the file it was generated from, and not be found by it.
 */
final class JavaProperties {
  private static final String JAVA_STRING = "avro.java.string";

  private JavaProperties() {}

  /** The schema itself where it has none. */
  static Schema removedFrom(Schema schema) {
    if (!schema.toString().contains(JAVA_STRING)) {
      return schema;
    }
    return copy(schema, new IdentityHashMap<>());
  }

  private static Schema copy(Schema schema, Map<Schema, Schema> records) {
    return switch (schema.getType()) {
      case RECORD -> copyRecord(schema, records);
      case ARRAY ->
          withProperties(schema, Schema.createArray(copy(schema.getElementType(), records)));
      case MAP -> withProperties(schema, Schema.createMap(copy(schema.getValueType(), records)));
      case UNION ->
          Schema.createUnion(schema.getTypes().stream().map(t -> copy(t, records)).toList());
      case STRING -> withProperties(schema, Schema.create(Schema.Type.STRING));
      case ENUM, FIXED, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> schema;
    };
  }

  private static Schema withProperties(Schema schema, Schema copied) {
    copyProperties(schema, copied);
    if (schema.getLogicalType() != null) {
      schema.getLogicalType().addToSchema(copied);
    }
    return copied;
  }

  private static Schema copyRecord(Schema schema, Map<Schema, Schema> records) {
    Schema known = records.get(schema);
    if (known != null) {
      return known;
    }
    Schema copied =
        Schema.createRecord(
            schema.getName(), schema.getDoc(), schema.getNamespace(), schema.isError());
    records.put(schema, copied);
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      fields.add(new Schema.Field(field, copy(field.schema(), records)));
    }
    copied.setFields(fields);
    schema.getAliases().forEach(copied::addAlias);
    copyProperties(schema, copied);
    return copied;
  }

  private static void copyProperties(JsonProperties from, JsonProperties to) {
    from.getObjectProps()
        .forEach(
            (name, value) -> {
              if (!name.equals(JAVA_STRING) && to.getObjectProp(name) == null) {
                to.addProp(name, value);
              }
            });
  }
}
