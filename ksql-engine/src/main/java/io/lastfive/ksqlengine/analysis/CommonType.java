// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.ArrayConstructor;
import io.lastfive.ksqlengine.ast.Expression.Literal;
import io.lastfive.ksqlengine.ast.Expression.MapConstructor;
import io.lastfive.ksqlengine.ast.Expression.MapEntry;
import io.lastfive.ksqlengine.ast.Expression.StructConstructor;
import io.lastfive.ksqlengine.ast.Expression.StructField;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.SqlType.Array;
import io.lastfive.ksqlengine.types.SqlType.Field;
import io.lastfive.ksqlengine.types.SqlType.MapType;
import io.lastfive.ksqlengine.types.SqlType.Struct;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one type that several expressions take together, as the items of an array, the values of a
 * map or the options of IN: the widest of the numbers, every field of the structs; literals bend
 * further than other expressions do.
 */
final class CommonType {
  private static final String HINT = "\nHint: You might need to add explicit type casts.";

  private final Function<Expression, Optional<SqlType>> typeOf;
  private final Function<Expression, String> format;

  CommonType(Function<Expression, Optional<SqlType>> typeOf, Function<Expression, String> format) {
    this.typeOf = typeOf;
    this.format = format;
  }

  /**
   * @return empty where every expression is NULL
   * @throws KsqlException where two do not go together
   */
  Optional<SqlType> of(List<Expression> expressions) {
    SqlType common = null;
    for (Expression expression : expressions) {
      SqlType type = typeOf.apply(expression).orElse(null);
      if (type != null) {
        common = common == null ? type : unify(common, expression, type);
      }
    }
    return Optional.ofNullable(common);
  }

  private SqlType unify(SqlType common, Expression expression, SqlType type) {
    if (common.equals(type)) {
      return common;
    }
    if (common.isNumeric() && type.isNumeric()) {
      return wider(common, type);
    }
    if (expression instanceof Literal literal) {
      return unifyLiteral(common, literal, type);
    }
    SqlType unified = null;
    if (common instanceof Array array && type instanceof Array other) {
      unified = unifyItems(array, expression, other);
    } else if (common instanceof MapType map && type instanceof MapType other) {
      unified = unifyEntries(map, expression, other);
    } else if (common instanceof Struct struct && type instanceof Struct other) {
      unified = unifyFields(struct, expression, other);
    } else if (common == SqlType.TIMESTAMP && type == SqlType.DATE
        || common == SqlType.DATE && type == SqlType.TIMESTAMP) {
      unified = SqlType.TIMESTAMP;
    }
    if (unified == null) {
      throw noOperator(common, expression, type);
    }
    return unified;
  }

  private SqlType unifyLiteral(SqlType common, Literal literal, SqlType type) {
    if (common == SqlType.STRING) {
      return common;
    }
    if (!(literal.value() instanceof String text)) {
      throw noOperator(common, literal, type);
    }
    if (common.isNumeric()) {
      return wider(common, numberType(text).orElseThrow(() -> badSyntax(common, text)));
    }
    if (common == SqlType.BOOLEAN) {
      return booleanOf(text).map(value -> common).orElseThrow(() -> badSyntax(common, text));
    }
    if (common == SqlType.DATE || common == SqlType.TIME || common == SqlType.TIMESTAMP) {
      return common;
    }
    throw noOperator(common, literal, type);
  }

  private @Nullable SqlType unifyItems(Array common, Expression expression, Array type) {
    SqlType item = common.item();
    if (expression instanceof ArrayConstructor constructor) {
      try {
        for (Expression element : constructor.items()) {
          Optional<SqlType> elementType = typeOf.apply(element);
          item = elementType.isPresent() ? unify(item, element, elementType.get()) : item;
        }
        return SqlType.array(item);
      } catch (OperatorMissing e) {
        return null;
      }
    }
    return unifyPlain(item, type.item()).map(SqlType::array).orElse(null);
  }

  private @Nullable SqlType unifyEntries(MapType common, Expression expression, MapType type) {
    SqlType key = common.key();
    SqlType value = common.value();
    if (expression instanceof MapConstructor constructor) {
      try {
        for (MapEntry entry : constructor.entries()) {
          Optional<SqlType> keyType = typeOf.apply(entry.key());
          Optional<SqlType> valueType = typeOf.apply(entry.value());
          key = keyType.isPresent() ? unify(key, entry.key(), keyType.get()) : key;
          value = valueType.isPresent() ? unify(value, entry.value(), valueType.get()) : value;
        }
        return SqlType.map(key, value);
      } catch (OperatorMissing e) {
        return null;
      }
    }
    Optional<SqlType> values = unifyPlain(value, type.value());
    return unifyPlain(key, type.key())
        .flatMap(k -> values.map(v -> (SqlType) SqlType.map(k, v)))
        .orElse(null);
  }

  private @Nullable SqlType unifyFields(Struct common, Expression expression, Struct type) {
    List<Field> fields = new ArrayList<>(common.fields());
    for (Field added : type.fields()) {
      int index = common.indexOf(added.name());
      if (index < 0) {
        fields.add(added);
        continue;
      }
      Optional<SqlType> unified;
      if (expression instanceof StructConstructor constructor) {
        try {
          unified =
              Optional.of(
                  unify(
                      common.fields().get(index).type(),
                      value(constructor, added.name()),
                      added.type()));
        } catch (OperatorMissing e) {
          unified = Optional.empty();
        }
      } else {
        unified = unifyPlain(common.fields().get(index).type(), added.type());
      }
      if (unified.isEmpty()) {
        return null;
      }
      fields.set(index, new Field(added.name(), unified.get()));
    }
    return SqlType.struct(fields);
  }

  private static Expression value(StructConstructor constructor, String field) {
    for (StructField candidate : constructor.fields()) {
      if (candidate.name().equals(field)) {
        return candidate.value();
      }
    }
    throw new IllegalStateException("no field " + field);
  }

  /** Two types of which nothing but the type is known. */
  private static Optional<SqlType> unifyPlain(SqlType left, SqlType right) {
    if (left.equals(right)) {
      return Optional.of(left);
    }
    if (left.isNumeric() && right.isNumeric()) {
      return Optional.of(wider(left, right));
    }
    if (Casts.implicit(left, right).isPresent()) {
      return Optional.of(right);
    }
    return Casts.implicit(right, left).isPresent() ? Optional.of(left) : Optional.empty();
  }

  /** The narrowest number type that holds both. */
  static SqlType wider(SqlType left, SqlType right) {
    if (left == SqlType.DOUBLE || right == SqlType.DOUBLE) {
      return SqlType.DOUBLE;
    }
    if (left instanceof SqlType.Decimal || right instanceof SqlType.Decimal) {
      return Decimals.wider(Decimals.of(left), Decimals.of(right));
    }
    return left == SqlType.BIGINT || right == SqlType.BIGINT ? SqlType.BIGINT : SqlType.INTEGER;
  }

  /** The type that the digits in a text literal have. */
  private static Optional<SqlType> numberType(String text) {
    try {
      BigDecimal value = new BigDecimal(text.trim());
      if (text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
        return Optional.of(SqlType.DOUBLE);
      }
      if (value.scale() > 0) {
        return Optional.of(Decimals.ofValue(value));
      }
      int bits = value.toBigInteger().bitLength();
      return Optional.of(
          bits < Integer.SIZE
              ? SqlType.INTEGER
              : bits < Long.SIZE ? SqlType.BIGINT : Decimals.ofValue(value));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** true, yes, t, y or false, no, f, n, whatever the case. */
  static Optional<Boolean> booleanOf(String text) {
    String lower = text.trim().toLowerCase(Locale.ROOT);
    if (lower.isEmpty()) {
      return Optional.empty();
    }
    if ("true".startsWith(lower) || "yes".startsWith(lower)) {
      return Optional.of(true);
    }
    return "false".startsWith(lower) || "no".startsWith(lower)
        ? Optional.of(false)
        : Optional.empty();
  }

  private static KsqlException badSyntax(SqlType type, String text) {
    return new KsqlException(
        "invalid input syntax for type " + type.baseName() + ": \"" + text + "\"." + HINT);
  }

  private OperatorMissing noOperator(SqlType common, Expression expression, SqlType type) {
    return new OperatorMissing(
        "operator does not exist: "
            + common.toSql(true)
            + " = "
            + type.toSql(true)
            + " ("
            + format.apply(expression)
            + ")"
            + HINT);
  }

  /** Found inside a constructor, it is said again of the constructor as a whole. */
  private static final class OperatorMissing extends KsqlException {
    private static final long serialVersionUID = 1L;

    OperatorMissing(String message) {
      super(message);
    }
  }
}
