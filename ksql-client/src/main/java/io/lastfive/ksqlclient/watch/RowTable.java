// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlclient.SqlType;
import io.lastfive.settings.cli.TextWidth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Rows as lines of a table. Widths are set by the columns' names and types and by the terminal when
 * the header is written, and on a terminal a longer value is cut, so that a row that arrives later
 * never moves the table. Columns that do not fit into a line go on in the next one, indented. An
 * array of structs is a table of its own below its row.
 */
final class RowTable {
  private static final int GAP = 2;
  private static final int INDENT = 2;
  private static final int DECIMAL_WIDTH = 12;
  private static final int TEXT_WIDTH = 20;
  private static final int LEAST_TEXT_WIDTH = 12;
  private static final int MOST_TEXT_WIDTH = 36;
  private static final Pattern MASK = Pattern.compile("\\*{3,}");
  private static final Map<String, Integer> WIDTHS =
      Map.of(
          "BOOLEAN", 5,
          "INTEGER", 10,
          "BIGINT", 13,
          "DOUBLE", 12,
          "DATE", 10,
          "TIME", 12,
          "TIMESTAMP", 23);

  /** A column and its place in the row. */
  private record Cell(SqlType.Field column, int place) {}

  /** A column that is a table of its own. */
  private record Nested(int place, SqlType.Struct struct, RowTable table) {}

  private final int terminal;
  private final List<Cell> cells = new ArrayList<>();
  private final List<Nested> nested = new ArrayList<>();
  private final int[] widths;

  /**
   * @param terminal columns of the terminal; 0 where there is none, and then nothing is cut
   */
  RowTable(List<SqlType.Field> columns, int terminal) {
    this.terminal = terminal;
    for (int place = 0; place < columns.size(); place++) {
      if (columns.get(place).type() instanceof SqlType.Array array
          && array.element() instanceof SqlType.Struct struct) {
        RowTable below =
            new RowTable(struct.fields(), terminal == 0 ? 0 : Math.max(1, terminal - INDENT));
        nested.add(new Nested(place, struct, below));
      } else {
        cells.add(new Cell(columns.get(place), place));
      }
    }
    this.widths = fitted();
  }

  List<String> header() {
    List<String> lines = new ArrayList<>();
    lines.addAll(
        lines(cells.stream().map(cell -> cell.column().name().toLowerCase(Locale.ROOT)).toList()));
    nested.forEach(
        table -> table.table().header().forEach(line -> lines.add(" ".repeat(INDENT) + line)));
    return lines;
  }

  /**
   * @param values typed already
   */
  List<String> row(List<JsonNode> values) {
    List<String> lines = new ArrayList<>();
    lines.addAll(
        lines(cells.stream().map(cell -> text(cell.column(), values.get(cell.place()))).toList()));
    for (Nested table : nested) {
      for (JsonNode element : values.get(table.place())) {
        List<JsonNode> fields = new ArrayList<>();
        table.struct().fields().forEach(field -> fields.add(element.path(field.name())));
        table.table().row(fields).forEach(line -> lines.add(" ".repeat(INDENT) + line));
      }
    }
    return lines;
  }

  private List<String> lines(List<String> texts) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int used = 0;
    for (int i = 0; i < widths.length; i++) {
      if (terminal > 0 && used > INDENT && used + widths[i] > terminal) {
        lines.add(line.toString().stripTrailing());
        line = new StringBuilder(" ".repeat(INDENT));
        used = INDENT;
      }
      String shown =
          terminal == 0 ? texts.get(i) : cut(texts.get(i), Math.min(widths[i], terminal - used));
      String padding = " ".repeat(Math.max(0, widths[i] - TextWidth.of(shown)));
      line.append(isNumber(cells.get(i).column().type()) ? padding + shown : shown + padding)
          .append(" ".repeat(GAP));
      used += widths[i] + GAP;
    }
    lines.add(line.toString().stripTrailing());
    return lines;
  }

  /** What a mask leaves of an account is worth more than its asterisks. */
  private static String cut(String text, int width) {
    return TextWidth.of(text) <= width
        ? text
        : TextWidth.cut(MASK.matcher(text).replaceFirst("…"), width);
  }

  /** Text columns share what the others leave of the terminal. */
  private int[] fitted() {
    int[] fitted = cells.stream().mapToInt(cell -> width(cell.column())).toArray();
    int texts = (int) cells.stream().filter(cell -> isText(cell.column().type())).count();
    if (terminal == 0 || texts == 0) {
      return fitted;
    }
    int fixed = Math.max(0, cells.size() - 1) * GAP;
    for (int i = 0; i < fitted.length; i++) {
      fixed += isText(cells.get(i).column().type()) ? 0 : fitted[i];
    }
    int share = Math.min(MOST_TEXT_WIDTH, Math.max(LEAST_TEXT_WIDTH, (terminal - fixed) / texts));
    for (int i = 0; i < fitted.length; i++) {
      if (isText(cells.get(i).column().type())) {
        fitted[i] = share;
      }
    }
    return fitted;
  }

  private static int width(SqlType.Field column) {
    int width =
        column.type() instanceof SqlType.Decimal
            ? DECIMAL_WIDTH
            : column.type() instanceof SqlType.Simple simple
                ? WIDTHS.getOrDefault(simple.name(), TEXT_WIDTH)
                : TEXT_WIDTH;
    return Math.max(width, column.name().length());
  }

  private static boolean isText(SqlType type) {
    return !(type instanceof SqlType.Decimal)
        && !(type instanceof SqlType.Simple simple && WIDTHS.containsKey(simple.name()));
  }

  private static boolean isNumber(SqlType type) {
    return type instanceof SqlType.Decimal
        || type instanceof SqlType.Simple simple
            && List.of("INTEGER", "BIGINT", "DOUBLE").contains(simple.name());
  }

  /** A name may hold anything; a terminal obeys control characters. */
  private static String text(SqlType.Field column, JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return "-";
    }
    if (value.isBigDecimal()) {
      return value.decimalValue().toPlainString();
    }
    String text = value.isValueNode() ? value.asText() : value.toString();
    boolean time =
        column.type() instanceof SqlType.Simple simple && simple.name().equals("TIMESTAMP");
    return (time ? text.replace('T', ' ') : text).replaceAll("\\p{Cntrl}", " ");
  }
}
