// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.table;
import static io.lastfive.ksqlengine.functions.Variant.rows;

import io.lastfive.ksqlengine.functions.FunctionCatalog.TableBody;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions that make several rows of one. */
final class TableFunctions {

  private TableFunctions() {}

  static List<Function<TableBody>> all() {
    TableBody explode = a -> a[0] == null ? List.of() : elements(a[0]);
    return List.of(
        table(
            "explode",
            "Returns a row for each element of an array.",
            rows("ARRAY<DECIMAL> input -> DECIMAL", explode).returning(TableFunctions::item),
            rows("ARRAY<T> list -> T", explode)),
        table(
            "cube_explode",
            "Returns a row for each combination of an array's columns, each given or NULL.",
            rows(
                "ARRAY<T> columns -> ARRAY<T>",
                a -> a[0] == null ? List.of() : cube(elements(a[0])))));
  }

  private static SqlType item(List<@Nullable SqlType> types) {
    if (types.get(0) instanceof SqlType.Array array) {
      return array.item();
    }
    return SqlType.decimal(1, 0);
  }

  @SuppressWarnings("unchecked") // an ARRAY's value is a list
  private static List<@Nullable Object> elements(Object array) {
    return (List<@Nullable Object>) array;
  }

  /** Counts in binary over the columns that are not NULL, so that no row comes twice. */
  private static List<@Nullable Object> cube(List<@Nullable Object> columns) {
    List<Integer> given = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i) != null) {
        given.add(i);
      }
    }
    List<@Nullable Object> rows = new ArrayList<>(1 << given.size());
    for (int chosen = 0; chosen < 1 << given.size(); chosen++) {
      @Nullable Object[] row = new Object[columns.size()];
      for (int bit = 0; bit < given.size(); bit++) {
        int column = given.get(given.size() - 1 - bit);
        if ((chosen & (1 << bit)) != 0) {
          row[column] = columns.get(column);
        }
      }
      rows.add(Arrays.asList(row));
    }
    return rows;
  }
}
