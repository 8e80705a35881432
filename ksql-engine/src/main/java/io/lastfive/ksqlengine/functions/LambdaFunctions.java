// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.scalar;
import static io.lastfive.ksqlengine.functions.Variant.nullable;
import static io.lastfive.ksqlengine.functions.Variant.strict;

import io.lastfive.ksqlengine.functions.FunctionCatalog.LambdaValue;
import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarBody;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions that apply a lambda to every element of an array or every entry of a map. */
final class LambdaFunctions {
  private static final String CATEGORY = "LAMBDA";

  private LambdaFunctions() {}

  static List<Function<ScalarBody>> all() {
    return List.of(
        scalar(
            "transform",
            CATEGORY,
            "Returns what a lambda makes of each element, or two lambdas of each key and value.",
            strict(
                "ARRAY<T> array, LAMBDA (T) => R lambda -> ARRAY<R>",
                a -> ((LambdaValue) a[1]).applyToEach((List<?>) a[0])),
            strict(
                "MAP<K, V> map, LAMBDA (K, V) => R lambda1, LAMBDA (K, V) => Z lambda2"
                    + " -> MAP<R, Z>",
                a -> transform((Map<?, ?>) a[0], (LambdaValue) a[1], (LambdaValue) a[2]))),
        scalar(
            "filter",
            CATEGORY,
            "Returns the elements, or entries, for which a lambda is true.",
            strict(
                "ARRAY<T> array, LAMBDA (T) => BOOLEAN lambda -> ARRAY<T>",
                a -> filter((List<?>) a[0], (LambdaValue) a[1])),
            strict(
                "MAP<K, V> map, LAMBDA (K, V) => BOOLEAN lambda -> MAP<K, V>",
                a -> filter((Map<?, ?>) a[0], (LambdaValue) a[1]))),
        scalar(
            "reduce",
            CATEGORY,
            "Takes a state through all elements, or entries, by a lambda.",
            nullable(
                "ARRAY<T> array, S state, LAMBDA (S, T) => S lambda -> S",
                a -> reduce((List<?>) a[0], a[1], (LambdaValue) a[2])),
            nullable(
                "MAP<K, V> map, S state, LAMBDA (S, K, V) => S lambda -> S",
                a -> reduce((Map<?, ?>) a[0], a[1], (LambdaValue) a[2]))));
  }

  private static Map<@Nullable Object, @Nullable Object> transform(
      Map<?, ?> map, LambdaValue keys, LambdaValue values) {
    Map<@Nullable Object, @Nullable Object> transformed = new LinkedHashMap<>();
    map.forEach((k, v) -> transformed.put(keys.apply(k, v), values.apply(k, v)));
    return transformed;
  }

  private static List<@Nullable Object> filter(List<?> elements, LambdaValue lambda) {
    List<@Nullable Object> kept = new ArrayList<>(elements.size());
    for (Object element : elements) {
      if (Boolean.TRUE.equals(lambda.apply(element))) {
        kept.add(element);
      }
    }
    return kept;
  }

  private static Map<@Nullable Object, @Nullable Object> filter(Map<?, ?> map, LambdaValue lambda) {
    Map<@Nullable Object, @Nullable Object> kept = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          if (Boolean.TRUE.equals(lambda.apply(key, value))) {
            kept.put(key, value);
          }
        });
    return kept;
  }

  private static @Nullable Object reduce(
      @Nullable List<?> elements, @Nullable Object initial, LambdaValue lambda) {
    Object state = initial;
    if (elements != null && initial != null) {
      for (Object element : elements) {
        state = lambda.apply(state, element);
      }
    }
    return state;
  }

  private static @Nullable Object reduce(
      @Nullable Map<?, ?> map, @Nullable Object initial, LambdaValue lambda) {
    Object state = initial;
    if (map != null && initial != null) {
      for (Map.Entry<?, ?> entry : MapFunctions.ordered(map).entrySet()) {
        state = lambda.apply(state, entry.getKey(), entry.getValue());
      }
    }
    return state;
  }
}
