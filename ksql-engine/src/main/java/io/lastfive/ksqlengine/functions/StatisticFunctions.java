// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.aggregate;
import static io.lastfive.ksqlengine.functions.Variant.aggregating;

import io.lastfive.ksqlengine.functions.FunctionCatalog.AggregateBody;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Means, deviations and correlations, computed in DOUBLE. Rows with a NULL are left out. */
final class StatisticFunctions {

  private StatisticFunctions() {}

  static List<Function<AggregateBody>> all() {
    return List.of(
        ofNumber("AVG", "Returns the mean.", call -> new Average()),
        ofNumber(
            "stddev_samp",
            "Returns the sample variance, as ksqlDB does under this name; STDDEV_SAMPLE is its"
                + " root.",
            call -> new Deviation(false)),
        ofNumber(
            "stddev_sample", "Returns the sample standard deviation.", call -> new Deviation(true)),
        aggregate(
            "correlation",
            "Returns the Pearson correlation of two columns.",
            aggregating("BIGINT x, BIGINT y -> DOUBLE", call -> new Correlation()),
            aggregating("INT x, INT y -> DOUBLE", call -> new Correlation()),
            aggregating("DOUBLE x, DOUBLE y -> DOUBLE", call -> new Correlation())));
  }

  private static Function<AggregateBody> ofNumber(
      String name, String description, Variant.Binder<AggregateBody> binder) {
    return aggregate(
        name,
        description,
        aggregating("BIGINT val -> DOUBLE", binder),
        aggregating("INT val -> DOUBLE", binder),
        aggregating("DOUBLE val -> DOUBLE", binder));
  }

  /** An aggregate that is a STRUCT of one BIGINT, the count, and sums in DOUBLE. */
  private abstract static class Sums extends Aggregation {
    private final int sums;

    Sums(String... names) {
      super(SqlType.struct(fields(names)));
      sums = names.length;
    }

    private static List<SqlType.Field> fields(String... names) {
      List<SqlType.Field> fields = new ArrayList<>();
      fields.add(new SqlType.Field("COUNT", SqlType.BIGINT));
      for (String name : names) {
        fields.add(new SqlType.Field(name, SqlType.DOUBLE));
      }
      return fields;
    }

    /** Changes the sums for a row that comes, or for one that goes where the sign is -1. */
    abstract void change(double[] totals, long countAfter, double[] row, int sign);

    /** Joins the second's sums into the first's. */
    void join(double[] left, long leftCount, double[] right, long rightCount) {
      for (int i = 0; i < left.length; i++) {
        left[i] += right[i];
      }
    }

    abstract double result(double[] totals, long count);

    @Override
    public final Object initialize() {
      return aggregate(0, new double[sums]);
    }

    @Override
    public final @Nullable Object add(@Nullable Object[] arguments, @Nullable Object aggregate) {
      return changed(arguments, aggregate, 1);
    }

    @Override
    public final boolean supportsUndo() {
      return true;
    }

    @Override
    public final @Nullable Object undo(@Nullable Object[] arguments, @Nullable Object aggregate) {
      return changed(arguments, aggregate, -1);
    }

    @Override
    public final @Nullable Object merge(@Nullable Object left, @Nullable Object right) {
      double[] totals = totals(left);
      join(totals, count(left), totals(right), count(right));
      return aggregate(count(left) + count(right), totals);
    }

    @Override
    public final @Nullable Object result(@Nullable Object aggregate) {
      return result(totals(aggregate), count(aggregate));
    }

    private @Nullable Object changed(
        @Nullable Object[] arguments, @Nullable Object aggregate, int sign) {
      double[] row = new double[arguments.length];
      for (int i = 0; i < row.length; i++) {
        if (arguments[i] == null) {
          return aggregate;
        }
        row[i] = doubleOf(arguments[i]);
      }
      double[] totals = totals(aggregate);
      long count = count(aggregate) + sign;
      change(totals, count, row, sign);
      return aggregate(count, totals);
    }

    private static Object aggregate(long count, double[] totals) {
      @Nullable Object[] values = new Object[totals.length + 1];
      values[0] = count;
      for (int i = 0; i < totals.length; i++) {
        values[i + 1] = totals[i];
      }
      return new StructValue(values);
    }

    private static long count(@Nullable Object aggregate) {
      return longOf(structOf(aggregate).get(0));
    }

    private double[] totals(@Nullable Object aggregate) {
      double[] totals = new double[sums];
      for (int i = 0; i < sums; i++) {
        totals[i] = doubleOf(structOf(aggregate).get(i + 1));
      }
      return totals;
    }
  }

  private static final class Average extends Sums {

    Average() {
      super("SUM");
    }

    @Override
    void change(double[] totals, long countAfter, double[] row, int sign) {
      totals[0] += sign * row[0];
    }

    @Override
    double result(double[] totals, long count) {
      return count == 0 ? 0 : totals[0] / count;
    }
  }

  /** Youngs and Cramer's sum of squared deviations, which does not cancel as a sum of squares. */
  private static final class Deviation extends Sums {
    private final boolean root;

    Deviation(boolean root) {
      super("SUM", "M2");
      this.root = root;
    }

    @Override
    void change(double[] totals, long countAfter, double[] row, int sign) {
      long larger = sign > 0 ? countAfter : countAfter + 1;
      double sum = sign > 0 ? totals[0] + row[0] : totals[0];
      if (larger > 1) {
        double distance = row[0] * larger - sum;
        totals[1] += sign * (distance * distance / (larger * (larger - 1)));
      }
      totals[0] += sign * row[0];
    }

    @Override
    void join(double[] left, long leftCount, double[] right, long rightCount) {
      if (leftCount > 0 && rightCount > 0) {
        double distance = left[0] / leftCount - right[0] / rightCount;
        left[1] += distance * distance * leftCount * rightCount / (leftCount + rightCount);
      }
      super.join(left, leftCount, right, rightCount);
    }

    @Override
    double result(double[] totals, long count) {
      double variance = count < 2 ? 0 : totals[1] / (count - 1);
      return root ? Math.sqrt(variance) : variance;
    }
  }

  private static final class Correlation extends Sums {

    Correlation() {
      super("SUM_X", "SUM_Y", "SUM_XX", "SUM_YY", "SUM_XY");
    }

    @Override
    void change(double[] totals, long countAfter, double[] row, int sign) {
      double x = row[0];
      double y = row[1];
      totals[0] += sign * x;
      totals[1] += sign * y;
      totals[2] += sign * x * x;
      totals[3] += sign * y * y;
      totals[4] += sign * x * y;
    }

    @Override
    double result(double[] totals, long count) {
      double x = totals[0];
      double y = totals[1];
      return (count * totals[4] - x * y)
          / Math.sqrt((count * totals[2] - x * x) * (count * totals[3] - y * y));
    }
  }
}
