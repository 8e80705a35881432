// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.ast.Expression.ComparisonOperator;
import io.lastfive.ksqlengine.types.SqlType;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Comparisons of two expressions, for the pairs of types that can be compared. */
final class Comparisons {

  private Comparisons() {}

  /** A comparison that is never null; empty where values of these types cannot be compared so. */
  static Optional<Evaluator> prepare(
      ComparisonOperator operator, TypedExpression left, TypedExpression right) {
    if (left.type().isEmpty() || right.type().isEmpty()) {
      return Optional.of(
          compared(operator, left.evaluator(), right.evaluator(), Comparisons::sameOrNot));
    }
    SqlType a = left.type().get();
    SqlType b = right.type().get();
    if (a.isNumeric() && b.isNumeric()) {
      return Optional.of(compared(operator, left.evaluator(), right.evaluator(), numbers(a, b)));
    }
    if (isTemporal(a) && isTemporal(b) && !a.equals(b)
        || isTemporal(a) && b == SqlType.STRING
        || a == SqlType.STRING && isTemporal(b)) {
      return temporal(operator, left, a, right, b);
    }
    if (a == SqlType.STRING && b == SqlType.STRING
        || isTemporal(a) && a.equals(b)
        || a == SqlType.BYTES && b == SqlType.BYTES) {
      return Optional.of(
          compared(operator, left.evaluator(), right.evaluator(), Comparisons::natural));
    }
    if (!isEquality(operator)) {
      return Optional.empty();
    }
    if (a.equals(b)) {
      return Optional.of(
          compared(operator, left.evaluator(), right.evaluator(), Comparisons::sameOrNot));
    }
    Optional<Casts.Conversion> widenLeft = Casts.implicit(a, b);
    if (widenLeft.isPresent()) {
      Evaluator evaluator = row -> widenLeft.get().applyOrNull(left.evaluator().evaluate(row));
      return Optional.of(compared(operator, evaluator, right.evaluator(), Comparisons::sameOrNot));
    }
    return Casts.implicit(b, a)
        .map(
            widenRight ->
                compared(
                    operator,
                    left.evaluator(),
                    row -> widenRight.applyOrNull(right.evaluator().evaluate(row)),
                    Comparisons::sameOrNot));
  }

  private static boolean isTemporal(SqlType type) {
    return type == SqlType.DATE || type == SqlType.TIME || type == SqlType.TIMESTAMP;
  }

  private static boolean isEquality(ComparisonOperator operator) {
    return switch (operator) {
      case EQUAL, NOT_EQUAL, IS_DISTINCT_FROM, IS_NOT_DISTINCT_FROM -> true;
      case LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL -> false;
    };
  }

  /** A time beside text is compared as a time; a date beside a timestamp as a timestamp. */
  private static Optional<Evaluator> temporal(
      ComparisonOperator operator,
      TypedExpression left,
      SqlType a,
      TypedExpression right,
      SqlType b) {
    SqlType type = a == SqlType.STRING ? b : b == SqlType.STRING ? a : SqlType.TIMESTAMP;
    if (a == SqlType.TIME && b != SqlType.STRING || b == SqlType.TIME && a != SqlType.STRING) {
      return Optional.empty();
    }
    Casts.Conversion fromLeft = Casts.explicit(a, type);
    Casts.Conversion fromRight = Casts.explicit(b, type);
    return Optional.of(
        compared(
            operator,
            row -> fromLeft.applyOrNull(left.evaluator().evaluate(row)),
            row -> fromRight.applyOrNull(right.evaluator().evaluate(row)),
            Comparisons::natural));
  }

  private static Comparator<Object> numbers(SqlType a, SqlType b) {
    SqlType wider = CommonType.wider(a, b);
    if (wider == SqlType.DOUBLE) {
      return a == b
          ? Comparator.comparingDouble(value -> ((Number) value).doubleValue())
          : Comparator.comparing(Casts::exact);
    }
    if (wider instanceof SqlType.Decimal) {
      return a instanceof SqlType.Decimal && b instanceof SqlType.Decimal
          ? (x, y) -> ((BigDecimal) x).compareTo((BigDecimal) y)
          : Comparator.comparing(Casts::exact);
    }
    return Comparator.comparingLong(value -> ((Number) value).longValue());
  }

  @SuppressWarnings("unchecked")
  private static int natural(Object left, Object right) {
    return ((Comparable<Object>) left).compareTo(right);
  }

  private static int sameOrNot(Object left, Object right) {
    return left.equals(right) ? 0 : 1;
  }

  private static Evaluator compared(
      ComparisonOperator operator, Evaluator left, Evaluator right, Comparator<Object> comparator) {
    return row -> holds(operator, left.evaluate(row), right.evaluate(row), comparator);
  }

  private static boolean holds(
      ComparisonOperator operator,
      @Nullable Object left,
      @Nullable Object right,
      Comparator<Object> comparator) {
    if (left == null || right == null) {
      // Null equals nothing and is unlike nothing, except where the operator asks for it.
      return switch (operator) {
        case IS_DISTINCT_FROM -> left != right;
        case IS_NOT_DISTINCT_FROM -> left == right;
        case EQUAL, NOT_EQUAL, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
            false;
      };
    }
    int order = comparator.compare(left, right);
    return switch (operator) {
      case EQUAL, IS_NOT_DISTINCT_FROM -> order == 0;
      case NOT_EQUAL, IS_DISTINCT_FROM -> order != 0;
      case LESS_THAN -> order < 0;
      case LESS_THAN_OR_EQUAL -> order <= 0;
      case GREATER_THAN -> order > 0;
      case GREATER_THAN_OR_EQUAL -> order >= 0;
    };
  }
}
