// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.UnsupportedKsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.SourceRelation;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedPull;
import io.lastfive.ksqlengine.analysis.Layout.LayoutColumn;
import io.lastfive.ksqlengine.analysis.Layout.Role;
import io.lastfive.ksqlengine.analysis.PullQuery.Bounds;
import io.lastfive.ksqlengine.analysis.SelectAnalyser.SelectColumn;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.ColumnReference;
import io.lastfive.ksqlengine.ast.Expression.Comparison;
import io.lastfive.ksqlengine.ast.Expression.ComparisonOperator;
import io.lastfive.ksqlengine.ast.Expression.In;
import io.lastfive.ksqlengine.ast.Expression.Logical;
import io.lastfive.ksqlengine.ast.Expression.LogicalOperator;
import io.lastfive.ksqlengine.ast.Query;
import io.lastfive.ksqlengine.ast.Query.Relation;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.functions.FunctionCatalog;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Pull queries: a SELECT without EMIT from a table that a query keeps. */
final class PullAnalyser {
  private final FunctionCatalog functions;
  private final Function<Expression, String> format;

  PullAnalyser(FunctionCatalog functions, Function<Expression, String> format) {
    this.functions = functions;
    this.format = format;
  }

  /** Empty where the source is a stream: that is read to its end instead. */
  Optional<AnalysedStatement> analyse(
      Query query, Catalog catalog, Map<String, String> properties) {
    if (query.from() instanceof Relation.Join) {
      throw new KsqlException("Pull queries don't support JOIN clauses." + pushHint());
    }
    if (!(query.from() instanceof Relation.Source named)) {
      throw new IllegalStateException("Unknown relation " + query.from().getClass().getName());
    }
    SourceRelation from =
        (SourceRelation)
            new RelationAnalyser(
                    catalog, new JoinAnalyser(new ExpressionCompiler(functions, format), format))
                .analyse(named);
    DataSource table = from.source();
    if (table.isStream()) {
      refusePositions(query, from.layout());
      return Optional.empty();
    }
    refuseClauses(query);
    if (!table.asSelect() && !table.isSource()) {
      throw new KsqlException(
          "The `"
              + table.name()
              + "` table isn't queryable. To derive a queryable table, you can do 'CREATE TABLE"
              + " QUERYABLE_"
              + table.name()
              + " AS SELECT * FROM "
              + table.name()
              + "'. See https://cnfl.io/queries for more info."
              + pushHint());
    }
    Layout layout = from.layout();
    ExpressionCompiler compiler =
        new ExpressionCompiler(
            functions, expression -> format.apply(Expressions.withoutSources(expression)));
    List<AnalysedColumn> columns = new ArrayList<>();
    List<Boolean> isKey = new ArrayList<>();
    List<SelectColumn> selected =
        new SelectAnalyser(layout, compiler, false, List.of()).analyse(query.select());
    for (SelectColumn column : selected) {
      columns.add(column(compiler, column, layout));
      isKey.add(isKey(column.expression(), layout));
    }
    Optional<Expression> condition = query.where().map(e -> layout.qualify(e, "WHERE"));
    Optional<AnalysedFilter> where =
        condition.map(
            e ->
                QueryAnalyser.filter(
                    compiler,
                    expression -> format.apply(Expressions.withoutSources(expression)),
                    e,
                    e,
                    layout.scope(),
                    "WHERE"));
    ScanRules.check(condition, from, format, properties);
    WindowBoundsAnalyser bounds = new WindowBoundsAnalyser(layout, compiler);
    return Optional.of(
        new AnalysedPull(
            new PullQuery(
                table,
                condition.flatMap(e -> keys(e, from, compiler)),
                condition.map(e -> bounds.of(e, "WINDOWSTART")).orElse(Bounds.OPEN),
                condition.map(e -> bounds.of(e, "WINDOWEND")).orElse(Bounds.OPEN),
                where,
                columns,
                isKey,
                query.limit())));
  }

  private static String pushHint() {
    return "\nAdd EMIT CHANGES if you intended to issue a push query.";
  }

  private static void refuseClauses(Query query) {
    List<String> clauses = new ArrayList<>();
    if (!query.groupBy().isEmpty()) {
      clauses.add("GROUP BY");
    }
    if (!query.partitionBy().isEmpty()) {
      clauses.add("PARTITION BY");
    }
    if (query.having().isPresent()) {
      clauses.add("HAVING");
    }
    if (query.window().isPresent()) {
      clauses.add("WINDOW");
    }
    if (!clauses.isEmpty()) {
      throw new KsqlException(
          "Pull queries don't support " + clauses.get(0) + " clauses." + pushHint());
    }
  }

  /** Which record a row came from is not known when it is looked up. */
  private void refusePositions(Query query, Layout layout) {
    ExpressionCompiler compiler = new ExpressionCompiler(functions, format);
    new SelectAnalyser(layout, compiler, false, List.of())
        .analyse(query.select())
        .forEach(column -> refusePositions(column.expression()));
  }

  private static void refusePositions(Expression expression) {
    for (ColumnReference reference : Expressions.columns(expression)) {
      if (reference.name().equals("ROWPARTITION") || reference.name().equals("ROWOFFSET")) {
        throw new KsqlException(
            "Pull queries don't support the following columns in SELECT clauses: `"
                + reference.name()
                + "`");
      }
    }
  }

  private AnalysedColumn column(ExpressionCompiler compiler, SelectColumn column, Layout layout) {
    refusePositions(column.expression());
    TypedExpression compiled = compiler.compile(column.expression(), layout.scope());
    SqlType type =
        compiled
            .type()
            .orElseThrow(
                () ->
                    new KsqlException(
                        "NULL has no type: column '"
                            + column.name()
                            + "' needs one. Write CAST(NULL AS STRING), or another type."));
    return new AnalysedColumn(
        column.name(), type, compiled.evaluator(), format.apply(column.expression()));
  }

  private static boolean isKey(Expression expression, Layout layout) {
    if (!(expression instanceof ColumnReference reference)) {
      return false;
    }
    Role role = layout.column(reference).role();
    return role == Role.KEY || role == Role.WINDOW_BOUND;
  }

  /**
   * The keys a condition allows, where it names them: every key column equal to a constant, or one
   * of several.
   */
  private Optional<List<@Nullable Object[]>> keys(
      Expression condition, SourceRelation from, ExpressionCompiler compiler) {
    List<LayoutColumn> key = from.layout().withRole(from.alias(), Role.KEY);
    List<List<Object>> choices = new ArrayList<>();
    for (LayoutColumn column : key) {
      Optional<List<Object>> values = choices(condition, column, compiler);
      if (values.isEmpty()) {
        return Optional.empty();
      }
      choices.add(values.get());
    }
    List<@Nullable Object[]> keys = new ArrayList<>();
    keys.add(new Object[key.size()]);
    for (int i = 0; i < choices.size(); i++) {
      List<@Nullable Object[]> longer = new ArrayList<>();
      for (@Nullable Object[] prefix : keys) {
        for (Object value : choices.get(i)) {
          @Nullable Object[] next = prefix.clone();
          next[i] = value;
          longer.add(next);
        }
      }
      keys = longer;
    }
    return Optional.of(keys);
  }

  private Optional<List<Object>> choices(
      Expression condition, LayoutColumn column, ExpressionCompiler compiler) {
    if (condition instanceof Logical logical) {
      Optional<List<Object>> left = choices(logical.left(), column, compiler);
      Optional<List<Object>> right = choices(logical.right(), column, compiler);
      if (logical.operator() == LogicalOperator.AND) {
        return left.or(() -> right);
      }
      if (left.isEmpty() || right.isEmpty()) {
        return Optional.empty();
      }
      List<Object> both = new ArrayList<>(left.get());
      right.get().stream().filter(value -> !both.contains(value)).forEach(both::add);
      return Optional.of(both);
    }
    if (condition instanceof Comparison comparison
        && comparison.operator() == ComparisonOperator.EQUAL) {
      if (comparison.left().equals(column.reference())) {
        return constants(List.of(comparison.right()), column, compiler);
      }
      if (comparison.right().equals(column.reference())) {
        return constants(List.of(comparison.left()), column, compiler);
      }
    }
    if (condition instanceof In in && in.value().equals(column.reference())) {
      return constants(in.options(), column, compiler);
    }
    return Optional.empty();
  }

  private Optional<List<Object>> constants(
      List<Expression> expressions, LayoutColumn column, ExpressionCompiler compiler) {
    List<Object> values = new ArrayList<>();
    for (Expression expression : expressions) {
      if (!Expressions.columns(expression).isEmpty()) {
        return Optional.empty();
      }
      Object value = constant(expression, column, compiler);
      if (value == null) {
        throw new KsqlException(
            "Primary key columns can not be NULL: (" + column.name() + " = null)");
      }
      if (!values.contains(value)) {
        values.add(value);
      }
    }
    return Optional.of(values);
  }

  private @Nullable Object constant(
      Expression expression, LayoutColumn column, ExpressionCompiler compiler) {
    Scope none =
        reference -> {
          throw new IllegalStateException("Not a constant: " + reference.name());
        };
    TypedExpression own = compiler.compile(expression, none);
    boolean isText = own.type().equals(Optional.of(SqlType.STRING));
    if (isText && isNumber(column.slot().type())) {
      // A key is looked up as what it is: text is not read as a number for it.
      throw new KsqlException(notConverted(own, column));
    }
    try {
      return compiler.compileAs(expression, none, column.slot().type()).evaluate(new RowContext());
    } catch (UnsupportedKsqlException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new KsqlException(notConverted(own, column), e);
    }
  }

  private static boolean isNumber(SqlType type) {
    return type == SqlType.INTEGER || type == SqlType.BIGINT || type == SqlType.DOUBLE;
  }

  private static String notConverted(TypedExpression constant, LayoutColumn column) {
    return "'"
        + constant.evaluator().evaluate(new RowContext())
        + "' can not be converted to the type of the key column: "
        + column.name()
        + " "
        + column.slot().type().toSql(true)
        + " KEY";
  }
}
