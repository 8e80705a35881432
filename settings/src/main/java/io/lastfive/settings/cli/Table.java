// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns as wide as their widest value. Not safe for use by several threads. */
public final class Table {
  private static final String GAP = "  ";

  private final int columns;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... header) {
    this.columns = header.length;
    rows.add(List.of(header));
  }

  public Table row(String... values) {
    if (values.length != columns) {
      throw new IllegalArgumentException("a row has " + columns + " values, not " + values.length);
    }
    rows.add(List.of(values));
    return this;
  }

  /** The header and the rows, without blanks at their ends. */
  public List<String> lines() {
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], width(row.get(column)));
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int... widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      String value = row.get(column);
      line.append(value).append(" ".repeat(widths[column] - width(value))).append(GAP);
    }
    return line.toString().stripTrailing();
  }

  private static int width(String value) {
    return TextWidth.of(value);
  }
}
