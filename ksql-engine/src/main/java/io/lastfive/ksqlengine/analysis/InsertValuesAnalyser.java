// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.UnsupportedKsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedInsertValues;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.Literal;
import io.lastfive.ksqlengine.ast.Statement.InsertValues;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.functions.FunctionCatalog;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** INSERT INTO ... VALUES: one row, its values computed and converted to the columns' types. */
final class InsertValuesAnalyser {
  private final ExpressionCompiler compiler;

  InsertValuesAnalyser(FunctionCatalog functions, Function<Expression, String> format) {
    this.compiler = new ExpressionCompiler(functions, format);
  }

  AnalysedInsertValues analyse(InsertValues insert, Catalog catalog, Map<String, String> config) {
    DataSource target =
        catalog
            .source(insert.target())
            .orElseThrow(
                () ->
                    new KsqlException(
                        "Cannot insert values into an unknown stream/table: `"
                            + insert.target()
                            + "`"));
    if (!Boolean.parseBoolean(config.getOrDefault("ksql.insert.into.values.enabled", "true"))) {
      throw new KsqlException("The server has disabled INSERT INTO ... VALUES functionality.");
    }
    if (target.window().isPresent()) {
      throw new KsqlException(
          "Cannot insert values into windowed stream/table `" + target.name() + "`");
    }
    if (target.isSource()) {
      throw new KsqlException(
          "Cannot insert values into read-only " + kind(target) + ": " + target.name());
    }
    refuseHeaders(insert, target);
    Map<String, Expression> given = given(insert, target);
    OptionalLong rowtime = OptionalLong.empty();
    if (given.containsKey("ROWTIME")) {
      Object time = value(given.get("ROWTIME"), "ROWTIME", SqlType.BIGINT, target);
      rowtime = time == null ? OptionalLong.empty() : OptionalLong.of((Long) time);
    }
    @Nullable Object[] key = values(target.schema().key(), given, target);
    @Nullable Object[] value = values(target.schema().value(), given, target);
    if (!target.isStream()) {
      List<String> missing = new ArrayList<>();
      for (int i = 0; i < key.length; i++) {
        if (key[i] == null) {
          missing.add(target.schema().key().get(i).name());
        }
      }
      if (!missing.isEmpty()) {
        throw failed(
            target,
            "Value for primary key column(s) "
                + String.join(", ", missing)
                + " is required for tables");
      }
    }
    return new AnalysedInsertValues(target, key, value, rowtime);
  }

  private static String kind(DataSource target) {
    return target.isStream() ? "stream" : "table";
  }

  private static void refuseHeaders(InsertValues insert, DataSource target) {
    List<String> headers =
        target.schema().headers().stream()
            .map(header -> header.column().name())
            .filter(name -> insert.columns().isEmpty() || insert.columns().contains(name))
            .toList();
    if (!headers.isEmpty()) {
      throw new KsqlException("Cannot insert into HEADER columns: " + String.join(", ", headers));
    }
  }

  private static Map<String, Expression> given(InsertValues insert, DataSource target) {
    List<String> known = target.schema().columns().stream().map(Column::name).toList();
    List<String> names = insert.columns().isEmpty() ? known : insert.columns();
    if (names.size() != insert.values().size()) {
      throw failed(
          target,
          insert.columns().isEmpty()
              ? "Expected a value for each column. Expected Columns: "
                  + names
                  + ". Got "
                  + insert.values().size()
                  + " values."
              : "Expected number columns and values to match: "
                  + names
                  + ", "
                  + insert.values().size()
                  + " values.");
    }
    Map<String, Expression> given = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (!known.contains(name) && !name.equals("ROWTIME")) {
        throw failed(target, "Column name `" + name + "` does not exist.");
      }
      given.put(name, insert.values().get(i));
    }
    return given;
  }

  private @Nullable Object[] values(
      List<Column> columns, Map<String, Expression> given, DataSource target) {
    @Nullable Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      Column column = columns.get(i);
      Expression expression = given.get(column.name());
      values[i] =
          expression == null ? null : value(expression, column.name(), column.type(), target);
    }
    return values;
  }

  private @Nullable Object value(
      Expression expression, String name, SqlType type, DataSource target) {
    Scope none =
        reference -> {
          throw failed(
              target, "Only literals and functions of literals can be inserted, not columns.");
        };
    if (expression instanceof Literal literal && literal.value() == null) {
      return null;
    }
    if (type.isNumeric() || type == SqlType.STRING || type == SqlType.BOOLEAN) {
      TypedExpression given = compiler.compile(expression, none);
      if (given.type().filter(found -> !holds(type, found)).isPresent()) {
        throw mismatch(given, name, type, target, Optional.empty());
      }
      refuseRounding(given.evaluator().evaluate(new RowContext()), type, target);
    }
    try {
      return compiler.compileAs(expression, none, type).evaluate(new RowContext());
    } catch (UnsupportedKsqlException e) {
      throw e;
    } catch (RuntimeException e) {
      throw mismatch(compiler.compile(expression, none), name, type, target, Optional.of(e));
    }
  }

  private static KsqlException mismatch(
      TypedExpression given,
      String name,
      SqlType type,
      DataSource target,
      Optional<RuntimeException> cause) {
    String why =
        "Expected type "
            + type.toSql(true)
            + " for field `"
            + name
            + "` but got "
            + given.type().map(SqlType::baseName).orElse("NULL")
            + "("
            + given.evaluator().evaluate(new RowContext())
            + ")";
    return cause.map(e -> failed(target, why, e)).orElseGet(() -> failed(target, why));
  }

  /** A column holds all of a number or refuses it: nothing is rounded or cut off. */
  private static boolean holds(SqlType column, SqlType value) {
    if (value == SqlType.BOOLEAN) {
      return column == value;
    }
    if (!value.isNumeric() || column == SqlType.DOUBLE) {
      return true;
    }
    if (column instanceof SqlType.Decimal) {
      return value != SqlType.DOUBLE;
    }
    return column.equals(value) || column == SqlType.BIGINT && value == SqlType.INTEGER;
  }

  private static void refuseRounding(@Nullable Object value, SqlType type, DataSource target) {
    if (value instanceof BigDecimal number
        && type instanceof SqlType.Decimal column
        && number.stripTrailingZeros().scale() > column.scale()) {
      throw failed(
          target,
          "Cannot fit decimal '%s' into DECIMAL(%d, %d) without rounding. (Requires %d,%d)"
              .formatted(
                  number.toPlainString(),
                  column.precision(),
                  column.scale(),
                  number.precision(),
                  number.scale()));
    }
  }

  private static KsqlException failed(DataSource target, String why) {
    return new KsqlException("Failed to insert values into '" + target.name() + "'. " + why);
  }

  private static KsqlException failed(DataSource target, String why, Throwable cause) {
    return new KsqlException("Failed to insert values into '" + target.name() + "'. " + why, cause);
  }
}
