// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.SqlType.Decimal;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which types a function takes for another without a cast, and the conversion of numbers. */
final class Widening {
  private static final int INTEGER_DIGITS = 10;
  private static final int BIGINT_DIGITS = 19;

  private Widening() {}

  /** INTEGER to BIGINT to DOUBLE; any number to DOUBLE; text to dates and times. */
  static boolean widens(SqlType from, SqlType to) {
    if (from == SqlType.STRING) {
      return to == SqlType.DATE || to == SqlType.TIME || to == SqlType.TIMESTAMP;
    }
    if (to == SqlType.BIGINT) {
      return from == SqlType.INTEGER;
    }
    return to == SqlType.DOUBLE && from.isNumeric();
  }

  /** The DECIMAL that holds every value of a type. */
  static Optional<Decimal> asDecimal(SqlType type) {
    if (type instanceof Decimal decimal) {
      return Optional.of(decimal);
    }
    if (type == SqlType.INTEGER) {
      return Optional.of(SqlType.decimal(INTEGER_DIGITS, 0));
    }
    return type == SqlType.BIGINT
        ? Optional.of(SqlType.decimal(BIGINT_DIGITS, 0))
        : Optional.empty();
  }

  /** The DECIMAL that holds every value of both. */
  static Decimal widest(Decimal left, Decimal right) {
    int scale = Math.max(left.scale(), right.scale());
    int wholeDigits = Math.max(left.precision() - left.scale(), right.precision() - right.scale());
    return SqlType.decimal(wholeDigits + scale, scale);
  }

  /** The type both can be taken for, if there is one. */
  static Optional<SqlType> common(SqlType left, SqlType right) {
    if (left.equals(right) || widens(right, left)) {
      return Optional.of(left);
    }
    if (widens(left, right)) {
      return Optional.of(right);
    }
    return asDecimal(left).flatMap(l -> asDecimal(right).map(r -> widest(l, r)));
  }

  /** A number of one type as a number of a wider one. */
  static @Nullable Object widen(@Nullable Object value, SqlType to) {
    if (!(value instanceof Number number)) {
      return value;
    }
    if (to == SqlType.BIGINT) {
      return number.longValue();
    }
    if (to == SqlType.DOUBLE) {
      return number.doubleValue();
    }
    return to instanceof Decimal decimal ? toDecimal(number, decimal) : value;
  }

  private static BigDecimal toDecimal(Number number, Decimal type) {
    BigDecimal decimal =
        number instanceof BigDecimal exact ? exact : BigDecimal.valueOf(number.longValue());
    return decimal.setScale(type.scale(), RoundingMode.HALF_UP);
  }
}
