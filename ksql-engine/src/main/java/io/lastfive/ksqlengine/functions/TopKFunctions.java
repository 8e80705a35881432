// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.aggregate;
import static io.lastfive.ksqlengine.functions.Variant.aggregating;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.functions.FunctionCatalog.AggregateBody;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import io.lastfive.ksqlengine.types.TextList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The k largest values, best first: TOPKDISTINCT keeps each once, TOPK with what comes along. */
final class TopKFunctions {

  private TopKFunctions() {}

  static List<Function<AggregateBody>> all() {
    return List.of(
        new Function<>(
            FunctionCatalog.Kind.AGGREGATE,
            "TOPKDISTINCT",
            "AGGREGATE",
            "Computes the top k distinct values for a column, per key.",
            List.of(
                distinct("BIGINT", "a long"),
                distinct("INT", "an integer"),
                distinct("DOUBLE", "a double"),
                distinct("DECIMAL", "a decimal").returning(TopKFunctions::arrayOfFirst),
                distinct("BYTES", "a bytes"),
                distinct("DATE", "a date"),
                distinct("TIME", "a time"),
                distinct("TIMESTAMP", "a timestamp"),
                aggregating(
                        "VARCHAR val1, INT k -> ARRAY<VARCHAR>",
                        call -> new TopKDistinctTexts(call.returnType(), size(call)))
                    .withSettings(1)
                    .about("Calculates the top k distinct values for a string column, per key."))),
        aggregate(
            "TOPK",
            "Computes the top k values for a column, per key; other columns come along.",
            top("BIGINT"),
            top("INT"),
            top("DOUBLE"),
            top("VARCHAR"),
            topWithColumns("BIGINT"),
            topWithColumns("INT"),
            topWithColumns("DOUBLE"),
            topWithColumns("VARCHAR")));
  }

  private static Variant<AggregateBody> distinct(String type, String what) {
    return aggregating(
            "%1$s val1, INT k -> ARRAY<%1$s>".formatted(type),
            call -> new TopKDistinct(call.returnType(), size(call)))
        .withSettings(1)
        .about("Calculates the top k distinct values for " + what + " column, per key.");
  }

  private static Variant<AggregateBody> top(String type) {
    return aggregating(
            "%1$s val, INT k -> ARRAY<%1$s>".formatted(type),
            call -> new TopK(call.returnType(), size(call), false))
        .withSettings(1);
  }

  private static Variant<AggregateBody> topWithColumns(String type) {
    return aggregating(
            "%s sortCol, ANY... otherCols, INT k -> ARRAY<T>".formatted(type),
            call -> new TopK(call.returnType(), size(call), true))
        .withSettings(1)
        .returning(TopKFunctions::arrayOfColumns);
  }

  private static SqlType arrayOfFirst(List<@Nullable SqlType> types) {
    SqlType first = types.get(0);
    return SqlType.array(first == null ? SqlType.decimal(1, 0) : first);
  }

  /** {@code ARRAY<STRUCT<sort_col, col0, col1 ...>>}; a NULL literal counts as text. */
  private static SqlType arrayOfColumns(List<@Nullable SqlType> types) {
    List<SqlType.Field> fields = new ArrayList<>();
    for (int i = 0; i < types.size() - 1; i++) {
      SqlType type = types.get(i);
      fields.add(
          new SqlType.Field(
              i == 0 ? "sort_col" : "col" + (i - 1), type == null ? SqlType.STRING : type));
    }
    return SqlType.array(SqlType.struct(fields));
  }

  private static int size(Call call) {
    Object k = call.constants().get(call.constants().size() - 1);
    if (!(k instanceof Integer size) || size < 1) {
      throw new KsqlException("The number of values to keep must be 1 or greater.");
    }
    return size;
  }

  /**
   * A join-semilattice: a value that comes again, or in another order, changes nothing. A value
   * that does not make it into a full list costs one comparison.
   */
  private static final class TopKDistinct extends Aggregation {
    private final int size;

    TopKDistinct(SqlType type, int size) {
      super(type);
      this.size = size;
    }

    @Override
    public Object initialize() {
      return List.of();
    }

    @Override
    public @Nullable Object add(@Nullable Object[] arguments, @Nullable Object aggregate) {
      return insert(arguments[0], list(aggregate));
    }

    @Override
    public @Nullable Object merge(@Nullable Object left, @Nullable Object right) {
      List<@Nullable Object> merged = list(left);
      for (Object value : list(right)) {
        merged = insert(value, merged);
      }
      return merged;
    }

    private List<@Nullable Object> insert(@Nullable Object value, List<@Nullable Object> top) {
      int kept = top.size();
      if (value == null || (kept == size && Order.compare(value, item(top, kept - 1)) <= 0)) {
        return top;
      }
      int at = 0;
      for (; at < kept; at++) {
        int order = Order.compare(value, item(top, at));
        if (order == 0) {
          return top;
        }
        if (order > 0) {
          break;
        }
      }
      List<@Nullable Object> result = new ArrayList<>(size);
      result.addAll(top.subList(0, at));
      result.add(value);
      result.addAll(top.subList(at, Math.min(kept, size - 1)));
      return result;
    }
  }

  /** The same of texts, which stay as the store has them. */
  private static final class TopKDistinctTexts extends Aggregation {
    private final int size;

    TopKDistinctTexts(SqlType type, int size) {
      super(type);
      this.size = size;
    }

    @Override
    public Object initialize() {
      return TextList.EMPTY;
    }

    @Override
    public boolean takesTextLists() {
      return true;
    }

    @Override
    public @Nullable Object add(@Nullable Object[] arguments, @Nullable Object aggregate) {
      TextList top = texts(aggregate);
      return arguments[0] == null ? top : insert(TextList.encode((String) arguments[0]), top);
    }

    @Override
    public @Nullable Object merge(@Nullable Object left, @Nullable Object right) {
      TextList merged = texts(left);
      for (Object text : list(right)) {
        merged = insert(TextList.encode((String) text), merged);
      }
      return merged;
    }

    private static TextList texts(@Nullable Object aggregate) {
      return aggregate instanceof TextList texts ? texts : TextList.of(list(aggregate));
    }

    private TextList insert(byte[] text, TextList top) {
      int kept = top.size();
      if (kept == size && top.compare(text, kept - 1) <= 0) {
        return top;
      }
      int at = 0;
      for (; at < kept; at++) {
        int order = top.compare(text, at);
        if (order == 0) {
          return top;
        }
        if (order > 0) {
          break;
        }
      }
      return top.with(text, at, size);
    }
  }

  /** Of equal values the one that came first stays first. */
  private static final class TopK extends Aggregation {
    private final int size;
    private final boolean columns;

    /**
     * @param columns whether each entry is a STRUCT of the sorted value and the other columns
     */
    TopK(SqlType type, int size, boolean columns) {
      super(type);
      this.size = size;
      this.columns = columns;
    }

    @Override
    public Object initialize() {
      return List.of();
    }

    @Override
    public @Nullable Object add(@Nullable Object[] arguments, @Nullable Object aggregate) {
      Object value = arguments[0];
      List<@Nullable Object> top = list(aggregate);
      if (value == null
          || (top.size() == size && Order.compare(value, sorted(top, size - 1)) <= 0)) {
        return top;
      }
      return insert(
          columns ? new StructValue(Arrays.copyOf(arguments, arguments.length - 1)) : value,
          value,
          top);
    }

    @Override
    public @Nullable Object merge(@Nullable Object left, @Nullable Object right) {
      List<@Nullable Object> merged = list(left);
      List<@Nullable Object> other = list(right);
      for (int i = 0; i < other.size(); i++) {
        merged = insert(item(other, i), sorted(other, i), merged);
      }
      return merged;
    }

    private List<@Nullable Object> insert(Object entry, Object value, List<@Nullable Object> top) {
      int at = 0;
      while (at < top.size() && Order.compare(value, sorted(top, at)) <= 0) {
        at++;
      }
      if (at == size) {
        return top;
      }
      List<@Nullable Object> result = new ArrayList<>(size);
      result.addAll(top.subList(0, at));
      result.add(entry);
      result.addAll(top.subList(at, Math.min(top.size(), size - 1)));
      return result;
    }

    private Object sorted(List<@Nullable Object> top, int index) {
      Object entry = item(top, index);
      return columns ? Objects.requireNonNull(((StructValue) entry).get(0)) : entry;
    }
  }

  private static Object item(List<@Nullable Object> top, int index) {
    return Objects.requireNonNull(top.get(index));
  }
}
