// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.FunctionCall.call;
import static io.lastfive.ksqlengine.functions.FunctionCall.gives;
import static io.lastfive.ksqlengine.functions.FunctionCall.listOf;
import static io.lastfive.ksqlengine.functions.FunctionCall.nullOf;
import static io.lastfive.ksqlengine.functions.FunctionCall.resolve;
import static io.lastfive.ksqlengine.functions.FunctionCall.typed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lastfive.ksqlengine.functions.FunctionCall.Lambda;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ValueFunctionsTest {
  private static final SqlType.Array INTS = SqlType.array(SqlType.INTEGER);

  @TestFactory
  Stream<DynamicTest> calculates() {
    return Stream.of(
        gives(1, "ABS", -1),
        gives(new BigDecimal("1.50"), "ABS", new BigDecimal("-1.50")),
        gives(new BigDecimal("2.0"), "CEIL", new BigDecimal("1.1")),
        gives(-2.0, "FLOOR", -1.1),
        gives(2L, "ROUND", 1.5),
        gives(-1L, "ROUND", -1.5),
        gives(1.24, "ROUND", 1.235, 2),
        gives(120.0, "ROUND", 123.4, -1),
        gives(new BigDecimal("2"), "ROUND", new BigDecimal("1.50")),
        gives(new BigDecimal("1.240"), "ROUND", new BigDecimal("1.235"), 2),
        gives(-1L, "TRUNC", -1.7),
        gives(1.23, "TRUNC", 1.239, 2),
        gives(new BigDecimal("-1.2300"), "TRUNC", new BigDecimal("-1.2399"), 2),
        gives(-1, "SIGN", -3.5),
        gives(3.0, "CBRT", 27),
        gives(2.0, "LOG", 100),
        gives(3.0, "LOG", 2.0, 8.0),
        gives(Double.NEGATIVE_INFINITY, "LOG", 10, 0),
        gives(Double.NaN, "LOG", 1, 10),
        gives(8.0, "POWER", 2, 3),
        gives(Double.POSITIVE_INFINITY, "COT", 0),
        gives(180.0, "DEGREES", Math.PI),
        gives(Math.PI, "PI"),
        gives(Double.NaN, "ACOS", 2),
        gives(null, "SQRT", nullOf(SqlType.INTEGER)));
  }

  @Test
  void roundsDecimalsIntoTypesThatHoldThem() {
    assertThat(resolve("ROUND", nullOf(SqlType.decimal(4, 2))).returnType())
        .isEqualTo(SqlType.decimal(3, 0));
    assertThat(resolve("ROUND", nullOf(SqlType.decimal(4, 2)), 1).returnType())
        .isEqualTo(SqlType.decimal(4, 2));
    assertThat(resolve("TRUNC", nullOf(SqlType.decimal(2, 2))).returnType())
        .isEqualTo(SqlType.decimal(1, 0));
  }

  @Test
  void measuresDistances() {
    assertThat((double) call("GEO_DISTANCE", 37.4439, -122.1663, 51.5257, -0.1122))
        .isEqualTo(8634.6597965, within(1e-6));
    assertThat((double) call("GEO_DISTANCE", 0, 0, 0, 180, "miles"))
        .isEqualTo(Math.PI * 3959, within(1e-6));
    assertThatThrownBy(() -> call("GEO_DISTANCE", 91, 0, 0, 0))
        .hasMessage("GEO_DISTANCE takes a latitude between -90.0 and 90.0.");
    assertThatThrownBy(() -> call("GEO_DISTANCE", 0, 0, 0, 0, "feet"))
        .hasMessage("GEO_DISTANCE does not know the unit 'feet'. Units: KM, MILES.");
  }

  @TestFactory
  Stream<DynamicTest> choosesAmongValues() {
    return Stream.of(
        gives("x", "COALESCE", nullOf(SqlType.STRING), "x", "y"),
        gives(10L, "IFNULL", nullOf(SqlType.BIGINT), 10),
        gives(null, "NULLIF", "x", "x"),
        gives("x", "NULLIF", "x", "y"),
        gives(null, "NULLIF", nullOf(SqlType.STRING), "y"),
        gives("b", "GREATEST", "a", "b", null),
        gives(1.5, "LEAST", 2.0, 1.5, 3),
        gives(new BigDecimal("1.500"), "LEAST", new BigDecimal("1.5"), new BigDecimal("2.125")),
        gives(7, "AS_VALUE", 7));
  }

  @TestFactory
  Stream<DynamicTest> worksOnArrays() {
    return Stream.of(
        gives(3, "ARRAY_LENGTH", List.of(1, 2, 3)),
        gives(true, "ARRAY_CONTAINS", List.of(1L, 2L), 2),
        gives(true, "ARRAY_CONTAINS", listOf("a", null), null),
        gives(false, "ARRAY_CONTAINS", nullOf(INTS), 2),
        gives(List.of(1, 2, 1), "ARRAY_CONCAT", List.of(1, 2), List.of(1)),
        gives(List.of(1), "ARRAY_CONCAT", nullOf(INTS), List.of(1)),
        gives(listOf("a", null, "c"), "ARRAY_DISTINCT", listOf("a", "a", null, "c")),
        gives(List.of(1, 2, 3, 4), "ARRAY_UNION", List.of(1, 2, 3, 1, 2), List.of(4, 1)),
        gives(List.of(1, 2), "ARRAY_INTERSECT", List.of(1, 2, 3, 1), List.of(2, 1)),
        gives(listOf("a", null), "ARRAY_EXCEPT", listOf("a", null, "c"), List.of("c")),
        gives(null, "ARRAY_UNION", nullOf(INTS), List.of(1)),
        gives(listOf(1, 3), "ARRAY_REMOVE", List.of(1, 2, 3, 2), 2),
        gives(listOf("a"), "ARRAY_REMOVE", listOf("a", null), null),
        gives("baz", "ARRAY_MAX", listOf("Foo", "Bar", null, "baz")),
        gives(-1, "ARRAY_MIN", listOf(-1, 2, null)),
        gives(null, "ARRAY_MAX", typed(INTS, List.of())),
        gives(listOf(-1, 0, 2, null), "ARRAY_SORT", listOf(-1, 2, null, 0)),
        gives(listOf(2, 0, null), "ARRAY_SORT", listOf(0, null, 2), "DESC"),
        gives("1,null,2", "ARRAY_JOIN", listOf(1, null, 2)),
        gives(
            "1.50|2.00",
            "ARRAY_JOIN",
            List.of(new BigDecimal("1.50"), new BigDecimal("2.00")),
            "|"),
        gives(List.of("b", "c"), "SLICE", List.of("a", "b", "c"), 2, 3),
        gives(null, "SLICE", List.of("a"), 2, 3),
        gives(List.of(1, 2, 3), "GENERATE_SERIES", 1, 3),
        gives(List.of(3L, 1L), "GENERATE_SERIES", 3L, 1L, -2),
        gives(List.of(0), "GENERATE_SERIES", 0, 0));
  }

  @TestFactory
  Stream<DynamicTest> worksOnMaps() {
    return Stream.of(
        gives(Map.of("a", 1), "AS_MAP", List.of("a", "b"), List.of(1)),
        gives(List.of("a"), "MAP_KEYS", Map.of("a", 1)),
        gives(List.of(1), "MAP_VALUES", Map.of("a", 1)),
        gives(Map.of("a", 2, "b", 1), "MAP_UNION", Map.of("a", 1, "b", 1), Map.of("a", 2)),
        gives(
            List.of(new StructValue("a", 1), new StructValue("b", 2)),
            "ENTRIES",
            Map.of("b", 2, "a", 1),
            true));
  }

  @TestFactory
  Stream<DynamicTest> appliesLambdas() {
    Lambda increment = new Lambda(1, SqlType.INTEGER, a -> (int) a[0] + 1);
    Lambda large = new Lambda(1, SqlType.BOOLEAN, a -> (int) a[0] > 1);
    Lambda sum = new Lambda(2, SqlType.INTEGER, a -> (int) a[0] + (int) a[1]);
    Lambda key = new Lambda(2, SqlType.STRING, a -> a[0] + "!");
    Lambda value = new Lambda(2, SqlType.INTEGER, a -> (int) a[1] * 2);
    return Stream.of(
        gives(List.of(2, 3), "TRANSFORM", List.of(1, 2), increment),
        gives(Map.of("a!", 4), "TRANSFORM", Map.of("a", 2), key, value),
        gives(null, "TRANSFORM", nullOf(INTS), increment),
        gives(List.of(2), "FILTER", List.of(1, 2), large),
        gives(6, "REDUCE", List.of(1, 2), 3, sum),
        gives(3, "REDUCE", nullOf(INTS), 3, sum),
        gives(null, "REDUCE", List.of(1, 2), nullOf(SqlType.INTEGER), sum));
  }

  @TestFactory
  Stream<DynamicTest> readsAndWritesTimes() {
    Instant moment = Instant.parse("2021-06-30T12:18:39.446Z");
    String pattern = "yyyy-MM-dd HH:mm:ss.SSS";
    return Stream.of(
        gives(moment, "PARSE_TIMESTAMP", "2021-06-30 12:18:39.446", pattern),
        gives(
            moment,
            "PARSE_TIMESTAMP",
            "2021-06-30T14:18:39.446+02:00",
            "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"),
        gives(moment, "PARSE_TIMESTAMP", "2021-06-30 08:18:39.446", pattern, "America/New_York"),
        gives(Instant.parse("2021-06-30T00:00:00Z"), "PARSE_TIMESTAMP", "2021-06-31", "yyyy-MM-dd"),
        gives(Instant.parse("2021-01-01T00:00:00Z"), "PARSE_TIMESTAMP", "2021", "yyyy"),
        gives("2021-06-30 12:18:39.446", "FORMAT_TIMESTAMP", moment, pattern),
        gives("30 Jun 21 08:18", "FORMAT_TIMESTAMP", moment, "d MMM yy HH:mm", "America/New_York"),
        gives(
            "2018-05-11 14:58:33 PDT",
            "TIMESTAMPTOSTRING",
            1526075913000L,
            "yyyy-MM-dd HH:mm:ss zzz",
            "America/Los_Angeles"),
        gives(
            1526075913000L, "STRINGTOTIMESTAMP", "2018-05-11T21:58:33Z", "yyyy-MM-dd'T'HH:mm:ssX"),
        gives(LocalDate.of(2021, 10, 11), "PARSE_DATE", "11/10/2021", "dd/MM/yyyy"),
        gives("11.10.21", "FORMAT_DATE", LocalDate.of(2021, 10, 11), "dd.MM.yy"),
        gives(18911, "STRINGTODATE", "2021-10-11", "yyyy-MM-dd"),
        gives("2021-10-11", "DATETOSTRING", 18911, "yyyy-MM-dd"),
        gives(LocalTime.of(13, 0), "PARSE_TIME", "01:00:00 Pm", "hh:mm:ss a"),
        gives("13_00", "FORMAT_TIME", LocalTime.of(13, 0), "HH_mm"),
        gives(moment, "FROM_UNIXTIME", moment.toEpochMilli()),
        gives(moment.toEpochMilli(), "UNIX_TIMESTAMP", moment),
        gives(LocalDate.of(1970, 1, 11), "FROM_DAYS", 10),
        gives(10, "UNIX_DATE", LocalDate.of(1970, 1, 11)),
        gives(
            Instant.parse("2021-06-30T15:18:39.446Z"),
            "CONVERT_TZ",
            moment,
            "America/Los_Angeles",
            "America/New_York"),
        gives(Instant.parse("2021-07-02T12:18:39.446Z"), "TIMESTAMPADD", TimeUnit.DAYS, 2, moment),
        gives(moment.minusMillis(5), "TIMESTAMPSUB", TimeUnit.MILLISECONDS, 5, moment),
        gives(LocalDate.of(1970, 1, 3), "DATEADD", TimeUnit.DAYS, 2, LocalDate.EPOCH),
        gives(LocalDate.of(1969, 12, 31), "DATESUB", TimeUnit.HOURS, 1, LocalDate.EPOCH),
        gives(LocalTime.of(1, 0), "TIMEADD", TimeUnit.HOURS, 2, LocalTime.of(23, 0)),
        gives(LocalTime.of(23, 0), "TIMESUB", TimeUnit.HOURS, 2, LocalTime.of(1, 0)),
        gives(null, "TIMESUB", TimeUnit.HOURS, nullOf(SqlType.INTEGER), LocalTime.of(1, 0)));
  }

  @Test
  void saysWhichPatternATextDoesNotMatchAndNotTheText() {
    assertThatThrownBy(() -> call("PARSE_DATE", "secret", "yyyy-MM-dd"))
        .hasMessage("The text does not match the pattern 'yyyy-MM-dd' at index 0");
    assertThatThrownBy(() -> call("PARSE_DATE", "2020", "yyyy-bogus"))
        .hasMessage("'yyyy-bogus' is not a date or time pattern.");
    assertThatThrownBy(() -> call("PARSE_TIMESTAMP", "2020", "yyyy", "Moon"))
        .hasMessage("Unknown time-zone ID: Moon");
  }

  @TestFactory
  Stream<DynamicTest> writesJson() {
    SqlType.Struct struct =
        SqlType.struct(
            List.of(
                new SqlType.Field("ID", SqlType.INTEGER),
                new SqlType.Field("NAME", SqlType.STRING)));
    return Stream.of(
        gives("1", "TO_JSON_STRING", 1),
        gives("15.30", "TO_JSON_STRING", new BigDecimal("15.30")),
        gives("\"a\\\"b\"", "TO_JSON_STRING", "a\"b"),
        gives("true", "TO_JSON_STRING", true),
        gives("\"2021-10-11\"", "TO_JSON_STRING", LocalDate.of(2021, 10, 11)),
        gives("\"13:25\"", "TO_JSON_STRING", LocalTime.of(13, 25)),
        gives(
            "\"2021-06-30T12:18:39.446\"",
            "TO_JSON_STRING",
            Instant.parse("2021-06-30T12:18:39.446Z")),
        gives("\"IQ==\"", "TO_JSON_STRING", ByteBuffer.wrap(new byte[] {'!'})),
        gives("null", "TO_JSON_STRING", nullOf(SqlType.STRING)),
        gives("null", "TO_JSON_STRING", (Object) null),
        gives("[1,null]", "TO_JSON_STRING", listOf(1, null)),
        gives("{\"c\":2}", "TO_JSON_STRING", Map.of("c", 2)),
        gives(
            "{\"ID\":1,\"NAME\":\"A\"}", "TO_JSON_STRING", typed(struct, new StructValue(1, "A"))));
  }
}
