// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Variant.aggregating;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.functions.FunctionCatalog.AggregateBody;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The first or last values as they arrive. Each is kept with a number that grows with arrival, so
 * that sessions can be joined in the order of their values.
 */
final class OffsetFunctions {
  private static final String SEQUENCE = "SEQ";
  private static final String VALUE = "VAL";

  private OffsetFunctions() {}

  static List<Function<AggregateBody>> all() {
    return List.of(
        byOffset("EARLIEST_BY_OFFSET", "the first value", "earliestN", false),
        byOffset("LATEST_BY_OFFSET", "the last value", "latestN", true));
  }

  private static Function<AggregateBody> byOffset(
      String name, String what, String count, boolean latest) {
    String many = "T val, INT " + count;
    return new Function<>(
        FunctionCatalog.Kind.AGGREGATE,
        name,
        "AGGREGATE",
        "Returns " + what + " of a column in the order of arrival, or the n values.",
        List.of(
            aggregating("T val -> T", call -> new One(call, latest, true)),
            aggregating(
                    "T val, BOOLEAN ignoreNulls -> T",
                    call -> new One(call, latest, ignoresNulls(call, 1)))
                .withSettings(1),
            aggregating(many + " -> ARRAY<T>", call -> new Several(call, count, latest, true))
                .withSettings(1),
            aggregating(
                    many + ", BOOLEAN ignoreNulls -> ARRAY<T>",
                    call -> new Several(call, count, latest, ignoresNulls(call, 2)))
                .withSettings(2)));
  }

  private static boolean ignoresNulls(Call call, int index) {
    return !Boolean.FALSE.equals(call.constants().get(index));
  }

  /** Numbers that go on growing after a restart, as long as the clock does not go back. */
  private static final class Arrival {
    private final AtomicLong last = new AtomicLong();

    long next() {
      long now = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
      return last.updateAndGet(previous -> Math.max(previous + 1, now));
    }
  }

  private static SqlType.Struct numbered(SqlType value) {
    return Aggregation.struct(SEQUENCE, SqlType.BIGINT, VALUE, value);
  }

  private static long sequence(@Nullable Object numbered) {
    return Aggregation.longOf(Aggregation.structOf(numbered).get(0));
  }

  /** One value: an empty aggregate is null. */
  private static final class One extends Aggregation {
    private final Arrival arrival = new Arrival();
    private final boolean latest;
    private final boolean ignoreNulls;

    One(Call call, boolean latest, boolean ignoreNulls) {
      super(numbered(call.returnType()));
      this.latest = latest;
      this.ignoreNulls = ignoreNulls;
    }

    @Override
    public @Nullable Object initialize() {
      return null;
    }

    @Override
    public @Nullable Object add(@Nullable Object[] arguments, @Nullable Object aggregate) {
      boolean skipped = (arguments[0] == null && ignoreNulls) || (aggregate != null && !latest);
      return skipped ? aggregate : new StructValue(arrival.next(), arguments[0]);
    }

    @Override
    public @Nullable Object merge(@Nullable Object left, @Nullable Object right) {
      if (left == null || right == null) {
        return left == null ? right : left;
      }
      return sequence(left) > sequence(right) == latest ? left : right;
    }

    @Override
    public @Nullable Object result(@Nullable Object aggregate) {
      return aggregate == null ? null : structOf(aggregate).get(1);
    }
  }

  /** Several values, in the order in which they came. */
  private static final class Several extends Aggregation {
    private static final Comparator<@Nullable Object> BY_ARRIVAL =
        Comparator.comparingLong(OffsetFunctions::sequence);

    private final Arrival arrival = new Arrival();
    private final int size;
    private final boolean latest;
    private final boolean ignoreNulls;

    Several(Call call, String setting, boolean latest, boolean ignoreNulls) {
      super(SqlType.array(numbered(((SqlType.Array) call.returnType()).item())));
      this.size = call.constants().get(1) instanceof Integer n ? n : 0;
      if (size < 1) {
        throw new KsqlException(setting + " must be 1 or greater");
      }
      this.latest = latest;
      this.ignoreNulls = ignoreNulls;
    }

    @Override
    public Object initialize() {
      return List.of();
    }

    @Override
    public @Nullable Object add(@Nullable Object[] arguments, @Nullable Object aggregate) {
      List<@Nullable Object> values = list(aggregate);
      if ((arguments[0] == null && ignoreNulls) || (!latest && values.size() == size)) {
        return values;
      }
      List<@Nullable Object> added = new ArrayList<>(values);
      added.add(new StructValue(arrival.next(), arguments[0]));
      return kept(added);
    }

    @Override
    public @Nullable Object merge(@Nullable Object left, @Nullable Object right) {
      List<@Nullable Object> merged = new ArrayList<>(list(left));
      merged.addAll(list(right));
      merged.sort(BY_ARRIVAL);
      return kept(merged);
    }

    private List<@Nullable Object> kept(List<@Nullable Object> values) {
      int surplus = Math.max(values.size() - size, 0);
      return latest
          ? values.subList(surplus, values.size())
          : values.subList(0, values.size() - surplus);
    }

    @Override
    public @Nullable Object result(@Nullable Object aggregate) {
      List<@Nullable Object> values = new ArrayList<>();
      for (Object numbered : list(aggregate)) {
        values.add(structOf(numbered).get(1));
      }
      return values;
    }
  }
}
