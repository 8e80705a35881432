// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.SourceRelation;
import io.lastfive.ksqlengine.analysis.Layout.LayoutColumn;
import io.lastfive.ksqlengine.analysis.Layout.Role;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.ColumnReference;
import io.lastfive.ksqlengine.ast.Expression.Comparison;
import io.lastfive.ksqlengine.ast.Expression.ComparisonOperator;
import io.lastfive.ksqlengine.ast.Expression.In;
import io.lastfive.ksqlengine.ast.Expression.Like;
import io.lastfive.ksqlengine.ast.Expression.Logical;
import io.lastfive.ksqlengine.ast.Expression.LogicalOperator;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What the WHERE clause of a pull query must say where {@code ksql.query.pull.table.scan.enabled}
 * is false: which keys to look up.
 */
final class ScanRules {
  private static final String TABLE_SCAN = "ksql.query.pull.table.scan.enabled";
  private static final String RANGE_SCAN = "ksql.query.pull.range.scan.enabled";
  private static final String HELP =
      """
      . See https://cnfl.io/queries for more info.
      Add EMIT CHANGES if you intended to issue a push query.
      Pull queries require a WHERE clause that:
       - includes a key equality expression, e.g. `SELECT * FROM X WHERE <key-column>=Y`.
       - in the case of a multi-column key, is a conjunction of equality expressions that cover all key columns.
      %s
      If more flexible queries are needed, table scans can be enabled by setting ksql.query.pull.table.scan.enabled=true.""";
  private static final String WINDOW_HELP =
      """
       - (optionally) limits the time bounds of the windowed table.
      \t Bounds on [`WINDOWSTART`, `WINDOWEND`] are supported
      \t Supported operators are [EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL, LESS_THAN, LESS_THAN_OR_EQUAL]
      """;

  private final SourceRelation from;
  private final List<LayoutColumn> key;
  private final Function<Expression, String> format;
  private final boolean rangeScans;

  private ScanRules(
      SourceRelation from, Function<Expression, String> format, Map<String, String> properties) {
    this.from = from;
    this.key = from.layout().withRole(from.alias(), Role.KEY);
    this.format = format;
    this.rangeScans = isOn(properties, RANGE_SCAN);
  }

  /**
   * @param properties that hold for the query
   * @throws KsqlException where the whole table would have to be read and that is switched off
   */
  static void check(
      Optional<Expression> where,
      SourceRelation from,
      Function<Expression, String> format,
      Map<String, String> properties) {
    if (isOn(properties, TABLE_SCAN)) {
      return;
    }
    ScanRules rules = new ScanRules(from, format, properties);
    List<List<Expression>> disjuncts =
        disjuncts(where.orElseThrow(() -> rules.refusal("Missing WHERE clause")));
    disjuncts.forEach(conjuncts -> rules.check(conjuncts, disjuncts.size() == 1));
  }

  private static boolean isOn(Map<String, String> properties, String name) {
    return Boolean.parseBoolean(properties.getOrDefault(name, "true"));
  }

  private void check(List<Expression> conjuncts, boolean alone) {
    Set<ColumnReference> named = new HashSet<>();
    boolean scan = false;
    for (Expression conjunct : conjuncts) {
      refuseLike(conjunct);
      Optional<ColumnReference> column = keyColumn(conjunct);
      if (column.isPresent()) {
        if (!named.add(column.get())) {
          throw refusal(
              "A comparison condition on the key column cannot be combined with other comparisons"
                  + " such as an IN predicate");
        }
        scan |= !isLookup(conjunct) && !(alone && isRange());
      }
    }
    if (named.isEmpty()) {
      throw refusal("WHERE clause missing key column for disjunct: " + text(conjuncts));
    }
    if (named.size() < key.size()) {
      throw refusal(
          "Multi-column sources must specify every key in the WHERE clause. Specified: "
              + named.stream().map(column -> "`" + column.name() + "`").sorted().toList()
              + " Expected: "
              + key.stream()
                  .map(c -> "`" + c.name() + "` " + c.slot().type().toSql(true))
                  .toList());
    }
    if (scan) {
      throw new KsqlException(
          "Query requires table scan to be enabled. Table scans can be enabled by setting "
              + TABLE_SCAN
              + "=true");
    }
  }

  /**
   * Whether a range of keys can be read: text keys lie in their order, and no window is by them.
   */
  private boolean isRange() {
    return rangeScans
        && key.size() == 1
        && key.get(0).slot().type() == SqlType.STRING
        && from.window().isEmpty();
  }

  private static void refuseLike(Expression condition) {
    if (condition instanceof Like like && !(like.value() instanceof ColumnReference)) {
      throw new KsqlException("Like condition must be between strings");
    }
  }

  private Optional<ColumnReference> keyColumn(Expression condition) {
    if (condition instanceof Comparison comparison) {
      Optional<ColumnReference> left = keyReference(comparison.left());
      return left.isPresent() ? left : keyReference(comparison.right());
    }
    return condition instanceof In in ? keyReference(in.value()) : Optional.empty();
  }

  private Optional<ColumnReference> keyReference(Expression expression) {
    return key.stream()
        .map(LayoutColumn::reference)
        .filter(reference -> reference.equals(expression))
        .findFirst();
  }

  private static boolean isLookup(Expression condition) {
    return condition instanceof In
        || (condition instanceof Comparison comparison
            && comparison.operator() == ComparisonOperator.EQUAL);
  }

  private String text(List<Expression> conjuncts) {
    Expression whole = conjuncts.get(0);
    for (Expression next : conjuncts.subList(1, conjuncts.size())) {
      whole = new Logical(LogicalOperator.AND, whole, next, next.position());
    }
    return format.apply(Expressions.withoutSources(whole));
  }

  private KsqlException refusal(String what) {
    return new KsqlException(what + HELP.formatted(from.window().isPresent() ? WINDOW_HELP : ""));
  }

  /** The condition as alternatives, each of them conditions that hold together. */
  private static List<List<Expression>> disjuncts(Expression condition) {
    if (!(condition instanceof Logical logical)) {
      return List.of(List.of(condition));
    }
    List<List<Expression>> left = disjuncts(logical.left());
    List<List<Expression>> right = disjuncts(logical.right());
    List<List<Expression>> all = new ArrayList<>();
    if (logical.operator() == LogicalOperator.OR) {
      all.addAll(left);
      all.addAll(right);
      return all;
    }
    for (List<Expression> one : left) {
      for (List<Expression> other : right) {
        List<Expression> both = new ArrayList<>(one);
        both.addAll(other);
        all.add(both);
      }
    }
    return all;
  }
}
