// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.UnsupportedKsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedQuery.AnalysedProjection;
import io.lastfive.ksqlengine.analysis.AnalysedQuery.AnalysedTableFunction;
import io.lastfive.ksqlengine.analysis.AnalysedQuery.PartitionColumn;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinKind;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinRelation;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.SourceRelation;
import io.lastfive.ksqlengine.analysis.KeyAnalyser.KeyColumns;
import io.lastfive.ksqlengine.analysis.Layout.LayoutColumn;
import io.lastfive.ksqlengine.analysis.Layout.Role;
import io.lastfive.ksqlengine.analysis.SelectAnalyser.SelectColumn;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.ColumnReference;
import io.lastfive.ksqlengine.ast.Expression.FunctionCall;
import io.lastfive.ksqlengine.ast.Expression.Literal;
import io.lastfive.ksqlengine.ast.Query;
import io.lastfive.ksqlengine.ast.Query.Emit;
import io.lastfive.ksqlengine.ast.SourcePosition;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.catalog.DataSource.WindowSpec;
import io.lastfive.ksqlengine.functions.FunctionCatalog;
import io.lastfive.ksqlengine.functions.FunctionCatalog.ArgumentType;
import io.lastfive.ksqlengine.functions.FunctionCatalog.Kind;
import io.lastfive.ksqlengine.functions.FunctionCatalog.TableCall;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.RowSchema;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** SELECT: resolves its names, splits it into the parts rows pass, and compiles each. */
final class QueryAnalyser {
  private final FunctionCatalog functions;
  private final Function<Expression, String> format;
  private ExpressionCompiler compiler;

  QueryAnalyser(FunctionCatalog functions, Function<Expression, String> format) {
    this.functions = functions;
    this.format = format;
    this.compiler = new ExpressionCompiler(functions, format);
  }

  /**
   * @param sink the name of the stream or table the result is written to; empty for push queries
   */
  AnalysedQuery analyse(Query query, Catalog catalog, Optional<String> sink) {
    AnalysedRelation from =
        new RelationAnalyser(catalog, new JoinAnalyser(compiler, format)).analyse(query.from());
    boolean persistent = sink.isPresent();
    if (!from.layout().isJoin()) {
      compiler =
          new ExpressionCompiler(
              functions, expression -> format.apply(Expressions.withoutSources(expression)));
    }
    refuseUnsupported(query, from, persistent);
    query.window().ifPresent(WindowRules::check);
    Layout layout = query.window().isPresent() ? withWindowBounds(from.layout()) : from.layout();

    List<Expression> partitionBy =
        query.partitionBy().stream().map(e -> layout.qualify(e, "PARTITION BY")).toList();
    partitionBy.forEach(e -> refuseFunctionsInKey(functions, e, "PARTITION BY"));
    List<SelectColumn> selected =
        new SelectAnalyser(layout, compiler, persistent, withoutNull(partitionBy))
            .analyse(query.select());
    List<Expression> groupBy =
        query.groupBy().stream().map(e -> layout.qualify(e, "GROUP BY")).toList();
    Optional<Expression> having = query.having().map(e -> layout.qualify(e, "HAVING"));
    Optional<AnalysedFilter> where =
        query.where().map(e -> filter(layout.qualify(e, "WHERE"), layout));

    boolean aggregates =
        Stream.concat(selected.stream().map(SelectColumn::expression), having.stream())
            .anyMatch(e -> !Expressions.calls(e, this::isAggregate).isEmpty());
    if (!groupBy.isEmpty() || aggregates || query.window().isPresent()) {
      return new AggregateAnalyser(functions, compiler, format, layout)
          .analyse(query, from, where, groupBy, selected, having, sink);
    }
    if (query.having().isPresent()) {
      throw new KsqlException("HAVING clause requires a GROUP BY clause.");
    }

    List<SelectColumn> projected = new ArrayList<>();
    TableFunctions tableFunctions = new TableFunctions(layout);
    for (SelectColumn column : selected) {
      projected.add(new SelectColumn(column.name(), tableFunctions.replace(column.expression())));
    }
    if (from.isTable() && !tableFunctions.found.isEmpty()) {
      throw new KsqlException("Table source is not supported with table functions");
    }
    Scope scope = tableFunctions.scope();

    List<AnalysedColumn> columns = new ArrayList<>();
    for (int i = 0; i < selected.size(); i++) {
      columns.add(column(projected.get(i), selected.get(i).expression(), scope));
    }
    if (sink.isEmpty()) {
      return result(
          query, from, where, tableFunctions, Optional.empty(), List.of(), columns, from.window());
    }
    KeyColumns keys = keys(from, layout, partitionBy, selected, sink.get());
    List<AnalysedColumn> values = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (!keys.positions().contains(i)) {
        values.add(columns.get(i));
      }
    }
    if (values.isEmpty()) {
      throw new KsqlException("The projection contains no value columns.");
    }
    if (!partitionBy.isEmpty() && !sameKey(partitionBy, from)) {
      List<PartitionColumn> partition = partition(withoutNull(partitionBy), keys, layout);
      List<Column> key = partition.stream().map(part -> part.column().column()).toList();
      return result(
          query,
          from,
          where,
          tableFunctions,
          Optional.of(partition),
          key,
          values,
          Optional.empty());
    }
    List<Column> key = new ArrayList<>();
    for (int i = 0; i < keys.names().size(); i++) {
      key.add(new Column(keys.names().get(i), from.key().get(i).type()));
    }
    return result(query, from, where, tableFunctions, Optional.empty(), key, values, from.window());
  }

  private static AnalysedQuery result(
      Query query,
      AnalysedRelation from,
      Optional<AnalysedFilter> where,
      TableFunctions tableFunctions,
      Optional<List<PartitionColumn>> partitionBy,
      List<Column> key,
      List<AnalysedColumn> values,
      Optional<WindowSpec> window) {
    return new AnalysedQuery(
        from,
        where,
        tableFunctions.found,
        Optional.empty(),
        Optional.empty(),
        new AnalysedProjection(partitionBy, values),
        from.isTable(),
        window,
        new RowSchema(key, columns(values)),
        query.limit(),
        Optional.empty());
  }

  private List<PartitionColumn> partition(
      List<Expression> partitionBy, KeyColumns keys, Layout layout) {
    List<PartitionColumn> partition = new ArrayList<>();
    for (int i = 0; i < partitionBy.size(); i++) {
      Expression expression = partitionBy.get(i);
      AnalysedColumn column =
          column(new SelectColumn(keys.names().get(i), expression), expression, layout.scope());
      partition.add(new PartitionColumn(column, readsOnlyKey(expression, layout)));
    }
    return partition;
  }

  private void refuseUnsupported(Query query, AnalysedRelation from, boolean persistent) {
    if (persistent && from instanceof SourceRelation source && source.isTable()) {
      if (source.window().isPresent()) {
        throw new KsqlException("KSQL does not support persistent queries on windowed tables.");
      }
    }
    if (query.emit().equals(Optional.of(Emit.FINAL)) && query.window().isEmpty()) {
      throw new KsqlException("EMIT FINAL is only supported for windowed aggregations.");
    }
    if (query.window().isPresent() && query.groupBy().isEmpty()) {
      throw new KsqlException("WINDOW clause requires a GROUP BY clause.");
    }
    if (!query.partitionBy().isEmpty() && from.isTable()) {
      throw new KsqlException("PARTITION BY is not supported for tables. Use GROUP BY.");
    }
    if (query.partitionBy().size() > 1
        && query.partitionBy().stream().anyMatch(QueryAnalyser::isNull)) {
      throw new KsqlException("Cannot PARTITION BY multiple columns including NULL");
    }
  }

  /** A new key is computed a row. */
  static void refuseFunctionsInKey(
      FunctionCatalog functions, Expression expression, String clause) {
    for (FunctionCall call :
        Expressions.calls(expression, c -> functions.kind(c.name()) != Kind.SCALAR)) {
      boolean aggregate = functions.kind(call.name()) == Kind.AGGREGATE;
      String what = aggregate ? "aggregate" : "table";
      throw new KsqlException(
          "%s does not support %s functions: %s is %s %s function."
              .formatted(clause, what, call.name(), aggregate ? "an" : "a", what));
    }
  }

  private static Layout withWindowBounds(Layout layout) {
    if (layout.hasName("WINDOWSTART")) {
      return layout;
    }
    List<LayoutColumn> columns = new ArrayList<>(layout.columns());
    columns.addAll(RelationAnalyser.windowBounds(layout.sources().get(0)));
    return new Layout(columns);
  }

  static boolean isNull(Expression expression) {
    return expression instanceof Literal literal && literal.value() == null;
  }

  private static List<Expression> withoutNull(List<Expression> expressions) {
    return expressions.stream().filter(e -> !isNull(e)).toList();
  }

  private boolean isAggregate(FunctionCall call) {
    return functions.kind(call.name()) == Kind.AGGREGATE;
  }

  private KeyColumns keys(
      AnalysedRelation from,
      Layout layout,
      List<Expression> partitionBy,
      List<SelectColumn> selected,
      String sink) {
    KeyAnalyser keys = new KeyAnalyser(selected, sink, format);
    if (!partitionBy.isEmpty()) {
      return keys.partitioned(withoutNull(partitionBy));
    }
    if (from instanceof JoinRelation join) {
      return join.kind() == JoinKind.FOREIGN_KEY
          ? keys.foreign(join, foreignKeys(join))
          : keys.joined(join.keyEquivalents(), layout.syntheticKey());
    }
    String alias = layout.sources().get(0);
    return keys.plain(
        layout.withRole(alias, Role.KEY).stream()
            .<Expression>map(LayoutColumn::reference)
            .toList());
  }

  private static List<LayoutColumn> foreignKeys(JoinRelation join) {
    Layout left = join.left().relation().layout();
    return left.withRole(left.sources().get(0), Role.KEY);
  }

  /** PARTITION BY the key there is already changes nothing. */
  private static boolean sameKey(List<Expression> partitionBy, AnalysedRelation from) {
    if (from.key().size() == 1) {
      return partitionBy.size() == 1 && from.keyEquivalents().contains(partitionBy.get(0));
    }
    if (!(from instanceof SourceRelation source)) {
      return false;
    }
    List<Expression> key =
        source.layout().withRole(source.alias(), Role.KEY).stream()
            .<Expression>map(LayoutColumn::reference)
            .toList();
    return !key.isEmpty() && partitionBy.equals(key);
  }

  private static boolean readsOnlyKey(Expression expression, Layout layout) {
    return Expressions.columns(expression).stream()
        .allMatch(column -> layout.column(column).slot() instanceof Slot.Key);
  }

  AnalysedColumn column(SelectColumn column, Expression asWritten, Scope scope) {
    TypedExpression compiled = compiler.compile(column.expression(), scope);
    SqlType type =
        compiled
            .type()
            .orElseThrow(
                () ->
                    new KsqlException(
                        "NULL has no type: column '"
                            + column.name()
                            + "' needs one. Write CAST(NULL AS STRING), or another type."));
    return new AnalysedColumn(column.name(), type, compiled.evaluator(), format.apply(asWritten));
  }

  private AnalysedFilter filter(Expression condition, Layout layout) {
    return filter(
        compiler,
        expression ->
            format.apply(layout.isJoin() ? expression : Expressions.withoutSources(expression)),
        condition,
        condition,
        layout.scope(),
        "WHERE");
  }

  static AnalysedFilter filter(
      ExpressionCompiler compiler,
      Function<Expression, String> format,
      Expression condition,
      Expression asWritten,
      Scope scope,
      String clause) {
    String text = format.apply(asWritten);
    TypedExpression compiled = inClause(clause, () -> compiler.compile(condition, scope));
    if (!compiled.type().equals(Optional.of(SqlType.BOOLEAN))) {
      throw new KsqlException(
          "Type error in "
              + clause
              + " expression: Should evaluate to boolean but is "
              + text
              + " ("
              + compiled.type().map(type -> type.toSql(true)).orElse("NULL")
              + ") instead.");
    }
    return new AnalysedFilter(compiled.evaluator(), text);
  }

  private static <T> T inClause(String clause, Supplier<T> work) {
    try {
      return work.get();
    } catch (UnsupportedKsqlException e) {
      throw e;
    } catch (KsqlException e) {
      throw new KsqlException("Error in " + clause + " expression: " + e.getMessage(), e);
    }
  }

  static List<Column> columns(List<AnalysedColumn> columns) {
    return columns.stream().map(AnalysedColumn::column).toList();
  }

  /** Table functions are taken out of the expressions they stand in; each adds a column. */
  private final class TableFunctions {
    private static final String SOURCE = "\0table function";
    private final Layout layout;
    private final List<AnalysedTableFunction> found = new ArrayList<>();

    TableFunctions(Layout layout) {
      this.layout = layout;
    }

    Expression replace(Expression expression) {
      return ExpressionRewriter.rewrite(
          expression,
          node ->
              node instanceof FunctionCall call && functions.kind(call.name()) == Kind.TABLE
                  ? Optional.of(add(call))
                  : Optional.empty());
    }

    private Expression add(FunctionCall call) {
      List<ArgumentType> types = new ArrayList<>();
      List<TypedExpression> compiled = new ArrayList<>();
      for (Expression argument : call.arguments()) {
        for (FunctionCall nested :
            Expressions.calls(argument, c -> functions.kind(c.name()) == Kind.TABLE)) {
          throw new KsqlException(
              "Table functions cannot be nested: " + call.name() + "(" + nested.name() + "())");
        }
        TypedExpression typed = compiler.compile(argument, layout.scope());
        compiled.add(typed);
        types.add(new ArgumentType.Value(typed.type().orElse(null)));
      }
      TableCall resolved = functions.resolveTable(call.name(), types);
      List<Evaluator> arguments = new ArrayList<>();
      for (int i = 0; i < compiled.size(); i++) {
        SqlType wanted = resolved.argumentTypes().get(i);
        arguments.add(
            wanted == null
                ? compiled.get(i).evaluator()
                : compiler.compileAs(call.arguments().get(i), layout.scope(), wanted));
      }
      found.add(
          new AnalysedTableFunction(
              resolved.body(), arguments, resolved.returnType(), format.apply(call)));
      return new ColumnReference(
          Optional.of(SOURCE), String.valueOf(found.size() - 1), SourcePosition.NONE);
    }

    Scope scope() {
      int width = rowWidth(layout);
      return reference ->
          reference.source().equals(Optional.of(SOURCE))
              ? new Slot.Value(
                  width + Integer.parseInt(reference.name()),
                  found.get(Integer.parseInt(reference.name())).type())
              : layout.column(reference).slot();
    }
  }

  /** How many values a row of the FROM clause holds. */
  static int rowWidth(Layout layout) {
    return layout.columns().stream()
        .map(LayoutColumn::slot)
        .filter(Slot.Value.class::isInstance)
        .mapToInt(slot -> ((Slot.Value) slot).index() + 1)
        .max()
        .orElse(0);
  }
}
