// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.aggregate;
import static io.lastfive.ksqlengine.functions.Variant.aggregating;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.functions.FunctionCatalog.AggregateBody;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Values gathered: in lists, in sets, counted, or the one they all are. */
final class CollectFunctions {
  private static final String LIST_LIMIT = "ksql.functions.collect_list.limit";
  private static final String SET_LIMIT = "ksql.functions.collect_set.limit";
  private static final int HISTOGRAM_LIMIT = 1000;

  private CollectFunctions() {}

  static List<Function<AggregateBody>> all() {
    return List.of(
        aggregate(
            "collect_list",
            "Gathers all values, NULLs too, into an array.",
            aggregating(
                "T val -> ARRAY<T>",
                call -> new CollectList(call.returnType(), limit(call, LIST_LIMIT)))),
        aggregate(
            "collect_set",
            "Gathers the distinct values, NULL too, into an array.",
            aggregating(
                "T val -> ARRAY<T>",
                call -> new CollectSet(call.returnType(), limit(call, SET_LIMIT)))),
        aggregate(
            "HISTOGRAM",
            "Counts how often each text comes, for up to 1000 texts.",
            aggregating("VARCHAR val -> MAP<VARCHAR, BIGINT>", Histogram::new)),
        aggregate(
            "attr",
            "Returns the value that all rows have, NULL where they have several.",
            aggregating("T val -> T", Attribute::new)));
  }

  private static int limit(Call call, String property) {
    String limit = call.properties().get(property);
    if (limit == null) {
      return Integer.MAX_VALUE;
    }
    try {
      int number = Integer.parseInt(limit);
      return number < 0 ? Integer.MAX_VALUE : number;
    } catch (NumberFormatException e) {
      throw new KsqlException(
          "Invalid value " + limit + " for configuration " + property + ": a number is expected",
          e);
    }
  }

  private static final class CollectList extends Aggregation {
    private final int limit;

    CollectList(SqlType type, int limit) {
      super(type);
      this.limit = limit;
    }

    @Override
    public Object initialize() {
      return new ArrayList<>();
    }

    @Override
    public @Nullable Object add(@Nullable Object[] arguments, @Nullable Object aggregate) {
      List<@Nullable Object> values = list(aggregate);
      if (values.size() < limit) {
        values.add(arguments[0]);
      }
      return values;
    }

    @Override
    public @Nullable Object merge(@Nullable Object left, @Nullable Object right) {
      List<@Nullable Object> merged = new ArrayList<>(list(left));
      List<@Nullable Object> other = list(right);
      merged.addAll(other.subList(0, Math.min(other.size(), limit - merged.size())));
      return merged;
    }

    @Override
    public boolean supportsUndo() {
      return true;
    }

    @Override
    public @Nullable Object undo(@Nullable Object[] arguments, @Nullable Object aggregate) {
      List<@Nullable Object> values = list(aggregate);
      int last = lastIndexOf(values, arguments[0]);
      if (last >= 0) {
        values.remove(last);
      }
      return values;
    }

    private static int lastIndexOf(List<@Nullable Object> values, @Nullable Object value) {
      for (int i = values.size() - 1; i >= 0; i--) {
        if (Objects.equals(values.get(i), value)) {
          return i;
        }
      }
      return -1;
    }
  }

  private static final class CollectSet extends Aggregation {
    private final int limit;

    CollectSet(SqlType type, int limit) {
      super(type);
      this.limit = limit;
    }

    @Override
    public Object initialize() {
      return new ArrayList<>();
    }

    @Override
    public @Nullable Object add(@Nullable Object[] arguments, @Nullable Object aggregate) {
      List<@Nullable Object> values = list(aggregate);
      if (values.size() < limit && !contains(values, arguments[0])) {
        values.add(arguments[0]);
      }
      return values;
    }

    private static boolean contains(List<@Nullable Object> values, @Nullable Object value) {
      return values.stream().anyMatch(v -> Objects.equals(v, value));
    }

    @Override
    public @Nullable Object merge(@Nullable Object left, @Nullable Object right) {
      List<@Nullable Object> merged = new ArrayList<>(list(left));
      for (Object value : list(right)) {
        if (merged.size() < limit && !contains(merged, value)) {
          merged.add(value);
        }
      }
      return merged;
    }
  }

  private static final class Histogram extends Aggregation {

    Histogram(Call call) {
      super(call.returnType());
    }

    @Override
    public Object initialize() {
      return Map.of();
    }

    @Override
    public @Nullable Object add(@Nullable Object[] arguments, @Nullable Object aggregate) {
      return changed(aggregate, arguments[0], 1);
    }

    @Override
    public boolean supportsUndo() {
      return true;
    }

    @Override
    public @Nullable Object undo(@Nullable Object[] arguments, @Nullable Object aggregate) {
      return changed(aggregate, arguments[0], -1);
    }

    @Override
    public @Nullable Object merge(@Nullable Object left, @Nullable Object right) {
      Map<Object, Object> merged = new LinkedHashMap<>(counts(left));
      counts(right).forEach((text, count) -> change(merged, text, longOf(count)));
      return merged;
    }

    private static Object changed(@Nullable Object aggregate, @Nullable Object text, long by) {
      Map<Object, Object> counts = new LinkedHashMap<>(counts(aggregate));
      if (text != null) {
        change(counts, text, by);
      }
      return counts;
    }

    private static void change(Map<Object, Object> counts, Object text, long by) {
      long count = longOf(counts.get(text)) + by;
      if (count <= 0) {
        counts.remove(text);
      } else if (counts.containsKey(text) || counts.size() < HISTOGRAM_LIMIT) {
        counts.put(text, count);
      }
    }

    @SuppressWarnings("unchecked") // a MAP's value is a map
    private static Map<Object, Object> counts(@Nullable Object aggregate) {
      return aggregate == null ? Map.of() : (Map<Object, Object>) aggregate;
    }
  }

  /** Counts each distinct value, so that rows can be taken back. */
  private static final class Attribute extends Aggregation {

    Attribute(Call call) {
      super(SqlType.array(struct("VALUE", call.returnType(), "COUNT", SqlType.INTEGER)));
    }

    @Override
    public Object initialize() {
      return List.of();
    }

    @Override
    public @Nullable Object add(@Nullable Object[] arguments, @Nullable Object aggregate) {
      return changed(list(aggregate), arguments[0], 1);
    }

    @Override
    public boolean supportsUndo() {
      return true;
    }

    @Override
    public @Nullable Object undo(@Nullable Object[] arguments, @Nullable Object aggregate) {
      return changed(list(aggregate), arguments[0], -1);
    }

    @Override
    public @Nullable Object merge(@Nullable Object left, @Nullable Object right) {
      List<@Nullable Object> merged = list(left);
      for (Object entry : list(right)) {
        merged = changed(merged, structOf(entry).get(0), (int) longOf(structOf(entry).get(1)));
      }
      return merged;
    }

    @Override
    public @Nullable Object result(@Nullable Object aggregate) {
      List<@Nullable Object> entries = list(aggregate);
      return entries.size() == 1 ? structOf(entries.get(0)).get(0) : null;
    }

    private static List<@Nullable Object> changed(
        List<@Nullable Object> entries, @Nullable Object value, int by) {
      List<@Nullable Object> changed = new ArrayList<>(entries.size() + 1);
      int count = by;
      for (Object entry : entries) {
        if (Objects.equals(structOf(entry).get(0), value)) {
          count += (int) longOf(structOf(entry).get(1));
        } else {
          changed.add(entry);
        }
      }
      if (count > 0) {
        changed.add(new StructValue(value, count));
      }
      return changed;
    }
  }
}
