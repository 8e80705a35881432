// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.ast.Expression.ArithmeticOperator;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.SqlType.Decimal;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Exact numbers: the types of their results, and values fitted to a type. */
public final class Decimals {

  private Decimals() {}

  /** The decimal that holds every value of an exact numeric type. */
  public static Decimal of(SqlType type) {
    if (type instanceof Decimal decimal) {
      return decimal;
    }
    return type == SqlType.INTEGER ? SqlType.decimal(10, 0) : SqlType.decimal(19, 0);
  }

  /** The decimal that a literal of digits has: 10.50 is DECIMAL(4, 2). */
  public static Decimal ofValue(BigDecimal value) {
    int scale = Math.max(0, value.scale());
    return SqlType.decimal(
        Math.max(value.precision() - value.scale() + scale, Math.max(1, scale)), scale);
  }

  /** The decimal that holds every value of both. */
  static Decimal wider(Decimal left, Decimal right) {
    int scale = Math.max(left.scale(), right.scale());
    int whole = Math.max(left.precision() - left.scale(), right.precision() - right.scale());
    return SqlType.decimal(whole + scale, scale);
  }

  static Decimal resultOf(ArithmeticOperator operator, Decimal left, Decimal right) {
    int p1 = left.precision();
    int s1 = left.scale();
    int p2 = right.precision();
    int s2 = right.scale();
    return switch (operator) {
      case ADD, SUBTRACT ->
          SqlType.decimal(Math.max(p1 - s1, p2 - s2) + Math.max(s1, s2) + 1, Math.max(s1, s2));
      case MULTIPLY -> SqlType.decimal(p1 + p2 + 1, s1 + s2);
      case DIVIDE -> {
        int scale = Math.max(6, s1 + p2 + 1);
        yield SqlType.decimal(p1 - s1 + s2 + scale, scale);
      }
      case MODULUS ->
          SqlType.decimal(Math.min(p1 - s1, p2 - s2) + Math.max(s1, s2), Math.max(s1, s2));
    };
  }

  static BigDecimal apply(
      ArithmeticOperator operator, BigDecimal left, BigDecimal right, Decimal result) {
    MathContext context = new MathContext(result.precision(), RoundingMode.UNNECESSARY);
    BigDecimal value =
        switch (operator) {
          case ADD -> left.add(right, context);
          case SUBTRACT -> left.subtract(right, context);
          case MULTIPLY -> left.multiply(right, context);
          case DIVIDE -> left.divide(right, result.scale(), RoundingMode.HALF_UP);
          case MODULUS -> left.remainder(right, context);
        };
    return value.setScale(result.scale(), RoundingMode.HALF_UP);
  }

  /**
   * The value rounded half up to the type's scale.
   *
   * @throws ArithmeticException where its whole part has more digits than the type
   */
  public static BigDecimal fit(BigDecimal value, Decimal type) {
    BigDecimal scaled =
        value.scale() == type.scale() ? value : value.setScale(type.scale(), RoundingMode.HALF_UP);
    if (scaled.precision() > type.precision()) {
      throw new ArithmeticException(
          String.format(
              "Numeric field overflow: A field with precision %d and scale %d must round to an absolute value less than 10^%d. Got %s",
              type.precision(),
              type.scale(),
              type.precision() - type.scale(),
              value.toPlainString()));
    }
    return scaled;
  }
}
