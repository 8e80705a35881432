// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.analysis.Layout.LayoutColumn;
import io.lastfive.ksqlengine.analysis.Layout.Role;
import io.lastfive.ksqlengine.analysis.PullQuery.Bounds;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.Between;
import io.lastfive.ksqlengine.ast.Expression.ColumnReference;
import io.lastfive.ksqlengine.ast.Expression.Comparison;
import io.lastfive.ksqlengine.ast.Expression.ComparisonOperator;
import io.lastfive.ksqlengine.ast.Expression.Logical;
import io.lastfive.ksqlengine.ast.Expression.LogicalOperator;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The bounds that a pull query's condition sets to the start or the end of windows, so that no more
 * windows are read than it asks for. What it does not understand leaves them open: the condition is
 * applied to every row all the same.
 */
final class WindowBoundsAnalyser {
  private final Layout layout;
  private final ExpressionCompiler compiler;

  WindowBoundsAnalyser(Layout layout, ExpressionCompiler compiler) {
    this.layout = layout;
    this.compiler = compiler;
  }

  /**
   * @param bound WINDOWSTART or WINDOWEND
   */
  Bounds of(Expression condition, String bound) {
    if (condition instanceof Logical logical && logical.operator() == LogicalOperator.AND) {
      return both(of(logical.left(), bound), of(logical.right(), bound));
    }
    if (condition instanceof Comparison comparison) {
      if (isBound(comparison.left(), bound)) {
        return compared(comparison.operator(), comparison.right());
      }
      if (isBound(comparison.right(), bound)) {
        return compared(mirrored(comparison.operator()), comparison.left());
      }
    }
    if (condition instanceof Between between && isBound(between.value(), bound)) {
      return both(
          compared(ComparisonOperator.GREATER_THAN_OR_EQUAL, between.min()),
          compared(ComparisonOperator.LESS_THAN_OR_EQUAL, between.max()));
    }
    return Bounds.OPEN;
  }

  private boolean isBound(Expression expression, String bound) {
    if (!(expression instanceof ColumnReference reference)) {
      return false;
    }
    LayoutColumn column = layout.column(reference);
    return column.role() == Role.WINDOW_BOUND && column.name().equals(bound);
  }

  private Bounds compared(ComparisonOperator operator, Expression other) {
    Long millis = millis(other);
    if (millis == null) {
      return Bounds.OPEN;
    }
    return switch (operator) {
      case EQUAL, IS_NOT_DISTINCT_FROM ->
          new Bounds(OptionalLong.of(millis), OptionalLong.of(millis));
      case GREATER_THAN -> new Bounds(OptionalLong.of(millis + 1), OptionalLong.empty());
      case GREATER_THAN_OR_EQUAL -> new Bounds(OptionalLong.of(millis), OptionalLong.empty());
      case LESS_THAN -> new Bounds(OptionalLong.empty(), OptionalLong.of(millis - 1));
      case LESS_THAN_OR_EQUAL -> new Bounds(OptionalLong.empty(), OptionalLong.of(millis));
      case NOT_EQUAL, IS_DISTINCT_FROM -> Bounds.OPEN;
    };
  }

  /** Times at the edge of what can be told stay open. */
  private @Nullable Long millis(Expression expression) {
    if (!Expressions.columns(expression).isEmpty()) {
      return null;
    }
    Object value =
        compiler.compile(expression, layout.scope()).evaluator().evaluate(new RowContext());
    long millis;
    if (value instanceof String text) {
      millis = TemporalText.timestamp(text).toEpochMilli();
    } else if (value instanceof Integer || value instanceof Long) {
      millis = ((Number) value).longValue();
    } else {
      return null;
    }
    return millis > 0 && millis < Long.MAX_VALUE ? (Long) millis : null;
  }

  private static ComparisonOperator mirrored(ComparisonOperator operator) {
    return switch (operator) {
      case GREATER_THAN -> ComparisonOperator.LESS_THAN;
      case GREATER_THAN_OR_EQUAL -> ComparisonOperator.LESS_THAN_OR_EQUAL;
      case LESS_THAN -> ComparisonOperator.GREATER_THAN;
      case LESS_THAN_OR_EQUAL -> ComparisonOperator.GREATER_THAN_OR_EQUAL;
      case EQUAL, NOT_EQUAL, IS_DISTINCT_FROM, IS_NOT_DISTINCT_FROM -> operator;
    };
  }

  private static Bounds both(Bounds one, Bounds other) {
    OptionalLong lowest = one.lowest();
    if (lowest.isEmpty() || other.lowest().orElse(Long.MIN_VALUE) > lowest.getAsLong()) {
      lowest = other.lowest();
    }
    OptionalLong highest = one.highest();
    if (highest.isEmpty() || other.highest().orElse(Long.MAX_VALUE) < highest.getAsLong()) {
      highest = other.highest();
    }
    return new Bounds(lowest, highest);
  }
}
