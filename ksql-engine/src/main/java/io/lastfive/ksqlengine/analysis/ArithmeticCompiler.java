// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.Arithmetic;
import io.lastfive.ksqlengine.ast.Expression.ArithmeticOperator;
import io.lastfive.ksqlengine.ast.Expression.Sign;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.SqlType.Decimal;
import java.math.BigDecimal;
import java.util.function.Function;

/** Compiles calculations with numbers, and text joined by {@code +}. A NULL operand gives NULL. */
final class ArithmeticCompiler {
  private final Function<Expression, String> format;

  ArithmeticCompiler(Function<Expression, String> format) {
    this.format = format;
  }

  /** The operator's type is found from the operands', as ksqlDB widens them. */
  TypedExpression calculation(Arithmetic node, TypedExpression left, TypedExpression right) {
    SqlType leftType = left.type().orElse(null);
    SqlType rightType = right.type().orElse(null);
    Evaluator a = left.evaluator();
    Evaluator b = right.evaluator();
    if (node.operator() == ArithmeticOperator.ADD
        && (leftType == SqlType.STRING || leftType == null)
        && (rightType == SqlType.STRING || rightType == null)
        && (leftType != rightType || leftType == SqlType.STRING)) {
      return TypedExpression.of(SqlType.STRING, Concatenation.of(a, b));
    }
    if (leftType == null || rightType == null || !leftType.isNumeric() || !rightType.isNumeric()) {
      throw new KsqlException(
          "Error processing expression: "
              + format.apply(node)
              + ". Arithmetic on types "
              + left.type().map(t -> t.toSql(true)).orElse("null")
              + " and "
              + right.type().map(t -> t.toSql(true)).orElse("null")
              + " are not supported.");
    }
    if (leftType == SqlType.DOUBLE || rightType == SqlType.DOUBLE) {
      return TypedExpression.of(SqlType.DOUBLE, doubles(node.operator(), a, b));
    }
    if (leftType instanceof Decimal || rightType instanceof Decimal) {
      Decimal result =
          Decimals.resultOf(node.operator(), Decimals.of(leftType), Decimals.of(rightType));
      ArithmeticOperator operator = node.operator();
      return TypedExpression.of(
          result,
          row -> {
            Object x = a.evaluate(row);
            Object y = b.evaluate(row);
            return x == null || y == null
                ? null
                : Decimals.apply(operator, Casts.exact(x), Casts.exact(y), result);
          });
    }
    if (leftType == SqlType.BIGINT || rightType == SqlType.BIGINT) {
      return TypedExpression.of(SqlType.BIGINT, longs(node.operator(), a, b));
    }
    return TypedExpression.of(SqlType.INTEGER, integers(node.operator(), a, b));
  }

  TypedExpression sign(Sign node, TypedExpression value) {
    SqlType type =
        value
            .type()
            .filter(SqlType::isNumeric)
            .orElseThrow(
                () -> new KsqlException("Unsupported type for sign: " + format.apply(node)));
    if (!node.negative()) {
      return value;
    }
    Evaluator evaluator = value.evaluator();
    return TypedExpression.of(
        type,
        row -> {
          Object number = evaluator.evaluate(row);
          return number == null ? null : negate(number);
        });
  }

  private static Object negate(Object number) {
    if (number instanceof BigDecimal decimal) {
      return decimal.negate();
    }
    if (number instanceof Double d) {
      return -d;
    }
    return number instanceof Long l ? (Object) (-l) : (Object) (-(Integer) number);
  }

  private static Evaluator integers(ArithmeticOperator operator, Evaluator a, Evaluator b) {
    return row -> {
      Integer x = (Integer) a.evaluate(row);
      Integer y = (Integer) b.evaluate(row);
      if (x == null || y == null) {
        return null;
      }
      return switch (operator) {
        case ADD -> x + y;
        case SUBTRACT -> x - y;
        case MULTIPLY -> x * y;
        case DIVIDE -> x / y;
        case MODULUS -> x % y;
      };
    };
  }

  private static Evaluator longs(ArithmeticOperator operator, Evaluator a, Evaluator b) {
    return row -> {
      Number left = (Number) a.evaluate(row);
      Number right = (Number) b.evaluate(row);
      if (left == null || right == null) {
        return null;
      }
      long x = left.longValue();
      long y = right.longValue();
      return switch (operator) {
        case ADD -> x + y;
        case SUBTRACT -> x - y;
        case MULTIPLY -> x * y;
        case DIVIDE -> x / y;
        case MODULUS -> x % y;
      };
    };
  }

  private static Evaluator doubles(ArithmeticOperator operator, Evaluator a, Evaluator b) {
    return row -> {
      Number left = (Number) a.evaluate(row);
      Number right = (Number) b.evaluate(row);
      if (left == null || right == null) {
        return null;
      }
      double x = left.doubleValue();
      double y = right.doubleValue();
      return switch (operator) {
        case ADD -> x + y;
        case SUBTRACT -> x - y;
        case MULTIPLY -> x * y;
        case DIVIDE -> x / y;
        case MODULUS -> x % y;
      };
    };
  }
}
