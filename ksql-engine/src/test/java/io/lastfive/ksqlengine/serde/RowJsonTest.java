// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.SqlType.Field;
import io.lastfive.ksqlengine.types.StructValue;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The texts are those of the recorded answers. */
class RowJsonTest {

  @Test
  void columnsOfAnAnswer() throws IOException {
    assertThat(json(SqlType.decimal(19, 4), new BigDecimal("20.0000"))).isEqualTo("20.0000");
    assertThat(json(SqlType.TIMESTAMP, Instant.parse("2026-01-01T09:00:00Z")))
        .isEqualTo("\"2026-01-01T09:00:00.000\"");
    assertThat(json(SqlType.DATE, LocalDate.of(2026, 1, 1))).isEqualTo("\"2026-01-01\"");
    assertThat(json(SqlType.TIME, LocalTime.of(9, 30))).isEqualTo("\"09:30:00\"");
    assertThat(json(SqlType.TIME, LocalTime.of(9, 30, 0, 500_000_000)))
        .isEqualTo("\"09:30:00.500\"");
    assertThat(json(SqlType.BYTES, ByteBuffer.wrap(new byte[] {'{'}))).isEqualTo("\"ew==\"");
    assertThat(json(SqlType.BIGINT, 5L)).isEqualTo("5");
    assertThat(json(SqlType.DOUBLE, 0.1)).isEqualTo("0.1");
    assertThat(json(SqlType.STRING, null)).isEqualTo("null");
    assertThat(json(SqlType.map(SqlType.STRING, SqlType.BOOLEAN), Map.of("k", true)))
        .isEqualTo("{\"k\":true}");
  }

  @Test
  void withinStructsDecimalsAndTimestampsDiffer() throws IOException {
    SqlType type =
        SqlType.array(
            SqlType.struct(
                List.of(
                    new Field("ID", SqlType.STRING),
                    new Field("AMOUNT", SqlType.decimal(19, 4)),
                    new Field("AT", SqlType.TIMESTAMP))));
    Instant at = Instant.ofEpochMilli(1767276000000L);

    String json =
        json(
            type,
            List.of(
                new StructValue("p5", new BigDecimal("5.5000"), at),
                new StructValue("e2", new BigDecimal("30000.0000"), null)));

    assertThat(json)
        .isEqualTo(
            "[{\"ID\":\"p5\",\"AMOUNT\":5.5,\"AT\":1767276000000},"
                + "{\"ID\":\"e2\",\"AMOUNT\":30000.0,\"AT\":null}]");
  }

  @Test
  void valuesAreReadAsRecordsHaveThem() {
    assertThat(
            RowJson.parse(
                SqlType.decimal(21, 19),
                DecimalNode.valueOf(new BigDecimal("10.1234512345123451234"))))
        .isEqualTo(new BigDecimal("10.1234512345123451234"));
    assertThat(RowJson.parse(SqlType.STRING, TextNode.valueOf("x"))).isEqualTo("x");
  }

  @Test
  void datesAndTimesAreNumbersOrText() {
    Instant noon = Instant.parse("2026-01-01T12:00:00Z");

    assertThat(parse(SqlType.TIMESTAMP, "2026-01-01T12:00:00.000")).isEqualTo(noon);
    assertThat(parse(SqlType.TIMESTAMP, "2026-01-01T13:00:00+01:00")).isEqualTo(noon);
    assertThat(parse(SqlType.TIMESTAMP, "1767268800000")).isEqualTo(noon);
    assertThat(RowJson.parse(SqlType.TIMESTAMP, LongNode.valueOf(noon.toEpochMilli())))
        .isEqualTo(noon);
    assertThat(parse(SqlType.DATE, "2026-01-01")).isEqualTo(LocalDate.of(2026, 1, 1));
    assertThat(parse(SqlType.TIME, "09:30:00.500")).isEqualTo(LocalTime.of(9, 30, 0, 500_000_000));
    assertThatThrownBy(() -> parse(SqlType.TIMESTAMP, "2026-13-01T00:00:00"))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessage("the text is no ISO 8601 TIMESTAMP");
  }

  private static @Nullable Object parse(SqlType type, String text) {
    return RowJson.parse(type, TextNode.valueOf(text));
  }

  private static String json(SqlType type, @Nullable Object value) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      RowJson.write(type, value, out);
    }
    return text.toString();
  }
}
