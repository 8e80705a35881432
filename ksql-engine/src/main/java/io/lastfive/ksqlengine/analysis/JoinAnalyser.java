// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinKind;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinRelation;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinSide;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinWindow;
import io.lastfive.ksqlengine.analysis.Layout.LayoutColumn;
import io.lastfive.ksqlengine.analysis.Layout.Role;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.ColumnReference;
import io.lastfive.ksqlengine.ast.Expression.Comparison;
import io.lastfive.ksqlengine.ast.Expression.ComparisonOperator;
import io.lastfive.ksqlengine.ast.Expression.Logical;
import io.lastfive.ksqlengine.ast.Query.JoinType;
import io.lastfive.ksqlengine.ast.Query.Relation;
import io.lastfive.ksqlengine.ast.Query.Within;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.serde.Formats;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** JOIN: which sides meet on what, whether they must be given a new key, and what the key is. */
final class JoinAnalyser {
  private final ExpressionCompiler compiler;
  private final Function<Expression, String> format;

  JoinAnalyser(ExpressionCompiler compiler, Function<Expression, String> format) {
    this.compiler = compiler;
    this.format = format;
  }

  /** Two readers of one topic in a query would need it twice. */
  private static void refuseSourceTwice(AnalysedRelation left, AnalysedRelation right) {
    String joined = AnalysedQuery.sources(right).get(0).source().name();
    List<String> known =
        AnalysedQuery.sources(left).stream().map(source -> source.source().name()).toList();
    if (known.contains(joined)) {
      throw new KsqlException(
          known.size() == 1
              ? "Can not join '"
                  + joined
                  + "' to '"
                  + joined
                  + "': self joins are not yet supported."
              : "N-way joins do not support multiple occurrences of the same source. Source: '"
                  + joined
                  + "'.");
    }
  }

  AnalysedRelation analyse(Relation.Join join, AnalysedRelation left, AnalysedRelation right) {
    String rightAlias = right.layout().sources().get(0);
    refuseSourceTwice(left, right);
    Condition condition = condition(join, left, right, rightAlias);
    JoinKind kind = kind(join, left, right, condition);
    checkWindows(left, right);

    boolean foreign = kind == JoinKind.FOREIGN_KEY;
    if (foreign && (left.window().isPresent() || right.window().isPresent())) {
      throw new KsqlException(
          "Foreign-key table-table joins are not supported on windowed tables.");
    }
    TypedExpression leftKey =
        compiler.compile(condition.left, foreign ? sideScope(left) : left.layout().scope());
    TypedExpression rightKey = compiler.compile(condition.right, right.layout().scope());
    if (!leftKey.type().equals(rightKey.type())) {
      throw new KsqlException(
          "Invalid join condition: types don't match. Got "
              + typed(condition.first, condition.swapped ? rightKey : leftKey)
              + " = "
              + typed(condition.second, condition.swapped ? leftKey : rightKey)
              + ".");
    }
    SqlType keyType =
        leftKey
            .type()
            .orElseThrow(() -> new KsqlException("Invalid join condition: NULL has no type."));

    FormatSpec keyFormat = keyFormat(kind, left, right, condition);
    boolean leftMoved = !left.keyEquivalents().contains(condition.left);
    boolean rightMoved = !right.keyEquivalents().contains(condition.right);
    boolean leftRekeyed = !foreign && (leftMoved || !sameKeyFormat(left.keyFormat(), keyFormat));
    boolean rightRekeyed = !foreign && (rightMoved || !sameKeyFormat(right.keyFormat(), keyFormat));
    if ((leftMoved && left.window().isPresent()) || (rightMoved && right.window().isPresent())) {
      throw new KsqlException(
          "Implicit repartitioning of windowed sources is not supported. See"
              + " https://github.com/confluentinc/ksql/issues/4385.");
    }

    List<AnalysedColumn> leftRow = row(left);
    List<AnalysedColumn> rightRow = row(right);
    List<Expression> equivalents = keyEquivalents(join.type(), left, condition, foreign);
    List<LayoutColumn> columns = new ArrayList<>();
    boolean viable = equivalents.stream().anyMatch(ColumnReference.class::isInstance);
    List<LayoutColumn> sideColumns = sideColumns(left, right, leftRow.size());
    if (!foreign && !viable) {
      columns.add(
          new LayoutColumn(
              "", syntheticName(sideColumns), new Slot.Key(0, keyType), Role.SYNTHETIC_KEY));
    }
    columns.addAll(sideColumns);
    Layout layout = new Layout(columns);
    List<Column> key =
        foreign ? left.key() : List.of(new Column(keyName(equivalents, columns), keyType));
    return new JoinRelation(
        kind,
        join.type(),
        new JoinSide(
            left,
            leftRow,
            new AnalysedColumn("", keyType, leftKey.evaluator(), format.apply(condition.left)),
            leftRekeyed),
        new JoinSide(
            right,
            rightRow,
            new AnalysedColumn("", keyType, rightKey.evaluator(), format.apply(condition.right)),
            rightRekeyed),
        join.within().map(JoinAnalyser::window),
        layout,
        key,
        foreign ? left.keyFormat() : keyFormat,
        left.window(),
        foreign
            ? foreignEquivalents(left)
            : viable ? equivalents : List.of(columns.get(0).reference()),
        kind == JoinKind.TABLE_TABLE || foreign);
  }

  /**
   * The two sides of ON, told apart by which source they read.
   *
   * @param first the side written first, as {@code second} the one after it
   */
  private record Condition(
      Expression left, Expression right, Expression first, Expression second, boolean swapped) {}

  private Condition condition(
      Relation.Join join, AnalysedRelation left, AnalysedRelation right, String rightAlias) {
    Layout both = Layout.sideBySide(left.layout().columns(), right.layout().columns());
    Expression on = both.qualify(join.on(), "JOIN ON");
    if (on instanceof Logical) {
      throw new KsqlException(
          "Invalid join condition: joins on multiple conditions are not yet supported. Got "
              + format.apply(on)
              + ".");
    }
    if (!(on instanceof Comparison comparison)
        || comparison.operator() != ComparisonOperator.EQUAL) {
      throw new KsqlException("Unsupported join expression: " + format.apply(on));
    }
    String first = onlySource(comparison.left(), comparison);
    String second = onlySource(comparison.right(), comparison);
    if (first.equals(rightAlias) == second.equals(rightAlias)) {
      if (!first.equals(rightAlias)) {
        throw new KsqlException(
            "A join criteria is expected to reference the source (`"
                + rightAlias
                + "`) in the FROM clause, instead the right source references `"
                + second
                + "` and the left source references `"
                + first
                + "`");
      }
      throw new KsqlException(
          "Each side of the join must reference exactly one source and not the same source. Left"
              + " side references `"
              + first
              + "` and right references `"
              + second
              + "`");
    }
    boolean swapped = first.equals(rightAlias);
    return swapped
        ? new Condition(
            comparison.right(), comparison.left(), comparison.left(), comparison.right(), true)
        : new Condition(
            comparison.left(), comparison.right(), comparison.left(), comparison.right(), false);
  }

  private String onlySource(Expression side, Comparison comparison) {
    Set<String> sources = new LinkedHashSet<>();
    Expressions.columns(side).forEach(column -> sources.add(column.source().orElse("")));
    if (sources.size() != 1) {
      throw new KsqlException(
          "Invalid comparison expression '"
              + format.apply(side)
              + "' in join '"
              + format.apply(comparison)
              + "'. Each side of the join comparision must contain references from exactly one"
              + " source.");
    }
    return sources.iterator().next();
  }

  private JoinKind kind(
      Relation.Join join, AnalysedRelation left, AnalysedRelation right, Condition condition) {
    String got = got(join, condition, right);
    String equality = format.apply(condition.first) + " = " + format.apply(condition.second);
    if (left.isTable() && !right.isTable()) {
      throw new KsqlException(
          "Invalid join order: table-stream joins are not supported; only stream-table joins. Got "
              + got
              + ".");
    }
    if (!left.isTable() && !right.isTable()) {
      if (join.within().isEmpty()) {
        throw new KsqlException(
            "Stream-Stream joins must have a WITHIN clause specified. None was provided. To learn"
                + " about how to specify a WITHIN clause with a stream-stream join, please visit:"
                + " https://docs.confluent.io/current/ksql/docs/syntax-reference.html"
                + "#create-stream-as-select");
      }
      return JoinKind.STREAM_STREAM;
    }
    if (join.within().isPresent()) {
      throw new KsqlException(
          "A window definition was provided for a "
              + (left.isTable() ? "Table-Table" : "Stream-Table")
              + " join. These joins are not windowed. Please remove the window definition (ie. the"
              + " WITHIN clause) and try again.");
    }
    boolean onRightKey =
        right.key().size() == 1 && right.keyEquivalents().contains(condition.right);
    if (!left.isTable()) {
      if (join.type() == JoinType.OUTER || join.type() == JoinType.RIGHT) {
        throw new KsqlException(
            "Invalid join type: "
                + (join.type() == JoinType.OUTER ? "full" : "right")
                + "-outer join not supported for stream-table join. Got "
                + got
                + ".");
      }
      if (!onRightKey) {
        throw new KsqlException(
            "Invalid join condition: stream-table joins require to join on the table's primary"
                + " key. Got "
                + equality
                + ".");
      }
      return JoinKind.STREAM_TABLE;
    }
    if (!onRightKey) {
      throw new KsqlException(
          "Invalid join condition: table-table joins require to join on the primary key of the"
              + " right input table. Got "
              + equality
              + ".");
    }
    if (left.keyEquivalents().contains(condition.left)) {
      return JoinKind.TABLE_TABLE;
    }
    if (join.type() == JoinType.OUTER || join.type() == JoinType.RIGHT) {
      throw new KsqlException(
          "Invalid join type: "
              + (join.type() == JoinType.OUTER ? "full" : "right")
              + "-outer join not supported for foreign-key table-table join. Got "
              + got
              + ".");
    }
    return JoinKind.FOREIGN_KEY;
  }

  /** {@code A LEFT [OUTER] JOIN B}. */
  private static String got(Relation.Join join, Condition condition, AnalysedRelation right) {
    String type =
        switch (join.type()) {
          case INNER -> "[INNER] JOIN";
          case LEFT -> "LEFT [OUTER] JOIN";
          case RIGHT -> "RIGHT [OUTER] JOIN";
          case OUTER -> "[FULL] OUTER JOIN";
        };
    return Expressions.columns(condition.left).get(0).source().orElse("")
        + " "
        + type
        + " "
        + right.layout().sources().get(0);
  }

  private static void checkWindows(AnalysedRelation left, AnalysedRelation right) {
    if (left.window().isPresent() != right.window().isPresent()) {
      throw new KsqlException(
          "Can not join windowed source to non-windowed source.\n"
              + describeWindow(left)
              + "\n"
              + describeWindow(right));
    }
    if (left.window().isPresent() && right.window().isPresent()) {
      boolean sessions =
          left.window().get().size().isEmpty() && right.window().get().size().isEmpty();
      boolean times =
          left.window().get().size().isPresent() && right.window().get().size().isPresent();
      if (!sessions && !times) {
        throw new KsqlException(
            "Incompatible windowed sources.\nLeft source: "
                + describeWindow(left)
                + "\nRight source: "
                + describeWindow(right)
                + "\nSession windowed sources can only be joined to other session windowed"
                + " sources, and may still not result in expected behaviour as session bounds must"
                + " be an exact match for the join to work\nHopping and tumbling windowed sources"
                + " can only be joined to other hopping and tumbling windowed sources");
      }
    }
  }

  private static String describeWindow(AnalysedRelation relation) {
    return "`"
        + relation.layout().sources().get(0)
        + "` is "
        + relation.window().map(w -> w.kind() + " windowed").orElse("not windowed");
  }

  private String typed(Expression expression, TypedExpression compiled) {
    return format.apply(expression)
        + "{"
        + compiled.type().map(type -> type.toSql(true)).orElse("NULL")
        + "}";
  }

  /** Where the sides' formats differ, the one that need not be given a new key decides. */
  private static FormatSpec keyFormat(
      JoinKind kind, AnalysedRelation left, AnalysedRelation right, Condition condition) {
    boolean leftKeyed = left.keyEquivalents().contains(condition.left);
    boolean rightKeyed = right.keyEquivalents().contains(condition.right);
    if (kind != JoinKind.FOREIGN_KEY && !leftKeyed && rightKeyed) {
      return right.keyFormat();
    }
    if (!leftKeyed && left.keyFormat().name().equals("NONE")) {
      return FormatSpec.of("KAFKA");
    }
    return left.keyFormat();
  }

  /**
   * Keys that hold the id of a schema differ by topic, so that such records never meet as they are.
   */
  private static boolean sameKeyFormat(FormatSpec one, FormatSpec other) {
    return one.name().equals(other.name())
        && !Formats.of(one).usesSchemaRegistry()
        && one.properties()
            .getOrDefault(FormatSpec.DELIMITER, "")
            .equals(other.properties().getOrDefault(FormatSpec.DELIMITER, ""));
  }

  /** Every column of a relation as the join's row holds it. */
  private List<AnalysedColumn> row(AnalysedRelation relation) {
    List<AnalysedColumn> row = new ArrayList<>();
    for (LayoutColumn column : relation.layout().columns()) {
      row.add(
          new AnalysedColumn(
              column.source().isEmpty() ? column.name() : column.source() + "_" + column.name(),
              column.slot().type(),
              compiler.compile(column.reference(), relation.layout().scope()).evaluator(),
              column.name()));
    }
    return row;
  }

  private static List<LayoutColumn> sideColumns(
      AnalysedRelation left, AnalysedRelation right, int leftSize) {
    List<LayoutColumn> columns = new ArrayList<>();
    addColumns(columns, left, 0);
    addColumns(columns, right, leftSize);
    return columns;
  }

  /** A foreign key is read from the row as the join sees it. */
  private static Scope sideScope(AnalysedRelation side) {
    List<LayoutColumn> columns = new ArrayList<>();
    addColumns(columns, side, 0);
    return new Layout(columns).scope();
  }

  private static void addColumns(List<LayoutColumn> columns, AnalysedRelation side, int offset) {
    int index = offset;
    for (LayoutColumn column : side.layout().columns()) {
      if (column.role() != Role.SYNTHETIC_KEY) {
        columns.add(
            new LayoutColumn(
                column.source(),
                column.name(),
                new Slot.Value(index, column.slot().type()),
                column.role()));
      }
      index++;
    }
  }

  private static List<Expression> keyEquivalents(
      JoinType type, AnalysedRelation left, Condition condition, boolean foreign) {
    if (foreign || type == JoinType.OUTER) {
      return List.of();
    }
    List<Expression> all = new ArrayList<>();
    if (left.keyEquivalents().contains(condition.left)) {
      all.addAll(left.keyEquivalents());
    } else {
      all.add(condition.left);
    }
    all.add(condition.right);
    return all;
  }

  private static List<Expression> foreignEquivalents(AnalysedRelation left) {
    return left.keyEquivalents();
  }

  private static String syntheticName(List<LayoutColumn> columns) {
    String name = "ROWKEY";
    int next = 1;
    while (taken(name, columns)) {
      name = "ROWKEY_" + next++;
    }
    return name;
  }

  private static boolean taken(String name, List<LayoutColumn> columns) {
    return columns.stream().anyMatch(column -> column.name().equals(name));
  }

  private static String keyName(List<Expression> equivalents, List<LayoutColumn> columns) {
    Optional<ColumnReference> viable =
        equivalents.stream()
            .filter(ColumnReference.class::isInstance)
            .map(ColumnReference.class::cast)
            .findFirst();
    return viable
        .map(column -> column.source().map(s -> s + "_").orElse("") + column.name())
        .orElseGet(() -> columns.get(0).name());
  }

  private static JoinWindow window(Within within) {
    return new JoinWindow(
        within.before().toDuration(),
        within.after().toDuration(),
        within.grace().map(grace -> grace.toDuration()));
  }
}
