// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedAggregate.AggregateColumn;
import io.lastfive.ksqlengine.analysis.AnalysedAggregate.AggregateWindow;
import io.lastfive.ksqlengine.analysis.AnalysedQuery.AnalysedProjection;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.SourceRelation;
import io.lastfive.ksqlengine.analysis.KeyAnalyser.KeyColumns;
import io.lastfive.ksqlengine.analysis.Layout.LayoutColumn;
import io.lastfive.ksqlengine.analysis.Layout.Role;
import io.lastfive.ksqlengine.analysis.SelectAnalyser.SelectColumn;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.ColumnReference;
import io.lastfive.ksqlengine.ast.Expression.FunctionCall;
import io.lastfive.ksqlengine.ast.Expression.Literal;
import io.lastfive.ksqlengine.ast.Expression.Sign;
import io.lastfive.ksqlengine.ast.Query;
import io.lastfive.ksqlengine.ast.Query.Emit;
import io.lastfive.ksqlengine.ast.Query.Window;
import io.lastfive.ksqlengine.ast.SourcePosition;
import io.lastfive.ksqlengine.ast.WindowDuration;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.catalog.DataSource.WindowKind;
import io.lastfive.ksqlengine.catalog.DataSource.WindowSpec;
import io.lastfive.ksqlengine.functions.FunctionCatalog;
import io.lastfive.ksqlengine.functions.FunctionCatalog.AggregateCall;
import io.lastfive.ksqlengine.functions.FunctionCatalog.ArgumentType;
import io.lastfive.ksqlengine.functions.FunctionCatalog.Kind;
import io.lastfive.ksqlengine.functions.FunctionCatalog.NotLiteral;
import io.lastfive.ksqlengine.serde.Format;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.serde.Formats;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.RowSchema;
import io.lastfive.ksqlengine.types.SqlType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * GROUP BY: the key of the groups, the aggregate functions with their arguments, and what is left
 * to compute from both. After the aggregation an expression may hold grouping expressions, which
 * are read from the key, calls of aggregate functions, which are read from the value, and nothing
 * else of the source.
 */
final class AggregateAnalyser {
  private static final String GROUP = "\0group";
  private static final String AGGREGATE = "\0aggregate";

  private final FunctionCatalog functions;
  private final ExpressionCompiler compiler;
  private final ExpressionCompiler aggregatedCompiler;
  private final Function<Expression, String> format;
  private final Layout layout;
  private final Map<Expression, Integer> calls = new LinkedHashMap<>();
  private final List<AnalysedColumn> arguments = new ArrayList<>();
  private final List<AggregateColumn> columns = new ArrayList<>();
  private List<Expression> groupBy = List.of();
  private List<AnalysedColumn> groupColumns = List.of();

  AggregateAnalyser(
      FunctionCatalog functions,
      ExpressionCompiler compiler,
      Function<Expression, String> format,
      Layout layout) {
    this.functions = functions;
    this.compiler = compiler;
    this.aggregatedCompiler =
        new ExpressionCompiler(functions, expression -> describe(restore(expression)));
    this.format = format;
    this.layout = layout;
  }

  AnalysedQuery analyse(
      Query query,
      AnalysedRelation from,
      Optional<AnalysedFilter> where,
      List<Expression> grouping,
      List<SelectColumn> selected,
      Optional<Expression> having,
      Optional<String> sink) {
    this.groupBy = grouping;
    checkGroupBy(query);
    checkWindowBounds(query, selected, having, from);
    for (SelectColumn column : selected) {
      if (!Expressions.calls(column.expression(), this::isTableFunction).isEmpty()) {
        throw new KsqlException("Table functions cannot be used with aggregations.");
      }
    }
    selected.forEach(column -> checkNotNested(column.expression()));
    having.ifPresent(this::checkNotNested);
    if (!grouping.isEmpty() && aggregateNames(selected, having).isEmpty()) {
      throw new KsqlException(
          "GROUP BY requires aggregate functions in either the SELECT or HAVING clause.");
    }
    checkSelected(selected);
    checkHaving(having);
    if (grouping.isEmpty()) {
      throw new KsqlException(
          "Use of aggregate functions requires a GROUP BY clause. Aggregate function(s): "
              + String.join(", ", aggregateNames(selected, having)));
    }
    checkFormats(from);
    if (from.isTable() && query.window().isPresent()) {
      throw new KsqlException("WINDOW clause is only supported for stream aggregations.");
    }

    Optional<KeyColumns> keys =
        sink.map(
            name -> new KeyAnalyser(selected, name, format).grouped(grouping, layout.isJoin()));
    List<AnalysedColumn> key = new ArrayList<>();
    for (int i = 0; i < grouping.size(); i++) {
      int position = i;
      String name = keys.map(k -> k.names().get(position)).orElse("KEY_" + i);
      key.add(column(compiler, name, grouping.get(i), grouping.get(i), layout.scope()));
    }
    this.groupColumns = key;

    List<AnalysedColumn> values = new ArrayList<>();
    Scope scope = this::resolveAggregated;
    for (int i = 0; i < selected.size(); i++) {
      if (keys.isEmpty() || !keys.get().positions().contains(i)) {
        SelectColumn column = selected.get(i);
        values.add(
            column(
                aggregatedCompiler,
                column.name(),
                replace(column.expression()),
                column.expression(),
                scope));
      }
    }
    Optional<AnalysedFilter> havingFilter =
        having.map(
            condition ->
                QueryAnalyser.filter(
                    aggregatedCompiler,
                    this::describe,
                    replace(condition),
                    condition,
                    scope,
                    "HAVING"));
    if (sink.isPresent() && values.isEmpty()) {
      throw new KsqlException("The projection contains no value columns.");
    }
    checkTableFunctions(from);
    checkIntermediateTypes(from);

    Optional<AggregateWindow> window = query.window().map(AggregateAnalyser::window);
    return new AnalysedQuery(
        from,
        where,
        List.of(),
        Optional.of(
            new AnalysedAggregate(
                key,
                rekeyed(from),
                arguments,
                columns,
                window,
                query.emit().equals(Optional.of(Emit.FINAL)),
                required(selected, having))),
        havingFilter,
        new AnalysedProjection(Optional.empty(), values),
        true,
        window.map(AggregateAnalyser::spec),
        new RowSchema(
            keys.isPresent() ? QueryAnalyser.columns(key) : List.of(),
            QueryAnalyser.columns(values)),
        query.limit(),
        Optional.empty());
  }

  // --- what is refused

  private void checkGroupBy(Query query) {
    Set<Expression> seen = new LinkedHashSet<>();
    for (int i = 0; i < groupBy.size(); i++) {
      Expression expression = groupBy.get(i);
      QueryAnalyser.refuseFunctionsInKey(functions, expression, "GROUP BY");
      if (!seen.add(expression)) {
        throw new KsqlException("Duplicate GROUP BY expression: " + format.apply(expression));
      }
    }
    if (query.groupBy().stream().anyMatch(QueryAnalyser::isNull)) {
      throw new KsqlException("GROUP BY does not support NULL.");
    }
  }

  private boolean isTableFunction(FunctionCall call) {
    return functions.kind(call.name()) == Kind.TABLE;
  }

  private void checkWindowBounds(
      Query query,
      List<SelectColumn> selected,
      Optional<Expression> having,
      AnalysedRelation from) {
    if (from.window().isPresent()) {
      return;
    }
    List<Expression> forbidden = new ArrayList<>(groupBy);
    having.ifPresent(forbidden::add);
    selected.forEach(column -> forbidden.addAll(aggregateCalls(column.expression())));
    refuseInWhere(query);
    for (Expression expression : forbidden) {
      for (ColumnReference column : Expressions.columns(expression)) {
        if (layout.column(column).role() == Role.WINDOW_BOUND) {
          throw new KsqlException(
              "Window bounds column "
                  + column.name()
                  + " can only be used in the SELECT clause of windowed aggregations and can not be"
                  + " passed to aggregate functions\nSee"
                  + " https://github.com/confluentinc/ksql/issues/4397");
        }
      }
    }
  }

  /** WHERE is before there are windows. */
  private void refuseInWhere(Query query) {
    if (query.where().isEmpty()) {
      return;
    }
    for (ColumnReference column :
        Expressions.columns(layout.qualify(query.where().get(), "WHERE"))) {
      if (layout.column(column).role() == Role.WINDOW_BOUND) {
        throw new KsqlException("Error in WHERE expression: Unknown column " + column.name() + ".");
      }
    }
  }

  private void checkNotNested(Expression expression) {
    for (FunctionCall call : aggregateCalls(expression)) {
      for (Expression argument : call.arguments()) {
        for (FunctionCall nested : aggregateCalls(argument)) {
          throw new KsqlException(
              "Aggregate functions can not be nested: "
                  + call.name()
                  + "("
                  + nested.name()
                  + "())");
        }
      }
    }
  }

  private void checkSelected(List<SelectColumn> selected) {
    List<String> loose =
        selected.stream()
            .map(SelectColumn::expression)
            .filter(expression -> !looseColumns(expression).isEmpty())
            .map(this::describe)
            .toList();
    if (!loose.isEmpty()) {
      throw new KsqlException(
          "Non-aggregate SELECT expression(s) not part of GROUP BY: "
              + String.join(", ", loose)
              + "\nEither add the column(s) to the GROUP BY or remove them from the SELECT.");
    }
  }

  private void checkHaving(Optional<Expression> having) {
    List<String> loose =
        having.stream()
            .flatMap(expression -> looseColumns(expression).stream())
            .map(this::describe)
            .distinct()
            .toList();
    if (!loose.isEmpty()) {
      throw new KsqlException(
          "Non-aggregate HAVING expression not part of GROUP BY: " + String.join(", ", loose));
    }
  }

  /**
   * Columns that are neither part of a grouping expression nor an aggregate function's argument.
   */
  private List<ColumnReference> looseColumns(Expression expression) {
    return Expressions.find(
            expression,
            node ->
                groupBy.contains(node)
                    || node instanceof ColumnReference
                    || (node instanceof FunctionCall call && isAggregate(call)))
        .stream()
        .filter(node -> !groupBy.contains(node))
        .filter(ColumnReference.class::isInstance)
        .map(ColumnReference.class::cast)
        .filter(column -> layout.column(column).role() != Role.WINDOW_BOUND)
        .toList();
  }

  private void checkFormats(AnalysedRelation from) {
    List<String> kafka =
        sources(from).stream()
            .filter(source -> source.source().valueFormat().name().equals("KAFKA"))
            .map(source -> source.source().name())
            .toList();
    if (!kafka.isEmpty()) {
      throw new KsqlException(
          "Source(s) "
              + String.join(", ", kafka)
              + " are using the 'KAFKA' value format. This format does not yet support GROUP BY.");
    }
  }

  private void checkTableFunctions(AnalysedRelation from) {
    if (!from.isTable()) {
      return;
    }
    List<String> names =
        calls.entrySet().stream()
            .filter(call -> !columns.get(call.getValue()).body().supportsUndo())
            .map(call -> ((FunctionCall) call.getKey()).name())
            .distinct()
            .toList();
    if (names.isEmpty()) {
      return;
    }
    String listed =
        names.size() == 1
            ? names.get(0)
            : String.join(", ", names.subList(0, names.size() - 1))
                + " and "
                + names.get(names.size() - 1);
    throw new KsqlException(
        "The aggregation function"
            + (names.size() == 1 ? " " : "s ")
            + listed
            + " cannot be applied to a table source, only to a stream source.");
  }

  /** The internal topics use the source's value format, so it must carry what functions keep. */
  private void checkIntermediateTypes(AnalysedRelation from) {
    DataSource source = sources(from).get(0).source();
    Format valueFormat = Formats.of(source.valueFormat());
    List<Column> state =
        columns.stream()
            .map(column -> new Column(column.name(), column.body().aggregateType()))
            .toList();
    try {
      valueFormat.validate(
          state, new FormatSpec(valueFormat.name(), Map.of(), Optional.empty()), false);
    } catch (KsqlException e) {
      throw new KsqlException(
          "One of the functions used in the statement has an intermediate type that the value"
              + " format can not handle. Please remove the function or change the format.",
          e);
    }
  }

  private static List<SourceRelation> sources(AnalysedRelation relation) {
    if (relation instanceof SourceRelation source) {
      return List.of(source);
    }
    AnalysedRelation.JoinRelation join = (AnalysedRelation.JoinRelation) relation;
    List<SourceRelation> all = new ArrayList<>(sources(join.left().relation()));
    all.addAll(sources(join.right().relation()));
    return all;
  }

  // --- what is computed

  /** Grouping expressions and aggregate functions become columns of the aggregated row. */
  private Expression replace(Expression expression) {
    return ExpressionRewriter.rewrite(
        expression,
        node -> {
          int group = groupBy.indexOf(node);
          if (group >= 0) {
            return Optional.of(synthetic(GROUP, group));
          }
          if (node instanceof FunctionCall call && isAggregate(call)) {
            return Optional.of(synthetic(AGGREGATE, aggregate(call)));
          }
          return Optional.empty();
        });
  }

  /** The source's columns that the groups, the functions and what follows read; each once. */
  private List<Column> required(List<SelectColumn> selected, Optional<Expression> having) {
    List<Expression> expressions = new ArrayList<>(groupBy);
    selected.forEach(column -> expressions.add(column.expression()));
    having.ifPresent(expressions::add);
    Map<String, Column> required = new LinkedHashMap<>();
    for (Expression expression : expressions) {
      List<Expression> parts =
          Expressions.find(
              expression,
              node ->
                  node instanceof ColumnReference
                      || (node instanceof FunctionCall call && call.arguments().isEmpty()));
      parts.forEach(part -> addRequired(part, required));
    }
    return List.copyOf(required.values());
  }

  /** COUNT(*) counts record times. */
  private void addRequired(Expression part, Map<String, Column> required) {
    if (part instanceof FunctionCall call && isAggregate(call)) {
      required.put("ROWTIME", new Column("ROWTIME", SqlType.BIGINT));
    } else if (part instanceof ColumnReference reference) {
      LayoutColumn column = layout.column(reference);
      if (column.role() != Role.WINDOW_BOUND) {
        required.put(column.name(), new Column(column.name(), column.slot().type()));
      }
    }
  }

  /** The opposite of {@link #replace}, for messages. */
  private Expression restore(Expression expression) {
    return ExpressionRewriter.rewrite(
        expression,
        node -> {
          if (!(node instanceof ColumnReference column)) {
            return Optional.empty();
          }
          String source = column.source().orElse("");
          if (source.equals(GROUP)) {
            return Optional.of(groupBy.get(Integer.parseInt(column.name())));
          }
          if (source.equals(AGGREGATE)) {
            return Optional.of(
                new ArrayList<>(calls.keySet()).get(Integer.parseInt(column.name())));
          }
          return Optional.empty();
        });
  }

  private static ColumnReference synthetic(String source, int index) {
    return new ColumnReference(Optional.of(source), String.valueOf(index), SourcePosition.NONE);
  }

  private Slot resolveAggregated(ColumnReference reference) {
    String source = reference.source().orElse("");
    if (source.equals(GROUP)) {
      int index = Integer.parseInt(reference.name());
      return new Slot.Key(index, groupColumns.get(index).type());
    }
    if (source.equals(AGGREGATE)) {
      int index = Integer.parseInt(reference.name());
      return new Slot.Value(index, columns.get(index).type());
    }
    return layout.column(reference).slot();
  }

  private int aggregate(FunctionCall call) {
    Integer known = calls.get(call);
    if (known != null) {
      return known;
    }
    List<ArgumentType> types = new ArrayList<>();
    List<@Nullable Object> constants = new ArrayList<>();
    List<TypedExpression> compiled = new ArrayList<>();
    for (Expression argument : call.arguments()) {
      TypedExpression typed = compiler.compile(argument, layout.scope());
      compiled.add(typed);
      types.add(new ArgumentType.Value(typed.type().orElse(null)));
      constants.add(constant(argument));
    }
    AggregateCall resolved = functions.resolveAggregate(call.name(), types, constants);
    int first = arguments.size();
    for (int i = 0; i < compiled.size(); i++) {
      SqlType wanted = resolved.argumentTypes().get(i);
      arguments.add(
          new AnalysedColumn(
              "ARG_" + (first + i),
              wanted == null ? compiled.get(i).type().orElse(SqlType.STRING) : wanted,
              wanted == null
                  ? compiled.get(i).evaluator()
                  : compiler.compileAs(call.arguments().get(i), layout.scope(), wanted),
              describe(call.arguments().get(i))));
    }
    int index = columns.size();
    columns.add(
        new AggregateColumn(
            "KSQL_AGG_VARIABLE_" + index,
            resolved.returnType(),
            resolved.body(),
            first,
            compiled.size(),
            describe(call)));
    calls.put(call, index);
    return index;
  }

  private @Nullable Object constant(Expression argument) {
    if (argument instanceof Literal literal) {
      return literal.value();
    }
    if (argument instanceof Sign sign && sign.value() instanceof Literal literal) {
      Object value = literal.value();
      if (!sign.negative()) {
        return value;
      }
      if (value instanceof Integer number) {
        return -number;
      }
      if (value instanceof Long number) {
        return -number;
      }
    }
    return new NotLiteral(describe(argument));
  }

  private AnalysedColumn column(
      ExpressionCompiler with,
      String name,
      Expression expression,
      Expression asWritten,
      Scope scope) {
    TypedExpression compiled = with.compile(expression, scope);
    SqlType type =
        compiled
            .type()
            .orElseThrow(
                () ->
                    new KsqlException(
                        "NULL has no type: column '"
                            + name
                            + "' needs one. Write CAST(NULL AS STRING), or another type."));
    return new AnalysedColumn(name, type, compiled.evaluator(), describe(asWritten));
  }

  /** Records that are grouped by the key they have stay where they are. */
  private boolean rekeyed(AnalysedRelation from) {
    if (from.window().isPresent()) {
      return true;
    }
    if (groupBy.size() == 1 && from.key().size() == 1) {
      return !from.keyEquivalents().contains(groupBy.get(0));
    }
    if (from instanceof SourceRelation source) {
      List<Expression> key =
          source.layout().withRole(source.alias(), Role.KEY).stream()
              .<Expression>map(LayoutColumn::reference)
              .toList();
      return !groupBy.equals(key);
    }
    return true;
  }

  private static AggregateWindow window(Window window) {
    Optional<Duration> grace = window.grace().map(WindowDuration::toDuration);
    Optional<Duration> retention = window.retention().map(WindowDuration::toDuration);
    if (window instanceof Window.Tumbling tumbling) {
      Duration size = tumbling.size().toDuration();
      return new AggregateWindow(WindowKind.TUMBLING, size, size, grace, retention);
    }
    if (window instanceof Window.Hopping hopping) {
      return new AggregateWindow(
          WindowKind.HOPPING,
          hopping.size().toDuration(),
          hopping.advance().toDuration(),
          grace,
          retention);
    }
    if (window instanceof Window.Session session) {
      Duration gap = session.gap().toDuration();
      return new AggregateWindow(WindowKind.SESSION, gap, gap, grace, retention);
    }
    throw new IllegalStateException("Unknown window " + window.getClass().getName());
  }

  private static WindowSpec spec(AggregateWindow window) {
    return new WindowSpec(
        window.kind(),
        window.kind() == WindowKind.SESSION ? Optional.empty() : Optional.of(window.size()));
  }

  private boolean isAggregate(FunctionCall call) {
    return functions.kind(call.name()) == Kind.AGGREGATE;
  }

  private List<FunctionCall> aggregateCalls(Expression expression) {
    return Expressions.calls(expression, this::isAggregate);
  }

  private Set<String> aggregateNames(List<SelectColumn> selected, Optional<Expression> having) {
    List<Expression> all =
        selected.stream().map(SelectColumn::expression).collect(Collectors.toList());
    having.ifPresent(all::add);
    Set<String> names = new TreeSet<>();
    all.forEach(e -> aggregateCalls(e).forEach(call -> names.add(call.name())));
    return names;
  }

  private String describe(Expression expression) {
    return format.apply(layout.isJoin() ? expression : Expressions.withoutSources(expression));
  }
}
