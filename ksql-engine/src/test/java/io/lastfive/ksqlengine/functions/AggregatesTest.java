// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.FunctionCall.FUNCTIONS;
import static io.lastfive.ksqlengine.functions.FunctionCall.aggregate;
import static io.lastfive.ksqlengine.functions.FunctionCall.listOf;
import static io.lastfive.ksqlengine.functions.FunctionCall.resolveAggregate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lastfive.ksqlengine.functions.FunctionCatalog.AggregateBody;
import io.lastfive.ksqlengine.functions.FunctionCatalog.AggregateCall;
import io.lastfive.ksqlengine.functions.FunctionCatalog.NotLiteral;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AggregatesTest {

  @Test
  void countsAndAdds() {
    assertThat(aggregate("COUNT", SqlType.STRING, listOf("a", null, "b")))
        .containsExactly(1L, 1L, 2L);
    assertThat(aggregate("SUM", SqlType.INTEGER, listOf(1, null, 2))).containsExactly(1, 1, 3);
    assertThat(aggregate("SUM", SqlType.DOUBLE, listOf(0.5, 0.25))).containsExactly(0.5, 0.75);
    assertThat(
            aggregate(
                "SUM",
                SqlType.decimal(6, 2),
                listOf(new BigDecimal("1.10"), new BigDecimal("2.20"))))
        .containsExactly(new BigDecimal("1.10"), new BigDecimal("3.30"));
    assertThat(aggregate("AVG", SqlType.BIGINT, listOf(null, 1L, 2L)))
        .containsExactly(0.0, 1.0, 1.5);
    assertThat(aggregate("SUM_LIST", SqlType.array(SqlType.BIGINT), listOf(listOf(1L, null), null)))
        .containsExactly(1L, 1L);
  }

  @Test
  void refusesADecimalSumThatItsTypeCannotHold() {
    assertThatThrownBy(
            () ->
                aggregate(
                    "SUM",
                    SqlType.decimal(2, 1),
                    listOf(new BigDecimal("9.0"), new BigDecimal("1.0"))))
        .hasMessage(
            "Numeric field overflow: A field with precision 2 and scale 1 must round to an absolute"
                + " value less than 10^1.");
  }

  @Test
  void takesRowsOfATableBack() {
    assertUndone("COUNT", SqlType.STRING, "a", "b");
    assertUndone("SUM", SqlType.BIGINT, 1L, 2L);
    assertUndone("AVG", SqlType.DOUBLE, 1.0, 3.0);
    assertUndone("STDDEV_SAMPLE", SqlType.DOUBLE, 1.0, 3.0);
    assertUndone("COLLECT_LIST", SqlType.STRING, "a", "b");
    assertUndone("HISTOGRAM", SqlType.STRING, "a", "b");
    assertUndone("ATTR", SqlType.STRING, "a", "b");
    assertUndone("SUM_LIST", SqlType.array(SqlType.INTEGER), List.of(1), List.of(2));
    assertThat(resolveAggregate("MAX", SqlType.INTEGER).body().supportsUndo()).isFalse();
    assertThat(resolveAggregate("TOPKDISTINCT", SqlType.STRING, 5).body().supportsUndo()).isFalse();
  }

  private static void assertUndone(String name, SqlType type, Object first, Object second) {
    AggregateBody body = resolveAggregate(name, type).body();
    Object before = body.result(body.add(new Object[] {first}, body.initialize()));

    Object both =
        body.add(new Object[] {second}, body.add(new Object[] {first}, body.initialize()));
    Object after = body.result(body.undo(new Object[] {second}, both));

    assertThat(body.supportsUndo()).isTrue();
    assertThat(after).as(name).isEqualTo(before);
  }

  @Test
  void comparesAllOrderedTypes() {
    assertThat(aggregate("MAX", SqlType.STRING, listOf(null, "a", "c", "b")))
        .containsExactly(null, "a", "c", "c");
    assertThat(aggregate("MIN", SqlType.INTEGER, listOf(2, null, 1, 3)))
        .containsExactly(2, 2, 1, 1);
  }

  @Test
  void measuresSpread() {
    List<@Nullable Object> rows = listOf(2.0, 4.0, null, 9.0);

    assertThat(aggregate("STDDEV_SAMP", SqlType.DOUBLE, rows)).containsExactly(0.0, 2.0, 2.0, 13.0);
    assertThat((double) aggregate("STDDEV_SAMPLE", SqlType.DOUBLE, rows).get(3))
        .isEqualTo(Math.sqrt(13), within(1e-12));
  }

  @Test
  void joinsTheSpreadOfTwoSessions() {
    AggregateBody body = resolveAggregate("STDDEV_SAMP", SqlType.DOUBLE).body();
    Object left = body.add(new Object[] {4.0}, body.add(new Object[] {2.0}, body.initialize()));
    Object right = body.add(new Object[] {9.0}, body.initialize());

    assertThat((double) body.result(body.merge(left, right))).isEqualTo(13.0, within(1e-12));
    assertThat(body.result(body.merge(body.initialize(), left))).isEqualTo(2.0);
  }

  @Test
  void correlates() {
    AggregateCall call =
        FUNCTIONS.resolveAggregate(
            "CORRELATION",
            FunctionCall.types(1.0, 1.0),
            List.of(new NotLiteral("X"), new NotLiteral("Y")));
    Object aggregate = call.body().add(new Object[] {1.0, 2.0}, call.body().initialize());
    assertThat(call.body().result(aggregate)).isEqualTo(Double.NaN);

    aggregate = call.body().add(new Object[] {2.0, null}, aggregate);
    aggregate = call.body().add(new Object[] {3.0, 1.0}, aggregate);
    assertThat(call.body().result(aggregate)).isEqualTo(-1.0);
  }

  @Test
  void keepsTheLargest() {
    assertThat(aggregate("TOPK", SqlType.INTEGER, listOf(1, 3, null, 3, 2), 2))
        .containsExactly(List.of(1), List.of(3, 1), List.of(3, 1), List.of(3, 3), List.of(3, 3));
    assertThat(aggregate("TOPKDISTINCT", SqlType.STRING, listOf("a", "c", null, "c", "b"), 2))
        .containsExactly(
            List.of("a"),
            List.of("c", "a"),
            List.of("c", "a"),
            List.of("c", "a"),
            List.of("c", "b"));
    assertThatThrownBy(() -> resolveAggregate("TOPK", SqlType.INTEGER, 0))
        .hasMessage("The number of values to keep must be 1 or greater.");
  }

  @Test
  void keepsTheColumnsOfTheLargest() {
    AggregateCall call =
        FUNCTIONS.resolveAggregate(
            "TOPK",
            FunctionCall.types(1L, "x", true, 2),
            List.of(new NotLiteral("A"), new NotLiteral("B"), new NotLiteral("C"), 2));
    Object aggregate = call.body().initialize();
    for (Object[] row :
        new Object[][] {{1L, "a", true, 2}, {3L, "b", true, 2}, {3L, "c", false, 2}}) {
      aggregate = call.body().add(row, aggregate);
    }

    assertThat(call.returnType().toString())
        .isEqualTo("ARRAY<STRUCT<`sort_col` BIGINT, `col0` STRING, `col1` BOOLEAN>>");
    assertThat(call.body().result(aggregate))
        .isEqualTo(List.of(new StructValue(3L, "b", true), new StructValue(3L, "c", false)));
  }

  @Test
  void keepsFirstAndLastAsTheyArrive() {
    List<@Nullable Object> rows = listOf(null, 1, null, 2);

    assertThat(aggregate("EARLIEST_BY_OFFSET", SqlType.INTEGER, rows))
        .containsExactly(null, 1, 1, 1);
    assertThat(aggregate("EARLIEST_BY_OFFSET", SqlType.INTEGER, rows, false))
        .containsExactly(null, null, null, null);
    assertThat(aggregate("LATEST_BY_OFFSET", SqlType.INTEGER, rows)).containsExactly(null, 1, 1, 2);
    assertThat(aggregate("LATEST_BY_OFFSET", SqlType.INTEGER, rows, false))
        .containsExactly(null, 1, null, 2);
    assertThat(aggregate("EARLIEST_BY_OFFSET", SqlType.INTEGER, rows, 2, false).get(3))
        .isEqualTo(listOf(null, 1));
    assertThat(aggregate("LATEST_BY_OFFSET", SqlType.INTEGER, rows, 2).get(3))
        .isEqualTo(listOf(1, 2));
    assertThat(aggregate("LATEST_BY_OFFSET", SqlType.INTEGER, rows, 2, false).get(3))
        .isEqualTo(listOf(null, 2));
    assertThatThrownBy(() -> resolveAggregate("LATEST_BY_OFFSET", SqlType.INTEGER, 0))
        .hasMessage("latestN must be 1 or greater");
  }

  @Test
  void joinsSessionsInTheOrderOfArrival() {
    for (boolean latest : new boolean[] {true, false}) {
      AggregateBody body =
          resolveAggregate(latest ? "LATEST_BY_OFFSET" : "EARLIEST_BY_OFFSET", SqlType.STRING)
              .body();
      Object first = body.add(new Object[] {"first"}, body.initialize());
      Object second = body.add(new Object[] {"second"}, body.initialize());

      String expected = latest ? "second" : "first";
      assertThat(body.result(body.merge(first, second))).isEqualTo(expected);
      assertThat(body.result(body.merge(second, first))).isEqualTo(expected);
      assertThat(body.result(body.merge(body.initialize(), first))).isEqualTo("first");
    }
  }

  @Test
  void gathersUpToALimit() {
    Map<String, String> limits =
        Map.of("ksql.functions.collect_list.limit", "2", "ksql.functions.collect_set.limit", "1");
    List<@Nullable Object> rows = listOf("a", "a", null, "b");

    assertThat(aggregate("COLLECT_LIST", SqlType.STRING, rows).get(3))
        .isEqualTo(listOf("a", "a", null, "b"));
    assertThat(aggregate("COLLECT_SET", SqlType.STRING, rows).get(3))
        .isEqualTo(listOf("a", null, "b"));
    assertThat(limited(limits, "COLLECT_LIST", rows)).isEqualTo(List.of("a", "a"));
    assertThat(limited(limits, "COLLECT_SET", rows)).isEqualTo(List.of("a"));
    assertThatThrownBy(
            () -> limited(Map.of("ksql.functions.collect_set.limit", "x"), "COLLECT_SET", rows))
        .hasMessage(
            "Invalid value x for configuration ksql.functions.collect_set.limit: a number is"
                + " expected");
  }

  private static @Nullable Object limited(
      Map<String, String> properties, String name, List<@Nullable Object> rows) {
    AggregateBody body =
        FUNCTIONS
            .withProperties(properties)
            .resolveAggregate(name, FunctionCall.types("x"), List.of(new NotLiteral("X")))
            .body();
    Object aggregate = body.initialize();
    for (Object row : rows) {
      aggregate = body.add(new Object[] {row}, aggregate);
    }
    return body.result(aggregate);
  }

  @Test
  void countsTextsAndFindsTheOneThatAllRowsHave() {
    assertThat(aggregate("HISTOGRAM", SqlType.STRING, listOf("a", "b", null, "a")).get(3))
        .isEqualTo(Map.of("a", 2L, "b", 1L));
    assertThat(aggregate("ATTR", SqlType.STRING, listOf("a", "a", null)))
        .containsExactly("a", "a", null);
  }

  @Test
  void estimatesDistinctValues() {
    List<@Nullable Object> few = listOf("a", "b", "a", null, "c");
    assertThat(aggregate("COUNT_DISTINCT", SqlType.STRING, few))
        .containsExactly(1L, 2L, 2L, 2L, 3L);

    AggregateBody body = resolveAggregate("COUNT_DISTINCT", SqlType.INTEGER).body();
    List<@Nullable Object> sessions = new ArrayList<>();
    for (int session = 0; session < 2; session++) {
      Object aggregate = body.initialize();
      for (int i = 0; i < 10_000; i++) {
        aggregate = body.add(new Object[] {session * 5_000 + i}, aggregate);
      }
      sessions.add(aggregate);
    }
    Object merged = body.merge(sessions.get(0), sessions.get(1));
    assertThat((long) body.result(merged)).isBetween(14_250L, 15_750L);
  }

  @Test
  void makesRowsOfArrays() {
    assertThat(
            FUNCTIONS
                .resolveTable("EXPLODE", FunctionCall.types(List.of(new BigDecimal("1.5"))))
                .returnType())
        .isEqualTo(SqlType.decimal(2, 1));
    assertThat(
            FUNCTIONS
                .resolveTable("CUBE_EXPLODE", FunctionCall.types(List.of("a")))
                .body()
                .apply(new Object[] {listOf("a", "b")}))
        .containsExactly(
            listOf(null, null), listOf(null, "b"), listOf("a", null), listOf("a", "b"));
    assertThat(
            FUNCTIONS
                .resolveTable("CUBE_EXPLODE", FunctionCall.types(List.of("a")))
                .body()
                .apply(new Object[] {listOf("a", null)}))
        .containsExactly(listOf(null, null), listOf("a", null));
  }
}
