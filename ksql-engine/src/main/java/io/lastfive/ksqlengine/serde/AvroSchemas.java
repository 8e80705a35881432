// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * Columns as an Avro schema, and an Avro schema as columns.
 *
 * <p>The schemas are those that ksqlDB registers by way of Kafka Connect: every field is a union
 * with null, null its default; maps are arrays of entries, since their keys may be null; records
 * within the record are named after the path to them; and properties that begin with {@code
 * connect.} say what the field is to Connect.
 */
final class AvroSchemas {
  static final String DEFAULT_NAMESPACE = "io.confluent.ksql.avro_schemas";
  static final String DEFAULT_NAME = DEFAULT_NAMESPACE + ".KsqlDataSourceSchema";
  private static final String CONNECT_NAME = "connect.name";
  private static final String MAP_ENTRY = "MapEntry";
  private static final String INTERNAL_TYPE = "connect.internal.type";
  private static final int DEFAULT_PRECISION = 64;

  private AvroSchemas() {}

  /**
   * @throws SchemaParseException where a column's name is none in Avro
   */
  static Schema ofColumns(List<Column> columns, String fullName, boolean unwrapped) {
    if (unwrapped) {
      return valueSchema(columns.get(0).type(), fullName);
    }
    return record(
        columns.stream().map(c -> new SqlType.Field(c.name(), c.type())).toList(), fullName);
  }

  private static Schema record(List<SqlType.Field> columns, String fullName) {
    List<Schema.Field> fields = new ArrayList<>();
    for (SqlType.Field column : columns) {
      Schema schema = nullable(valueSchema(column.type(), fullName + "_" + column.name()));
      fields.add(new Schema.Field(column.name(), schema, null, Schema.Field.NULL_DEFAULT_VALUE));
    }
    Schema record = emptyRecord(fullName);
    record.setFields(fields);
    record.addProp(CONNECT_NAME, fullName);
    return record;
  }

  private static Schema emptyRecord(String fullName) {
    int dot = fullName.lastIndexOf('.');
    return Schema.createRecord(
        fullName.substring(dot + 1), null, dot < 0 ? null : fullName.substring(0, dot), false);
  }

  private static Schema nullable(Schema schema) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), schema);
  }

  private static Schema valueSchema(SqlType type, String path) {
    if (type instanceof SqlType.Decimal decimal) {
      return decimal(decimal);
    }
    if (type instanceof SqlType.Array array) {
      return Schema.createArray(nullable(valueSchema(array.item(), path)));
    }
    if (type instanceof SqlType.MapType map) {
      return mapEntries(map, path);
    }
    if (type instanceof SqlType.Struct struct) {
      return record(struct.fields(), path);
    }
    return switch ((SqlType.Primitive) type) {
      case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
      case INTEGER -> Schema.create(Schema.Type.INT);
      case BIGINT -> Schema.create(Schema.Type.LONG);
      case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
      case STRING -> Schema.create(Schema.Type.STRING);
      case BYTES -> Schema.create(Schema.Type.BYTES);
      case DATE -> logical(Schema.Type.INT, "Date", LogicalTypes.date());
      case TIME -> logical(Schema.Type.INT, "Time", LogicalTypes.timeMillis());
      case TIMESTAMP -> logical(Schema.Type.LONG, "Timestamp", LogicalTypes.timestampMillis());
    };
  }

  private static Schema decimal(SqlType.Decimal type) {
    Schema schema = Schema.create(Schema.Type.BYTES);
    schema.addProp("scale", type.scale());
    schema.addProp("precision", type.precision());
    schema.addProp("connect.version", 1);
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("scale", String.valueOf(type.scale()));
    parameters.put("connect.decimal.precision", String.valueOf(type.precision()));
    schema.addProp("connect.parameters", parameters);
    schema.addProp(CONNECT_NAME, "org.apache.kafka.connect.data.Decimal");
    return LogicalTypes.decimal(type.precision(), type.scale()).addToSchema(schema);
  }

  private static Schema logical(Schema.Type type, String connectName, LogicalType logical) {
    Schema schema = Schema.create(type);
    schema.addProp("connect.version", 1);
    schema.addProp(CONNECT_NAME, "org.apache.kafka.connect.data." + connectName);
    return logical.addToSchema(schema);
  }

  private static Schema mapEntries(SqlType.MapType map, String path) {
    Schema entry = emptyRecord(path);
    entry.setFields(
        List.of(
            nullField("key", valueSchema(map.key(), path + "_MapKey")),
            nullField("value", valueSchema(map.value(), path + "_MapValue"))));
    entry.addProp(INTERNAL_TYPE, MAP_ENTRY);
    return Schema.createArray(entry);
  }

  private static Schema.Field nullField(String name, Schema schema) {
    return new Schema.Field(name, nullable(schema), null, Schema.Field.NULL_DEFAULT_VALUE);
  }

  /**
   * The columns of a registered schema.
   *
   * @param single the name of the only column where the schema is that of a bare value
   * @param keepCase whether names stay as they are, as with a schema named by its id; otherwise
   *     they are upper-cased, those of nested fields too
   * @throws KsqlException where a type of the schema is none of ksqlDB's
   */
  static List<Column> toColumns(Schema schema, boolean unwrapped, String single, boolean keepCase) {
    SqlType type = toType(schema, keepCase, new HashSet<>());
    if (unwrapped) {
      return List.of(new Column(single, type));
    }
    if (!(type instanceof SqlType.Struct struct)) {
      throw new KsqlException(
          "Schema returned from schema registry is not a record: "
              + schema.getType().getName()
              + ". Set WRAP_SINGLE_VALUE=false to read bare values.");
    }
    return struct.fields().stream().map(f -> new Column(f.name(), f.type())).toList();
  }

  private static SqlType toType(Schema schema, boolean keepCase, Set<String> within) {
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal decimal) {
      return SqlType.decimal(decimal.getPrecision(), decimal.getScale());
    }
    return switch (schema.getType()) {
      case BOOLEAN -> SqlType.BOOLEAN;
      case INT ->
          logical instanceof LogicalTypes.Date
              ? SqlType.DATE
              : logical instanceof LogicalTypes.TimeMillis ? SqlType.TIME : SqlType.INTEGER;
      case LONG ->
          logical instanceof LogicalTypes.TimestampMillis ? SqlType.TIMESTAMP : SqlType.BIGINT;
      case FLOAT, DOUBLE -> SqlType.DOUBLE;
      case STRING, ENUM -> SqlType.STRING;
      case BYTES, FIXED -> bytesType(schema);
      case ARRAY ->
          isMapEntries(schema)
              ? entriesType(schema.getElementType(), keepCase, within)
              : SqlType.array(toType(schema.getElementType(), keepCase, within));
      case MAP -> SqlType.map(SqlType.STRING, toType(schema.getValueType(), keepCase, within));
      case RECORD -> recordType(schema, keepCase, within);
      case UNION -> unionType(schema, keepCase, within);
      case NULL ->
          throw new KsqlException("Unsupported type in schema: " + schema.getType().getName());
    };
  }

  /** A decimal whose precision is missing is no valid logical type, but Connect writes it. */
  private static SqlType bytesType(Schema schema) {
    if ("decimal".equals(schema.getProp("logicalType"))
        && schema.getObjectProp("scale") instanceof Number scale) {
      return SqlType.decimal(DEFAULT_PRECISION, scale.intValue());
    }
    return SqlType.BYTES;
  }

  static boolean isMapEntries(Schema array) {
    Schema item = array.getElementType();
    return item.getType() == Schema.Type.RECORD
        && item.getFields().size() == 2
        && item.getField("key") != null
        && item.getField("value") != null
        && (MAP_ENTRY.equals(item.getProp(INTERNAL_TYPE)) || MAP_ENTRY.equals(item.getName()));
  }

  private static SqlType entriesType(Schema entry, boolean keepCase, Set<String> within) {
    return SqlType.map(
        toType(entry.getField("key").schema(), keepCase, within),
        toType(entry.getField("value").schema(), keepCase, within));
  }

  private static SqlType recordType(Schema schema, boolean keepCase, Set<String> within) {
    if (!within.add(schema.getFullName())) {
      throw new KsqlException("Recursive schemas are not supported: " + schema.getFullName());
    }
    List<SqlType.Field> fields = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      fields.add(
          new SqlType.Field(
              keepCase ? field.name() : field.name().toUpperCase(Locale.ROOT),
              toType(field.schema(), keepCase, within)));
    }
    within.remove(schema.getFullName());
    return SqlType.struct(fields);
  }

  /** More than one type beside null is a struct with one field each, as Connect has it. */
  private static SqlType unionType(Schema schema, boolean keepCase, Set<String> within) {
    List<Schema> branches =
        schema.getTypes().stream().filter(s -> s.getType() != Schema.Type.NULL).toList();
    if (branches.size() == 1) {
      return toType(branches.get(0), keepCase, within);
    }
    List<SqlType.Field> fields = new ArrayList<>();
    for (Schema branch : branches) {
      String name = branchName(branch);
      fields.add(
          new SqlType.Field(
              keepCase ? name : name.toUpperCase(Locale.ROOT), toType(branch, keepCase, within)));
    }
    return SqlType.struct(fields);
  }

  static String branchName(Schema branch) {
    return branch.getName();
  }
}
