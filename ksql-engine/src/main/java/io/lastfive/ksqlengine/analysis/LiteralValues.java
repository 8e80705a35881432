// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.Casts.Conversion;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.Literal;
import io.lastfive.ksqlengine.types.SqlType;
import java.math.BigDecimal;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The types of literals, and their values where another type is wanted: they bend to it. */
final class LiteralValues {
  private LiteralValues() {}

  /** Empty for NULL. */
  static Optional<SqlType> typeOf(@Nullable Object value) {
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof BigDecimal decimal) {
      return Optional.of(Decimals.ofValue(decimal));
    }
    if (value instanceof Boolean) {
      return Optional.of(SqlType.BOOLEAN);
    }
    if (value instanceof Integer) {
      return Optional.of(SqlType.INTEGER);
    }
    if (value instanceof Long) {
      return Optional.of(SqlType.BIGINT);
    }
    return Optional.of(value instanceof Double ? SqlType.DOUBLE : SqlType.STRING);
  }

  /**
   * The literal's value as one of the type.
   *
   * @param format expressions as SQL, for messages
   * @throws KsqlException where it cannot be
   */
  static @Nullable Object as(Literal literal, SqlType target, Function<Expression, String> format) {
    Object value = literal.value();
    if (value == null) {
      return null;
    }
    SqlType type = typeOf(value).orElseThrow();
    if (target == SqlType.STRING) {
      return Casts.text(value, type);
    }
    Optional<Conversion> conversion = Casts.implicit(type, target);
    if (conversion.isPresent()) {
      return conversion.get().apply(value);
    }
    try {
      if (value instanceof String text) {
        return target == SqlType.BOOLEAN
            ? CommonType.booleanOf(text).orElseThrow(() -> new NumberFormatException(text))
            : Casts.explicit(type, target).apply(text);
      }
      if (type.isNumeric() && target.isNumeric()) {
        return Casts.explicit(type, target).apply(value);
      }
    } catch (NumberFormatException | DateTimeParseException e) {
      throw new KsqlException(
          "invalid input syntax for type "
              + target.baseName()
              + ": \""
              + value
              + "\".\nHint: You might need to add explicit type casts.",
          e);
    }
    throw new KsqlException(
        "operator does not exist: "
            + target.toSql(true)
            + " = "
            + type.toSql(true)
            + " ("
            + format.apply(literal)
            + ")\nHint: You might need to add explicit type casts.");
  }
}
