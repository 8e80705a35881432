// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lastfive.ksqlclient.SqlType;
import io.lastfive.settings.cli.TextWidth;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowTableTest {
  private static final List<SqlType.Field> COLUMNS =
      SqlType.columns(
          "`CUSTOMER_ID` STRING, `AMOUNT` DECIMAL(19, 4), `NAME` STRING, `AT` TIMESTAMP");

  @ParameterizedTest
  @ValueSource(ints = {40, 80, 200})
  void fitsTheTerminal(int columns) {
    RowTable table = new RowTable(COLUMNS, columns);
    List<String> lines = new ArrayList<>(table.header());
    lines.addAll(table.row(row("Ada Lovelace ".repeat(20))));
    lines.addAll(table.row(row("田中太郎".repeat(20))));

    assertThat(lines).allMatch(line -> TextWidth.of(line) <= columns);
  }

  @Test
  void cutsNothingWhereThereIsNoTerminal() {
    String name = "Ada Lovelace ".repeat(20) + "!";

    assertThat(new RowTable(COLUMNS, 0).row(row(name)).get(0)).contains(name);
  }

  @Test
  void showsTheDigitsOfAMaskedAccountThatIsTooLong() {
    RowTable table = new RowTable(COLUMNS, 70);

    assertThat(table.row(row("*".repeat(18) + "3000")).get(0)).contains("  …3000  ");
    assertThat(table.row(row("411111******1111")).get(0)).contains("  411111…1111");
  }

  @Test
  void alignsNamesOfEveryScript() {
    RowTable table = new RowTable(COLUMNS, 100);

    for (String name : List.of("Ada", "田中太郎", "विवान", "박 지우", "يوسف", "Łukasz")) {
      String line = table.row(row(name)).get(0);
      String before = line.substring(0, line.indexOf("2026-01-01"));
      assertThat(TextWidth.of(before)).as(name).isEqualTo(TextWidth.of(columnsBeforeTime(table)));
    }
  }

  private static String columnsBeforeTime(RowTable table) {
    String header = table.header().get(0);
    return header.substring(0, header.indexOf("at", header.indexOf("name")));
  }

  @Test
  void showsNoControlCharacters() {
    assertThat(new RowTable(COLUMNS, 0).row(row("a\u001b[2Jb")).get(0)).contains("a [2Jb");
  }

  @Test
  void showsNothingAsADash() {
    List<JsonNode> row = row("x");
    row.set(2, NullNode.instance);

    assertThat(new RowTable(COLUMNS, 80).row(row).get(0))
        .matches("C-1 +1\\.0000  - +2026-01-01 00:00:00\\.000");
  }

  private static List<JsonNode> row(String name) {
    return new ArrayList<>(
        List.of(
            TextNode.valueOf("C-1"),
            DecimalNode.valueOf(new BigDecimal("1.0000")),
            TextNode.valueOf(name),
            TextNode.valueOf("2026-01-01T00:00:00.000")));
  }
}
