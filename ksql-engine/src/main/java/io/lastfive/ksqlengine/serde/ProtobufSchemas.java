// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Columns as the text of a Protobuf schema, and a schema's message as columns. */
final class ProtobufSchemas {
  static final String DEFAULT_NAME = "ConnectDefault1";
  private static final String UNNAMED = "ConnectDefault";
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** How a field tells NULL from the default value of its type. */
  enum Nullability {
    /** It does not: a NULL number is read as 0. */
    NONE,
    OPTIONAL,
    WRAPPER
  }

  private final Nullability nullability;
  private final Set<String> imports = new TreeSet<>();
  private int unnamed = 1;

  private ProtobufSchemas(Nullability nullability) {
    this.nullability = nullability;
  }

  /**
   * @throws KsqlException where a name or a type cannot be written in Protobuf
   */
  static String ofColumns(List<Column> columns, String fullName, Nullability nullability) {
    ProtobufSchemas schema = new ProtobufSchemas(nullability);
    int dot = fullName.lastIndexOf('.');
    String message =
        schema.message(
            fullName.substring(dot + 1),
            columns.stream().map(c -> new SqlType.Field(c.name(), c.type())).toList(),
            "");
    StringBuilder text = new StringBuilder("syntax = \"proto3\";\n");
    if (dot > 0) {
      text.append("package ").append(fullName, 0, dot).append(";\n");
    }
    text.append('\n');
    schema.imports.forEach(name -> text.append("import \"").append(name).append("\";\n"));
    if (!schema.imports.isEmpty()) {
      text.append('\n');
    }
    return text.append(message).toString();
  }

  private String message(String name, List<SqlType.Field> fields, String indent) {
    List<String> nested = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    text.append(indent).append("message ").append(checked(name)).append(" {\n");
    int number = 1;
    for (SqlType.Field field : fields) {
      text.append(indent)
          .append("  ")
          .append(declaration(field.type(), indent + "  ", nested))
          .append(' ')
          .append(checked(field.name()))
          .append(" = ")
          .append(number++)
          .append(options(field.type(), indent + "  "))
          .append(";\n");
    }
    nested.forEach(inner -> text.append('\n').append(inner));
    return text.append(indent).append("}\n").toString();
  }

  private static String checked(String name) {
    if (!IDENTIFIER.matcher(name).matches()) {
      throw new KsqlException("'" + name + "' is no name in Protobuf");
    }
    return name;
  }

  private String declaration(SqlType type, String indent, List<String> nested) {
    if (type instanceof SqlType.Array array) {
      return "repeated " + single(array.item(), indent, nested);
    }
    if (type instanceof SqlType.MapType map) {
      return "map<string, " + single(map.value(), indent, nested) + ">";
    }
    if (nullability == Nullability.WRAPPER && type instanceof SqlType.Primitive primitive) {
      return wrapper(primitive);
    }
    String name = single(type, indent, nested);
    return nullability == Nullability.OPTIONAL ? "optional " + name : name;
  }

  private String wrapper(SqlType.Primitive type) {
    String name =
        switch (type) {
          case BOOLEAN -> "Bool";
          case INTEGER -> "Int32";
          case BIGINT -> "Int64";
          case DOUBLE -> "Double";
          case STRING -> "String";
          case BYTES -> "Bytes";
          case DATE, TIME, TIMESTAMP -> "";
        };
    if (name.isEmpty()) {
      return primitive(type);
    }
    imports.add("google/protobuf/wrappers.proto");
    return "google.protobuf." + name + "Value";
  }

  private String single(SqlType type, String indent, List<String> nested) {
    if (type instanceof SqlType.Primitive primitive) {
      return primitive(primitive);
    }
    if (type instanceof SqlType.Decimal) {
      imports.add("confluent/meta.proto");
      imports.add("confluent/type/decimal.proto");
      return "confluent.type.Decimal";
    }
    if (type instanceof SqlType.Struct struct) {
      String name = UNNAMED + ++unnamed;
      nested.add(message(name, struct.fields(), indent));
      return name;
    }
    throw new KsqlException(
        "Protobuf has neither lists nor maps of " + type.toSql(true) + "; put it in a STRUCT");
  }

  private String primitive(SqlType.Primitive type) {
    return switch (type) {
      case BOOLEAN -> "bool";
      case INTEGER -> "int32";
      case BIGINT -> "int64";
      case DOUBLE -> "double";
      case STRING -> "string";
      case BYTES -> "bytes";
      case DATE -> imported("google/type/date.proto", "google.type.Date");
      case TIME -> imported("google/type/timeofday.proto", "google.type.TimeOfDay");
      case TIMESTAMP -> imported("google/protobuf/timestamp.proto", "google.protobuf.Timestamp");
    };
  }

  private String imported(String file, String name) {
    imports.add(file);
    return name;
  }

  private static String options(SqlType type, String indent) {
    SqlType item = type instanceof SqlType.Array array ? array.item() : type;
    if (!(item instanceof SqlType.Decimal decimal)) {
      return "";
    }
    return " [(confluent.field_meta) = {\n%1$s  params: [\n%1$s    { value: \"%2$d\", key: \"precision\" },\n%1$s    { value: \"%3$d\", key: \"scale\" }\n%1$s  ]\n%1$s}]"
        .formatted(indent, decimal.precision(), decimal.scale());
  }

  // --- from a message

  /**
   * @param keepCase whether names stay as they are; otherwise they are upper-cased
   * @throws KsqlException where a type of the message is none of ksqlDB's
   */
  static List<Column> toColumns(ProtobufMessage message, boolean keepCase) {
    return struct(message, keepCase, new HashSet<>()).fields().stream()
        .map(field -> new Column(field.name(), field.type()))
        .toList();
  }

  private static SqlType.Struct struct(
      ProtobufMessage message, boolean keepCase, Set<String> within) {
    if (!within.add(message.fullName())) {
      throw new KsqlException("Recursive schemas are not supported: " + message.fullName());
    }
    List<SqlType.Field> fields = new ArrayList<>();
    for (ProtobufMessage.Member member : message.members()) {
      SqlType type;
      if (member instanceof ProtobufMessage.OneOf oneOf) {
        type =
            SqlType.struct(
                oneOf.fields().stream()
                    .map(
                        f ->
                            new SqlType.Field(cased(f.name(), keepCase), type(f, keepCase, within)))
                    .toList());
      } else {
        type = type((ProtobufMessage.Field) member, keepCase, within);
      }
      fields.add(new SqlType.Field(cased(member.name(), keepCase), type));
    }
    within.remove(message.fullName());
    return SqlType.struct(fields);
  }

  private static String cased(String name, boolean keepCase) {
    return keepCase ? name : name.toUpperCase(Locale.ROOT);
  }

  private static SqlType type(ProtobufMessage.Field field, boolean keepCase, Set<String> within) {
    SqlType type = type(field.type(), keepCase, within);
    return field.repeated() ? SqlType.array(type) : type;
  }

  private static SqlType type(ProtobufType type, boolean keepCase, Set<String> within) {
    if (type instanceof ProtobufType.Scalar scalar) {
      return scalar.scalar().sqlType();
    }
    if (type instanceof ProtobufType.Wrapper wrapper) {
      return wrapper.scalar().sqlType();
    }
    if (type instanceof ProtobufType.Decimal decimal) {
      return SqlType.decimal(decimal.precision(), decimal.scale());
    }
    if (type instanceof ProtobufType.Message message) {
      return struct(message.message(), keepCase, within);
    }
    if (type instanceof ProtobufType.MapOf map) {
      return SqlType.map(type(map.key(), keepCase, within), type(map.value(), keepCase, within));
    }
    if (type instanceof ProtobufType.Date) {
      return SqlType.DATE;
    }
    if (type instanceof ProtobufType.TimeOfDay) {
      return SqlType.TIME;
    }
    return type instanceof ProtobufType.Timestamp ? SqlType.TIMESTAMP : SqlType.STRING;
  }
}
