// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.aggregate;
import static io.lastfive.ksqlengine.functions.Variant.aggregating;

import io.lastfive.ksqlengine.functions.FunctionCatalog.AggregateBody;
import io.lastfive.ksqlengine.functions.FunctionCatalog.Kind;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.SqlType.Decimal;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counting, adding, and comparing. NULLs are left out. */
final class NumericAggregates {

  private NumericAggregates() {}

  static List<Function<AggregateBody>> all() {
    return List.of(
        aggregate(
            "COUNT",
            "Counts the rows, or those in which a column is not NULL.",
            aggregating(" -> BIGINT", call -> new Count()),
            aggregating("T val -> BIGINT", call -> new Count())),
        aggregate(
            "count_distinct",
            "Estimates the number of distinct values, with an error of about 2 %.",
            aggregating("T val -> BIGINT", call -> new CountDistinct(call.argumentType(0)))),
        aggregate(
            "SUM",
            "Adds the values.",
            aggregating("INT val -> INT", call -> new Sum(call.returnType())),
            aggregating("BIGINT val -> BIGINT", call -> new Sum(call.returnType())),
            aggregating("DOUBLE val -> DOUBLE", call -> new Sum(call.returnType())),
            aggregating("DECIMAL val -> DECIMAL", call -> new Sum(call.returnType()))),
        aggregate(
            "sum_list",
            "Adds the elements of all arrays.",
            aggregating("ARRAY<INT> list -> INT", call -> new SumList(call.returnType())),
            aggregating("ARRAY<BIGINT> list -> BIGINT", call -> new SumList(call.returnType())),
            aggregating("ARRAY<DOUBLE> list -> DOUBLE", call -> new SumList(call.returnType()))),
        extreme("MAX", "Returns the largest value.", 1),
        extreme("MIN", "Returns the smallest value.", -1));
  }

  private static Function<AggregateBody> extreme(String name, String description, int sign) {
    return new Function<>(
        Kind.AGGREGATE,
        name,
        "AGGREGATE",
        description,
        Stream.of(
                "BIGINT",
                "INT",
                "DOUBLE",
                "DECIMAL",
                "BYTES",
                "DATE",
                "TIME",
                "TIMESTAMP",
                "VARCHAR")
            .map(
                type ->
                    aggregating(
                        "%1$s val -> %1$s".formatted(type),
                        call -> new Extreme(call.returnType(), sign)))
            .toList());
  }

  private static final class Count extends Aggregation {

    Count() {
      super(SqlType.BIGINT);
    }

    @Override
    public Object initialize() {
      return 0L;
    }

    @Override
    public @Nullable Object add(@Nullable Object[] arguments, @Nullable Object aggregate) {
      return longOf(aggregate) + counted(arguments);
    }

    @Override
    public @Nullable Object merge(@Nullable Object left, @Nullable Object right) {
      return longOf(left) + longOf(right);
    }

    @Override
    public boolean supportsUndo() {
      return true;
    }

    @Override
    public @Nullable Object undo(@Nullable Object[] arguments, @Nullable Object aggregate) {
      return longOf(aggregate) - counted(arguments);
    }

    private static int counted(@Nullable Object[] arguments) {
      return arguments.length > 0 && arguments[0] == null ? 0 : 1;
    }
  }

  private static final class CountDistinct extends Aggregation {

    private final SqlType type;

    CountDistinct(SqlType type) {
      super(SqlType.array(SqlType.INTEGER));
      this.type = type;
    }

    @Override
    public Object initialize() {
      return HyperLogLog.empty();
    }

    @Override
    public @Nullable Object add(@Nullable Object[] arguments, @Nullable Object aggregate) {
      return arguments[0] == null
          ? aggregate
          : HyperLogLog.add(integers(aggregate), JsonText.of(arguments[0], type));
    }

    @Override
    public @Nullable Object merge(@Nullable Object left, @Nullable Object right) {
      return HyperLogLog.merge(integers(left), integers(right));
    }

    @Override
    public @Nullable Object result(@Nullable Object aggregate) {
      return HyperLogLog.estimate(integers(aggregate));
    }

    @SuppressWarnings("unchecked") // the aggregate is an ARRAY<INTEGER>
    private static List<Integer> integers(@Nullable Object aggregate) {
      return aggregate == null ? HyperLogLog.empty() : (List<Integer>) aggregate;
    }
  }

  /** Numbers of one type, added and subtracted as that type. */
  private record Arithmetic(
      Object zero, BinaryOperator<Object> plus, UnaryOperator<Object> negated) {

    static Arithmetic of(SqlType type) {
      if (type == SqlType.INTEGER) {
        return new Arithmetic(0, (a, b) -> (int) a + (int) b, a -> -(int) a);
      }
      if (type == SqlType.BIGINT) {
        return new Arithmetic(0L, (a, b) -> (long) a + (long) b, a -> -(long) a);
      }
      if (type instanceof Decimal decimal) {
        return new Arithmetic(
            BigDecimal.ZERO.setScale(decimal.scale()),
            (a, b) -> fitting(((BigDecimal) a).add((BigDecimal) b), decimal),
            a -> ((BigDecimal) a).negate());
      }
      return new Arithmetic(0.0, (a, b) -> (double) a + (double) b, a -> -(double) a);
    }

    private static BigDecimal fitting(BigDecimal sum, Decimal type) {
      if (sum.precision() > type.precision()) {
        throw new FunctionException(
            "Numeric field overflow: A field with precision %d and scale %d must round to an"
                    .formatted(type.precision(), type.scale())
                + " absolute value less than 10^"
                + (type.precision() - type.scale())
                + ".");
      }
      return sum;
    }
  }

  private static final class Sum extends Aggregation {
    private final Arithmetic numbers;

    Sum(SqlType type) {
      super(type);
      numbers = Arithmetic.of(type);
    }

    @Override
    public Object initialize() {
      return numbers.zero();
    }

    @Override
    public @Nullable Object add(@Nullable Object[] arguments, @Nullable Object aggregate) {
      return plus(aggregate, arguments[0]);
    }

    @Override
    public @Nullable Object merge(@Nullable Object left, @Nullable Object right) {
      return plus(left, right);
    }

    @Override
    public boolean supportsUndo() {
      return true;
    }

    @Override
    public @Nullable Object undo(@Nullable Object[] arguments, @Nullable Object aggregate) {
      return arguments[0] == null
          ? aggregate
          : plus(aggregate, numbers.negated().apply(arguments[0]));
    }

    private @Nullable Object plus(@Nullable Object left, @Nullable Object right) {
      if (left == null || right == null) {
        return left == null ? right : left;
      }
      return numbers.plus().apply(left, right);
    }
  }

  private static final class SumList extends Aggregation {
    private final Sum sum;

    SumList(SqlType type) {
      super(type);
      sum = new Sum(type);
    }

    @Override
    public Object initialize() {
      return sum.initialize();
    }

    @Override
    public @Nullable Object add(@Nullable Object[] arguments, @Nullable Object aggregate) {
      Object total = aggregate;
      for (Object element : elements(arguments[0])) {
        total = sum.add(new Object[] {element}, total);
      }
      return total;
    }

    @Override
    public @Nullable Object merge(@Nullable Object left, @Nullable Object right) {
      return sum.merge(left, right);
    }

    @Override
    public boolean supportsUndo() {
      return true;
    }

    @Override
    public @Nullable Object undo(@Nullable Object[] arguments, @Nullable Object aggregate) {
      Object total = aggregate;
      for (Object element : elements(arguments[0])) {
        total = sum.undo(new Object[] {element}, total);
      }
      return total;
    }

    private static List<Object> elements(@Nullable Object array) {
      List<Object> elements = new ArrayList<>();
      for (Object element : list(array)) {
        if (element != null) {
          elements.add(element);
        }
      }
      return elements;
    }
  }

  private static final class Extreme extends Aggregation {
    private final int sign;

    /**
     * @param sign 1 for the largest, -1 for the smallest
     */
    Extreme(SqlType type, int sign) {
      super(type);
      this.sign = sign;
    }

    @Override
    public @Nullable Object initialize() {
      return null;
    }

    @Override
    public @Nullable Object add(@Nullable Object[] arguments, @Nullable Object aggregate) {
      return larger(aggregate, arguments[0]);
    }

    @Override
    public @Nullable Object merge(@Nullable Object left, @Nullable Object right) {
      return larger(left, right);
    }

    private @Nullable Object larger(@Nullable Object known, @Nullable Object other) {
      if (known == null || other == null) {
        return known == null ? other : known;
      }
      return Order.compare(other, known) * sign > 0 ? other : known;
    }
  }
}
