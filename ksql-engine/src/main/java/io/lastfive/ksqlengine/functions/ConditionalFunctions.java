// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.scalar;
import static io.lastfive.ksqlengine.functions.Variant.nullable;
import static io.lastfive.ksqlengine.functions.Variant.nullableFor;

import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarBody;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.SqlType.Decimal;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Choosing among values: what is not NULL, what is greatest. */
final class ConditionalFunctions {
  private static final String CATEGORY = "CONDITIONAL";

  private ConditionalFunctions() {}

  static List<Function<ScalarBody>> all() {
    return List.of(
        scalar(
            "COALESCE",
            CATEGORY,
            "Returns the first argument that is not NULL.",
            nullable("T first, T... others -> T", ConditionalFunctions::firstNonNull)),
        scalar(
            "IFNULL",
            CATEGORY,
            "Returns the first argument, or the second where the first is NULL.",
            nullable("T expression, T altValue -> T", ConditionalFunctions::firstNonNull)),
        scalar(
            "NULLIF",
            CATEGORY,
            "Returns NULL where both arguments are equal, otherwise the first.",
            nullable(
                "T expression1, T expression2 -> T",
                a -> Objects.equals(a[0], a[1]) ? null : a[0])),
        extreme("greatest", "Returns the largest argument that is not NULL.", 1),
        extreme("least", "Returns the smallest argument that is not NULL.", -1),
        scalar(
            "as_value",
            "OTHER",
            "Copies a key column into the row's value.",
            nullable("T keyColumn -> T", a -> a[0])));
  }

  private static @Nullable Object firstNonNull(@Nullable Object[] values) {
    for (Object value : values) {
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  /**
   * @param sign 1 for the largest, -1 for the smallest
   */
  private static Function<ScalarBody> extreme(String name, String description, int sign) {
    ScalarBody body = values -> extreme(values, sign);
    Stream<Variant<ScalarBody>> plain =
        Stream.of("INT", "BIGINT", "DOUBLE", "VARCHAR", "BYTES", "DATE", "TIME", "TIMESTAMP")
            .map(type -> nullable("%1$s val, %1$s... vals -> %1$s".formatted(type), body));
    Variant<ScalarBody> decimals =
        ConditionalFunctions.nullableDecimals("DECIMAL val, DECIMAL... vals -> DECIMAL", sign);
    return new Function<>(
        FunctionCatalog.Kind.SCALAR,
        name,
        "MATHEMATICAL",
        description,
        Stream.concat(plain, Stream.of(decimals)).toList());
  }

  private static Variant<ScalarBody> nullableDecimals(String signature, int sign) {
    return nullableFor(
            signature, call -> values -> Widening.widen(extreme(values, sign), call.returnType()))
        .returning(ConditionalFunctions::widest);
  }

  /** The DECIMAL that all arguments fit; every argument NULL is ambiguous before it comes here. */
  private static SqlType widest(List<@Nullable SqlType> types) {
    return types.stream()
        .filter(Decimal.class::isInstance)
        .map(Decimal.class::cast)
        .reduce(Widening::widest)
        .orElse(SqlType.decimal(1, 0));
  }

  private static @Nullable Object extreme(@Nullable Object[] values, int sign) {
    Object best = null;
    for (Object value : values) {
      if (value != null && (best == null || Order.compare(value, best) * sign > 0)) {
        best = value;
      }
    }
    return best;
  }
}
