// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerFormatTest {
  private static final List<Column> COLUMNS =
      List.of(new Column("ID", SqlType.STRING), new Column("amount", SqlType.decimal(4, 2)));
  private static final AnswerFormat.Header PUSH =
      new AnswerFormat.Header("q", COLUMNS, List.of(false, false), true);
  private static final AnswerFormat.Header PULL =
      new AnswerFormat.Header("q", COLUMNS, List.of(true, false), false);
  private static final Object[] ROW = {"a", new BigDecimal("1.50")};
  private final ServerError error = ServerError.generic(ServerError.SERVER_ERROR, "broken");

  @ParameterizedTest
  @CsvSource({
    "application/vnd.ksqlapi.delimited.v1,DELIMITED",
    "application/json,JSON_ARRAY",
    "application/vnd.ksql.v1+json,OBJECTS",
    "'application/vnd.ksql.v1+json, text/plain',OBJECTS",
    "*/*,DELIMITED",
    "'',DELIMITED",
  })
  void takesTheFormatThatTheClientAccepts(String accept, AnswerFormat format) {
    assertThat(AnswerFormat.of(accept, AnswerFormat.DELIMITED)).isEqualTo(format);
  }

  @Test
  void namesItsFormatsWhereTheClientAcceptsNone() {
    assertThatThrownBy(() -> AnswerFormat.of("application/xml", AnswerFormat.DELIMITED))
        .isInstanceOfSatisfying(
            ServerError.class, error -> assertThat(error.httpStatus()).isEqualTo(406))
        .hasMessage(
            "Accept: application/xml is not answered here. Ask for one of"
                + " application/vnd.ksqlapi.delimited.v1, application/json,"
                + " application/vnd.ksql.v1+json");
  }

  @Test
  void writesLines() {
    assertThat(whole(AnswerFormat.DELIMITED, PUSH, "Limit Reached"))
        .isEqualTo(
            """
            {"queryId":"q","columnNames":["ID","amount"],"columnTypes":["STRING","DECIMAL(4, 2)"]}
            ["a",1.50]
            ["a",1.50]
            """);
  }

  @Test
  void writesOneArray() {
    assertThat(whole(AnswerFormat.JSON_ARRAY, PULL, null))
        .isEqualTo(
            "[{\"queryId\":\"q\",\"columnNames\":[\"ID\",\"amount\"],\"columnTypes\":[\"STRING\",\"DECIMAL(4, 2)\"]},"
                + "[\"a\",1.50],[\"a\",1.50]]");
  }

  @Test
  void writesObjectsThatEndWithAMessageWhereRowsKeepComing() {
    assertThat(whole(AnswerFormat.OBJECTS, PUSH, "Limit Reached"))
        .isEqualTo(
            """
            [{"header":{"queryId":"q","schema":"`ID` STRING, `amount` DECIMAL(4, 2)"}},
            {"row":{"columns":["a",1.50]}},
            {"row":{"columns":["a",1.50]}},
            {"finalMessage":"Limit Reached"}]
            """);
  }

  @Test
  void writesObjectsWithTheirKeysMarkedWhereATableIsRead() {
    assertThat(whole(AnswerFormat.OBJECTS, PULL, null))
        .isEqualTo(
            """
            [{"header":{"queryId":"q","schema":"`ID` STRING KEY, `amount` DECIMAL(4, 2)"}},
            {"row":{"columns":["a",1.50]}},
            {"row":{"columns":["a",1.50]}}]
            """);
  }

  @Test
  void endsWithTheErrorWhereTheHeaderWasSentAlready() {
    String json = "{\"@type\":\"generic_error\",\"error_code\":50000,\"message\":\"broken\"}";

    assertThat(AnswerFormat.DELIMITED.error(error)).isEqualTo(json + "\n");
    assertThat(AnswerFormat.JSON_ARRAY.error(error) + AnswerFormat.JSON_ARRAY.end(PUSH, null))
        .isEqualTo("," + json + "]");
    assertThat(AnswerFormat.OBJECTS.error(error) + AnswerFormat.OBJECTS.end(PUSH, null))
        .isEqualTo("{\"errorMessage\":" + json + "}]\n");
  }

  private static String whole(
      AnswerFormat format, AnswerFormat.Header header, @Nullable String end) {
    return format.header(header)
        + format.row(header, ROW)
        + format.row(header, ROW)
        + format.end(header, end);
  }
}
