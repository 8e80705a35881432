// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.scalar;
import static io.lastfive.ksqlengine.functions.Variant.nullable;
import static io.lastfive.ksqlengine.functions.Variant.strict;

import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarBody;
import io.lastfive.ksqlengine.types.StructValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Maps, between arrays and back. */
final class MapFunctions {
  private static final String CATEGORY = "MAP";

  private MapFunctions() {}

  static List<Function<ScalarBody>> all() {
    return List.of(
        scalar(
            "as_map",
            CATEGORY,
            "Makes a map of an array of keys and an array of values.",
            strict(
                "ARRAY<VARCHAR> keys, ARRAY<V> values -> MAP<VARCHAR, V>",
                a -> asMap((List<?>) a[0], (List<?>) a[1]))),
        scalar(
            "map_keys",
            CATEGORY,
            "Returns the keys.",
            strict("MAP<K, V> input -> ARRAY<K>", a -> new ArrayList<>(ordered(a[0]).keySet()))),
        scalar(
            "map_values",
            CATEGORY,
            "Returns the values.",
            strict("MAP<K, V> input -> ARRAY<V>", a -> new ArrayList<>(ordered(a[0]).values()))),
        scalar(
            "map_union",
            CATEGORY,
            "Joins two maps; where both have a key, the second's value stays.",
            nullable("MAP<K, V> map1, MAP<K, V> map2 -> MAP<K, V>", a -> union(a[0], a[1]))),
        scalar(
            "entries",
            CATEGORY,
            "Returns an array of the map's keys and values, sorted by key if wanted.",
            strict(
                "MAP<VARCHAR, V> map, BOOLEAN sorted -> ARRAY<STRUCT<K VARCHAR, V V>>",
                a -> entries(ordered(a[0]), (boolean) a[1]))));
  }

  @SuppressWarnings("unchecked") // a MAP's value is a map
  private static Map<Object, @Nullable Object> map(@Nullable Object map) {
    return map == null ? Map.of() : (Map<Object, @Nullable Object>) map;
  }

  /**
   * The map in the order of ksqlDB's maps, where a result tells the order: that of a HashMap of the
   * entries.
   */
  static Map<Object, @Nullable Object> ordered(@Nullable Object map) {
    return new HashMap<>(map(map));
  }

  private static Map<Object, @Nullable Object> asMap(List<?> keys, List<?> values) {
    Map<Object, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(keys.size(), values.size()); i++) {
      map.put(keys.get(i), values.get(i));
    }
    return map;
  }

  private static @Nullable Map<Object, @Nullable Object> union(
      @Nullable Object left, @Nullable Object right) {
    if (left == null && right == null) {
      return null;
    }
    Map<Object, @Nullable Object> union = new LinkedHashMap<>(map(left));
    union.putAll(map(right));
    return union;
  }

  private static List<StructValue> entries(Map<Object, @Nullable Object> map, boolean sorted) {
    List<StructValue> entries = new ArrayList<>(map.size());
    (sorted ? new TreeMap<>(map) : map)
        .forEach((key, value) -> entries.add(new StructValue(key, value)));
    return entries;
  }
}
