// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlclient.RowStream.Column;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Rows as lines of a table: widths are set by the columns' names and types when the header is
 * written, and a longer value is cut, so that a row that arrives later never moves the table.
 */
final class RowTable {
  private static final int GAP = 2;
  private static final int WIDEST_LAST = 160;
  private static final Map<String, Integer> WIDTHS =
      Map.of(
          "BOOLEAN",
          5,
          "INTEGER",
          10,
          "BIGINT",
          13,
          "DOUBLE",
          12,
          "DATE",
          10,
          "TIME",
          12,
          "TIMESTAMP",
          23);
  private static final int DECIMAL_WIDTH = 14;
  private static final int TEXT_WIDTH = 20;

  private final List<Column> columns;
  private final int[] widths;

  RowTable(List<Column> columns) {
    this.columns = List.copyOf(columns);
    this.widths = columns.stream().mapToInt(RowTable::width).toArray();
  }

  String header() {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      append(line, i, columns.get(i).name().toLowerCase(Locale.ROOT));
    }
    return line.toString().stripTrailing();
  }

  String row(List<JsonNode> values) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      append(line, i, text(values.get(i)));
    }
    return line.toString().stripTrailing();
  }

  private void append(StringBuilder line, int column, String text) {
    boolean last = column == widths.length - 1;
    int width = last ? Math.max(widths[column], WIDEST_LAST) : widths[column];
    String shown = text.length() > width ? text.substring(0, width - 1) + "…" : text;
    String padding = " ".repeat(Math.max(0, (last ? 0 : width) - shown.length()));
    boolean right = isNumber(columns.get(column).type());
    line.append(right ? padding + shown : shown + padding).append(" ".repeat(last ? 0 : GAP));
  }

  private static int width(Column column) {
    String type = column.type();
    int width = type.startsWith("DECIMAL") ? DECIMAL_WIDTH : WIDTHS.getOrDefault(type, TEXT_WIDTH);
    return Math.max(width, column.name().length());
  }

  private static boolean isNumber(String type) {
    return type.startsWith("DECIMAL")
        || type.equals("INTEGER")
        || type.equals("BIGINT")
        || type.equals("DOUBLE");
  }

  private static String text(JsonNode value) {
    if (value.isNull()) {
      return "-";
    }
    return value.isBigDecimal()
        ? value.decimalValue().toPlainString()
        : value.isValueNode() ? value.asText() : value.toString();
  }
}
