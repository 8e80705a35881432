// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.RowSchema;
import io.lastfive.ksqlengine.types.SqlType;

/** Types and columns as DESCRIBE and LIST TYPES show them. */
final class SchemaJson {

  private SchemaJson() {}

  static ObjectNode type(SqlType type) {
    ObjectNode json = Json.object();
    json.put("type", type.baseName());
    json.putNull("fields");
    json.putNull("memberSchema");
    if (type instanceof SqlType.Struct struct) {
      ArrayNode fields = Json.array();
      struct.fields().forEach(field -> fields.add(field(field.name(), field.type())));
      json.set("fields", fields);
    } else if (type instanceof SqlType.Array array) {
      json.set("memberSchema", type(array.item()));
    } else if (type instanceof SqlType.MapType map) {
      json.set("memberSchema", type(map.value()));
    } else if (type instanceof SqlType.Decimal decimal) {
      json.putObject("parameters")
          .put("precision", decimal.precision())
          .put("scale", decimal.scale());
    }
    return json;
  }

  static ArrayNode fields(RowSchema schema) {
    ArrayNode fields = Json.array();
    for (Column column : schema.key()) {
      fields.add(field(column.name(), column.type()).put("type", "KEY"));
    }
    for (Column column : schema.value()) {
      fields.add(field(column.name(), column.type()));
    }
    for (RowSchema.HeaderColumn header : schema.headers()) {
      ObjectNode field = field(header.column().name(), header.column().type());
      field.put("type", "HEADER");
      header.headerKey().ifPresent(key -> field.put("headerKey", key));
      fields.add(field);
    }
    return fields;
  }

  private static ObjectNode field(String name, SqlType type) {
    ObjectNode field = Json.object();
    field.put("name", name);
    field.set("schema", type(type));
    return field;
  }
}
