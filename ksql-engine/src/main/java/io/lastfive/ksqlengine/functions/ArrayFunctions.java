// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.scalar;
import static io.lastfive.ksqlengine.functions.Variant.nullable;
import static io.lastfive.ksqlengine.functions.Variant.nullableFor;
import static io.lastfive.ksqlengine.functions.Variant.strict;
import static io.lastfive.ksqlengine.functions.Variant.strictFor;

import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarBody;
import io.lastfive.ksqlengine.types.SqlType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Arrays, taken as lists and as sets. */
final class ArrayFunctions {
  private static final String CATEGORY = "ARRAY";
  private static final String TWO_ARRAYS = "ARRAY<T> left, ARRAY<T> right -> ARRAY<T>";

  private ArrayFunctions() {}

  static List<Function<ScalarBody>> all() {
    return List.of(
        scalar(
            "array_length",
            CATEGORY,
            "Returns the number of elements.",
            strict("ARRAY<T> array -> INT", a -> list(a[0]).size())),
        scalar(
            "array_contains",
            CATEGORY,
            "Tells whether an element is in the array.",
            nullable(
                "ARRAY<T> array, T val -> BOOLEAN",
                a -> a[0] != null && list(a[0]).contains(a[1]))),
        scalar(
            "array_concat",
            CATEGORY,
            "Joins two arrays; NULL counts as empty.",
            nullable(TWO_ARRAYS, a -> concat(a[0], a[1]))),
        scalar(
            "array_distinct",
            CATEGORY,
            "Returns the distinct elements, in the order in which they come.",
            strict("ARRAY<T> array -> ARRAY<T>", a -> distinct(list(a[0])))),
        scalar(
            "array_union",
            CATEGORY,
            "Returns the distinct elements of both arrays, in the order in which they come.",
            strict(TWO_ARRAYS, a -> distinct(concat(a[0], a[1])))),
        scalar(
            "array_intersect",
            CATEGORY,
            "Returns the distinct elements that are in both arrays.",
            strict(
                TWO_ARRAYS,
                a -> {
                  List<@Nullable Object> common = distinct(list(a[0]));
                  common.retainAll(new HashSet<>(list(a[1])));
                  return common;
                })),
        scalar(
            "array_except",
            CATEGORY,
            "Returns the distinct elements that are in the first array and not in the second.",
            strict(
                TWO_ARRAYS,
                a -> {
                  List<@Nullable Object> rest = distinct(list(a[0]));
                  rest.removeAll(new HashSet<>(list(a[1])));
                  return rest;
                })),
        scalar(
            "array_remove",
            CATEGORY,
            "Returns the array without the elements that equal a value.",
            nullable("ARRAY<T> array, T victim -> ARRAY<T>", a -> remove(a[0], a[1]))),
        scalar(
            "array_max",
            CATEGORY,
            "Returns the largest element, NULLs aside.",
            strictFor("ARRAY<T> array -> T", call -> extreme(call, Order.NATURAL))),
        scalar(
            "array_min",
            CATEGORY,
            "Returns the smallest element, NULLs aside.",
            strictFor("ARRAY<T> array -> T", call -> extreme(call, Order.NATURAL.reversed()))),
        scalar(
            "array_sort",
            CATEGORY,
            "Sorts the elements, NULLs last.",
            strictFor(
                "ARRAY<T> array -> ARRAY<T>",
                call -> ordering(call, a -> sort(list(a[0]), Order.NATURAL))),
            strictFor(
                "ARRAY<T> array, VARCHAR direction -> ARRAY<T>",
                call -> ordering(call, a -> sort(list(a[0]), direction((String) a[1]))))),
        scalar(
            "array_join",
            CATEGORY,
            "Joins the elements as text, with a comma or the given delimiter between them.",
            strictFor("ARRAY<T> array -> VARCHAR", call -> joining(call)),
            nullableFor("ARRAY<T> array, VARCHAR delimiter -> VARCHAR", call -> joining(call))),
        scalar(
            "slice",
            CATEGORY,
            "Returns the elements between two positions, both included, from 1.",
            nullable("ARRAY<T> in, INT from, INT to -> ARRAY<T>", ArrayFunctions::slice)),
        scalar(
            "generate_series",
            CATEGORY,
            "Returns the numbers from a start to an end, both included.",
            strict(
                "INT start, INT end -> ARRAY<INT>",
                a -> series((int) a[0], (int) a[1], step((int) a[0], (int) a[1]), true)),
            strict(
                "BIGINT start, BIGINT end -> ARRAY<BIGINT>",
                a -> series((long) a[0], (long) a[1], step((long) a[0], (long) a[1]), false)),
            strict(
                "INT start, INT end, INT step -> ARRAY<INT>",
                a -> series((int) a[0], (int) a[1], (int) a[2], true)),
            strict(
                "BIGINT start, BIGINT end, INT step -> ARRAY<BIGINT>",
                a -> series((long) a[0], (long) a[1], (int) a[2], false))));
  }

  @SuppressWarnings("unchecked") // an ARRAY's value is a list
  private static List<@Nullable Object> list(@Nullable Object array) {
    return array == null ? List.of() : (List<@Nullable Object>) array;
  }

  private static List<@Nullable Object> distinct(Collection<@Nullable Object> elements) {
    Set<@Nullable Object> distinct = new LinkedHashSet<>(elements);
    return new ArrayList<>(distinct);
  }

  private static List<@Nullable Object> concat(@Nullable Object left, @Nullable Object right) {
    List<@Nullable Object> joined = new ArrayList<>(list(left));
    joined.addAll(list(right));
    return joined;
  }

  private static @Nullable List<@Nullable Object> remove(
      @Nullable Object array, @Nullable Object victim) {
    if (array == null) {
      return null;
    }
    List<@Nullable Object> rest = new ArrayList<>(list(array));
    rest.removeIf(element -> victim == null ? element == null : victim.equals(element));
    return rest;
  }

  private static ScalarBody extreme(Call call, Comparator<Object> order) {
    return ordering(call, a -> largest(list(a[0]), order));
  }

  private static @Nullable Object largest(
      List<@Nullable Object> elements, Comparator<Object> order) {
    Object largest = null;
    for (Object element : elements) {
      if (element != null && (largest == null || order.compare(element, largest) > 0)) {
        largest = element;
      }
    }
    return largest;
  }

  /** Elements that have no order give NULL. */
  private static ScalarBody ordering(Call call, ScalarBody body) {
    return Order.orders(((SqlType.Array) call.argumentType(0)).item()) ? body : a -> null;
  }

  private static List<@Nullable Object> sort(
      List<@Nullable Object> elements, Comparator<Object> order) {
    List<@Nullable Object> sorted = new ArrayList<>(elements);
    sorted.sort(Comparator.nullsLast(order));
    return sorted;
  }

  private static Comparator<Object> direction(String text) {
    return switch (text.toUpperCase(Locale.ROOT)) {
      case "ASC", "ASCENDING" -> Order.NATURAL;
      case "DESC", "DESCENDING" -> Order.NATURAL.reversed();
      default ->
          throw new FunctionException(
              "ARRAY_SORT does not know the direction '" + text + "'. Directions: ASC, DESC.");
    };
  }

  private static ScalarBody joining(Call call) {
    if (!Order.orders(((SqlType.Array) call.argumentType(0)).item())) {
      return a -> {
        throw new FunctionException("ARRAY_JOIN joins elements of primitive types only.");
      };
    }
    return a -> a[0] == null ? null : join(list(a[0]), a.length < 2 ? "," : a[1]);
  }

  private static String join(List<@Nullable Object> elements, @Nullable Object delimiter) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < elements.size(); i++) {
      if (i > 0 && delimiter != null) {
        text.append((String) delimiter);
      }
      Object element = elements.get(i);
      text.append(element instanceof BigDecimal d ? d.toPlainString() : String.valueOf(element));
    }
    return text.toString();
  }

  private static @Nullable List<@Nullable Object> slice(@Nullable Object[] a) {
    if (a[0] == null) {
      return null;
    }
    List<@Nullable Object> elements = list(a[0]);
    int from = a[1] == null ? 0 : (int) a[1] - 1;
    int to = a[2] == null ? elements.size() : (int) a[2];
    return from < 0 || to > elements.size() || from > to
        ? null
        : new ArrayList<>(elements.subList(from, to));
  }

  private static int step(long start, long end) {
    return start <= end ? 1 : -1;
  }

  private static List<Object> series(long start, long end, int step, boolean ints) {
    if (step == 0) {
      throw new FunctionException("GENERATE_SERIES step cannot be zero");
    }
    if (start != end && (end > start) != (step > 0)) {
      throw new FunctionException("GENERATE_SERIES step has wrong sign");
    }
    List<Object> numbers = new ArrayList<>();
    for (long n = start; step > 0 ? n <= end : n >= end; n += step) {
      numbers.add(ints ? (Object) (int) n : (Object) n);
    }
    return numbers;
  }
}
