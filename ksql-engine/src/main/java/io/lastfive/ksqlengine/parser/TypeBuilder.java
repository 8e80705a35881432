// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.parser.grammar.SqlBaseVisitor;
import io.lastfive.ksqlengine.parser.grammar.SqlParser;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Types as written to {@link SqlType}s; names that are no type of the language are custom ones. */
final class TypeBuilder extends SqlBaseVisitor<SqlType> {

  private static final Map<String, SqlType> TYPES =
      Map.ofEntries(
          Map.entry("BOOLEAN", SqlType.BOOLEAN),
          Map.entry("INT", SqlType.INTEGER),
          Map.entry("INTEGER", SqlType.INTEGER),
          Map.entry("BIGINT", SqlType.BIGINT),
          Map.entry("DOUBLE", SqlType.DOUBLE),
          Map.entry("STRING", SqlType.STRING),
          Map.entry("VARCHAR", SqlType.STRING),
          Map.entry("BYTES", SqlType.BYTES),
          Map.entry("DATE", SqlType.DATE),
          Map.entry("TIME", SqlType.TIME),
          Map.entry("TIMESTAMP", SqlType.TIMESTAMP));

  private final Names names;
  private final Function<String, Optional<SqlType>> customTypes;

  TypeBuilder(StatementText statement, Function<String, Optional<SqlType>> customTypes) {
    this.names = new Names(statement);
    this.customTypes = customTypes;
  }

  SqlType build(SqlParser.TypeContext type) {
    return visit(type);
  }

  @Override
  public SqlType visitArrayType(SqlParser.ArrayTypeContext context) {
    return SqlType.array(visit(context.type()));
  }

  @Override
  public SqlType visitMapType(SqlParser.MapTypeContext context) {
    return SqlType.map(visit(context.key), visit(context.value));
  }

  @Override
  public SqlType visitStructType(SqlParser.StructTypeContext context) {
    List<SqlType.Field> fields =
        context.typedField().stream()
            .map(field -> new SqlType.Field(names.of(field.identifier()), visit(field.type())))
            .toList();
    SqlType.Struct.duplicate(fields)
        .ifPresent(
            twice -> {
              throw new KsqlException("Failed to prepare statement: " + twice);
            });
    return SqlType.struct(fields);
  }

  @Override
  public SqlType visitNamedType(SqlParser.NamedTypeContext context) {
    String name = names.of(context.identifier());
    if (name.equals("DECIMAL") || name.equals("DEC")) {
      return decimal(context.typeParameter());
    }
    SqlType type = TYPES.get(name);
    if (type != null) {
      return type;
    }
    return customTypes
        .apply(name)
        .orElseThrow(() -> new KsqlException("Cannot resolve unknown type: " + name));
  }

  private static SqlType decimal(List<SqlParser.TypeParameterContext> parameters) {
    if (parameters.size() != 2
        || parameters.stream().anyMatch(parameter -> parameter.INTEGER_VALUE() == null)) {
      throw new KsqlException(
          "Failed to prepare statement: DECIMAL must have a precision and a scale: DECIMAL(19, 4)");
    }
    try {
      return SqlType.decimal(
          Integer.parseInt(parameters.get(0).getText()),
          Integer.parseInt(parameters.get(1).getText()));
    } catch (NumberFormatException e) {
      throw new KsqlException(
          "Failed to prepare statement: Invalid precision or scale: DECIMAL("
              + parameters.get(0).getText()
              + ", "
              + parameters.get(1).getText()
              + ")",
          e);
    } catch (IllegalArgumentException e) {
      throw new KsqlException("Failed to prepare statement: " + e.getMessage(), e);
    }
  }
}
