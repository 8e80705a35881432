// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.scalar;
import static io.lastfive.ksqlengine.functions.Variant.nullable;
import static io.lastfive.ksqlengine.functions.Variant.strict;
import static io.lastfive.ksqlengine.functions.Variant.strictFor;

import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarBody;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.SqlType.Decimal;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Numbers. DECIMAL stays exact; only what has no exact result is DOUBLE. */
final class MathFunctions {
  private static final String CATEGORY = "MATHEMATICAL";
  private static final double EARTH_RADIUS_KM = 6371;
  private static final double EARTH_RADIUS_MILES = 3959;

  private MathFunctions() {}

  static List<Function<ScalarBody>> all() {
    return List.of(
        scalar(
            "abs",
            CATEGORY,
            "Returns the absolute value.",
            strict("INT val -> INT", a -> Math.abs((int) a[0])),
            strict("BIGINT val -> BIGINT", a -> Math.abs((long) a[0])),
            strict("DOUBLE val -> DOUBLE", a -> Math.abs((double) a[0])),
            strict("DECIMAL val -> DECIMAL", a -> ((BigDecimal) a[0]).abs())),
        scalar(
            "ceil",
            CATEGORY,
            "Returns the smallest whole number that is not smaller.",
            strict("INT val -> INT", a -> a[0]),
            strict("BIGINT val -> BIGINT", a -> a[0]),
            strict("DOUBLE val -> DOUBLE", a -> Math.ceil((double) a[0])),
            strictFor("DECIMAL val -> DECIMAL", toWhole(RoundingMode.CEILING))),
        scalar(
            "floor",
            CATEGORY,
            "Returns the largest whole number that is not larger.",
            strict("INT val -> INT", a -> a[0]),
            strict("BIGINT val -> BIGINT", a -> a[0]),
            strict("DOUBLE val -> DOUBLE", a -> Math.floor((double) a[0])),
            strictFor("DECIMAL val -> DECIMAL", toWhole(RoundingMode.FLOOR))),
        cutting(
            "round",
            "Rounds to a number of decimal places, halves up; to a whole number by default.",
            Rounding.HALF_UP,
            1),
        cutting(
            "trunc",
            "Cuts to a number of decimal places, towards zero; to a whole number by default.",
            Rounding.DOWN,
            0),
        scalar(
            "sign",
            CATEGORY,
            "Returns -1, 0 or 1 as the number is negative, zero or positive.",
            strict("INT value -> INT", a -> Integer.signum((int) a[0])),
            strict("BIGINT value -> INT", a -> Long.signum((long) a[0])),
            strict("DOUBLE value -> INT", a -> (int) Math.signum((double) a[0]))),
        onDouble("acos", "Returns the arc cosine, in radians.", Math::acos),
        onDouble("asin", "Returns the arc sine, in radians.", Math::asin),
        onDouble("atan", "Returns the arc tangent, in radians.", Math::atan),
        onDoubles("atan2", "Returns the arc tangent of y / x, in radians.", "y", "x", Math::atan2),
        onDouble("cbrt", "Returns the cube root.", Math::cbrt),
        onDouble("cos", "Returns the cosine of radians.", Math::cos),
        onDouble("cosh", "Returns the hyperbolic cosine of radians.", Math::cosh),
        onDouble("cot", "Returns the cotangent of radians.", x -> 1 / Math.tan(x)),
        onDouble("degrees", "Converts radians to degrees.", Math::toDegrees),
        onDouble("exp", "Returns e raised to a power.", Math::exp),
        onDouble("ln", "Returns the natural logarithm.", Math::log),
        logarithm(),
        onDoubles("power", "Raises a base to a power.", "base", "exponent", Math::pow),
        onDouble("radians", "Converts degrees to radians.", Math::toRadians),
        onDouble("sin", "Returns the sine of radians.", Math::sin),
        onDouble("sinh", "Returns the hyperbolic sine of radians.", Math::sinh),
        onDouble("sqrt", "Returns the square root.", Math::sqrt),
        onDouble("tan", "Returns the tangent of radians.", Math::tan),
        onDouble("tanh", "Returns the hyperbolic tangent of radians.", Math::tanh),
        scalar("pi", CATEGORY, "Returns pi.", nullable(" -> DOUBLE", a -> Math.PI)),
        scalar(
            "random",
            CATEGORY,
            "Returns a random number from 0, and less than 1.",
            nullable(" -> DOUBLE", a -> ThreadLocalRandom.current().nextDouble())),
        scalar(
            "geo_distance",
            "OTHER",
            "Returns the great-circle distance between two points given in degrees, in km unless"
                + " the unit is miles.",
            strict(
                "DOUBLE lat1, DOUBLE lon1, DOUBLE lat2, DOUBLE lon2 -> DOUBLE",
                a -> distance(a, EARTH_RADIUS_KM)),
            strict(
                "DOUBLE lat1, DOUBLE lon1, DOUBLE lat2, DOUBLE lon2, VARCHAR units -> DOUBLE",
                a -> distance(a, radius((String) a[4])))));
  }

  private static Function<ScalarBody> onDouble(
      String name, String description, DoubleUnaryOperator operator) {
    ScalarBody body = a -> operator.applyAsDouble(((Number) a[0]).doubleValue());
    return scalar(
        name,
        CATEGORY,
        description,
        strict("INT value -> DOUBLE", body),
        strict("BIGINT value -> DOUBLE", body),
        strict("DOUBLE value -> DOUBLE", body));
  }

  private static Function<ScalarBody> onDoubles(
      String name, String description, String left, String right, DoubleBinaryOperator operator) {
    String signature = "%3$s %1$s, %3$s %2$s -> DOUBLE";
    ScalarBody body = onDoubles(operator);
    return scalar(
        name,
        CATEGORY,
        description,
        strict(signature.formatted(left, right, "INT"), body),
        strict(signature.formatted(left, right, "BIGINT"), body),
        strict(signature.formatted(left, right, "DOUBLE"), body));
  }

  private static ScalarBody onDoubles(DoubleBinaryOperator operator) {
    return a ->
        operator.applyAsDouble(((Number) a[0]).doubleValue(), ((Number) a[1]).doubleValue());
  }

  private static Function<ScalarBody> logarithm() {
    ScalarBody decimal = a -> Math.log10(((Number) a[0]).doubleValue());
    ScalarBody toBase = onDoubles(MathFunctions::logarithm);
    return scalar(
        "log",
        CATEGORY,
        "Returns the logarithm to a base, to base 10 where none is given.",
        strict("INT value -> DOUBLE", decimal),
        strict("BIGINT value -> DOUBLE", decimal),
        strict("DOUBLE value -> DOUBLE", decimal),
        strict("INT base, INT value -> DOUBLE", toBase),
        strict("BIGINT base, BIGINT value -> DOUBLE", toBase),
        strict("DOUBLE base, DOUBLE value -> DOUBLE", toBase));
  }

  private static double logarithm(double base, double value) {
    return base <= 0 || base == 1 ? Double.NaN : Math.log(value) / Math.log(base);
  }

  private static Variant.Binder<ScalarBody> toWhole(RoundingMode mode) {
    return call -> {
      int scale = ((Decimal) call.returnType()).scale();
      return a -> ((BigDecimal) a[0]).setScale(0, mode).setScale(scale, RoundingMode.UNNECESSARY);
    };
  }

  /** How digits are dropped: halves go up, towards the positive, or all digits go. */
  private enum Rounding {
    HALF_UP,
    DOWN;

    BigDecimal apply(BigDecimal value, int places) {
      if (this == DOWN) {
        return value.setScale(places, RoundingMode.DOWN);
      }
      return value.setScale(
          places, value.signum() < 0 ? RoundingMode.HALF_DOWN : RoundingMode.HALF_UP);
    }
  }

  private static Function<ScalarBody> cutting(
      String name, String description, Rounding rounding, int carry) {
    return scalar(
        name,
        CATEGORY,
        description,
        strict("INT val -> INT", a -> a[0]),
        strict("BIGINT val -> BIGINT", a -> a[0]),
        strict("DOUBLE val -> BIGINT", a -> toWhole((double) a[0], rounding)),
        strict("DECIMAL val -> DECIMAL", a -> rounding.apply((BigDecimal) a[0], 0))
            .returning(types -> wholePart(types.get(0), carry)),
        strict(
            "DOUBLE val, INT decimalPlaces -> DOUBLE",
            a -> {
              double value = (double) a[0];
              return Double.isFinite(value)
                  ? rounding.apply(BigDecimal.valueOf(value), (int) a[1]).doubleValue()
                  : value;
            }),
        strictFor(
            "DECIMAL val, INT decimalPlaces -> DECIMAL",
            call -> {
              int scale = ((Decimal) call.returnType()).scale();
              return a ->
                  rounding
                      .apply((BigDecimal) a[0], Math.min((int) a[1], scale))
                      .setScale(scale, RoundingMode.UNNECESSARY);
            }));
  }

  private static long toWhole(double value, Rounding rounding) {
    return rounding == Rounding.HALF_UP ? Math.round(value) : (long) value;
  }

  private static SqlType wholePart(@Nullable SqlType type, int carry) {
    if (type instanceof Decimal decimal && decimal.scale() > 0) {
      return SqlType.decimal(Math.max(decimal.precision() - decimal.scale() + carry, 1), 0);
    }
    return type == null ? SqlType.decimal(1, 0) : type;
  }

  private static double radius(String unit) {
    return switch (unit.toUpperCase(Locale.ROOT)) {
      case "KM", "KILOMETER", "KILOMETERS" -> EARTH_RADIUS_KM;
      case "MI", "MILE", "MILES" -> EARTH_RADIUS_MILES;
      default ->
          throw new FunctionException(
              "GEO_DISTANCE does not know the unit '" + unit + "'. Units: KM, MILES.");
    };
  }

  /** The haversine formula, in ksqlDB's order of operations, so that the last digit is its. */
  private static double distance(@Nullable Object[] a, double radius) {
    double latitude1 = degrees(a[0], 90, "latitude");
    double longitude1 = degrees(a[1], 180, "longitude");
    double latitude2 = degrees(a[2], 90, "latitude");
    double longitude2 = degrees(a[3], 180, "longitude");
    double latitudeSine = Math.sin(radians(latitude2 - latitude1) / 2);
    double longitudeSine = Math.sin(radians(longitude2 - longitude1) / 2);
    double chord =
        latitudeSine * latitudeSine
            + longitudeSine
                * longitudeSine
                * Math.cos(radians(latitude1))
                * Math.cos(radians(latitude2));
    return radius * 2 * Math.asin(Math.sqrt(chord));
  }

  private static double radians(double degrees) {
    return degrees / 180 * Math.PI;
  }

  private static double degrees(@Nullable Object value, double limit, String what) {
    double degrees = value == null ? 0 : (double) value;
    if (Math.abs(degrees) > limit) {
      throw new FunctionException(
          "GEO_DISTANCE takes a " + what + " between -" + limit + " and " + limit + ".");
    }
    return degrees;
  }
}
