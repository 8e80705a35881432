// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.functions.BuiltInFunctions;
import io.lastfive.ksqlengine.parser.KsqlParser;
import io.lastfive.ksqlengine.parser.SqlFormatter;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.TextList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExpressionCompilerTest {
  private final ExpressionCompiler compiler =
      new ExpressionCompiler(new BuiltInFunctions(), SqlFormatter::format);
  private final RowContext row = new RowContext();
  private final List<String> failures = new ArrayList<>();

  @Test
  void goesOnWithNullWhereACallFails() {
    Object value = evaluate("COALESCE(PARSE_DATE('soon', 'yyyy'), PARSE_DATE('1970', 'yyyy'))");

    assertThat(value).hasToString("1970-01-01");
    assertThat(failures)
        .containsExactly(
            "PARSE_DATE('soon', 'yyyy'): The text does not match the pattern 'yyyy' at index 0");
  }

  @Test
  void failsTheWholeExpressionWhereNobodyListens() {
    TypedExpression compiled = compile("COALESCE(PARSE_DATE('soon', 'yyyy'), FROM_DAYS(0))");

    assertThatThrownBy(() -> compiled.evaluator().evaluate(row))
        .hasMessage("The text does not match the pattern 'yyyy' at index 0");
  }

  @Test
  void failsALambdaThatCalculatesWithNull() {
    assertThat(evaluate("TRANSFORM(ARRAY[1, 2], x => x + 1)")).isEqualTo(List.of(2, 3));
    assertThat(evaluate("TRANSFORM(ARRAY[1, NULL], x => x + 1)")).isNull();
    assertThat(failures)
        .containsExactly(
            "TRANSFORM(ARRAY[1, null], (X) => (X + 1)): An operand is NULL in a lambda: (X + 1)");
    assertThat(evaluate("CAST(NULL AS INT) + 1")).isNull();
  }

  @Test
  void appliesLambdasInsideLambdas() {
    assertThat(
            evaluate(
                "REDUCE(TRANSFORM(ARRAY[1, 2], x => REDUCE(ARRAY[10, 20], x, (s, y) => s + y)),"
                    + " 0, (s, x) => s * 100 + x)"))
        .isEqualTo(3132);
  }

  @Test
  void splitsWhatAnAggregateKeepsAsItSplitsOtherTexts() {
    for (List<?> texts : List.of(List.of("a␟b", "c"), TextList.of(List.of("a␟b", "c")))) {
      row.value = new Object[] {texts};

      assertThat(evaluate("TRANSFORM(texts, p => SPLIT(p, '␟'))"))
          .isEqualTo(List.of(List.of("a", "b"), List.of("c")));
      assertThat(evaluate("TRANSFORM(TRANSFORM(texts, p => SPLIT(p, '␟')), f => f[1])"))
          .isEqualTo(List.of("a", "c"));
      assertThat(evaluate("TRANSFORM(texts, p => SPLIT(p, ''))"))
          .isEqualTo(List.of(List.of("a", "␟", "b"), List.of("c")));
      assertThat(evaluate("TRANSFORM(texts, p => SPLIT(p, p))"))
          .isEqualTo(List.of(List.of("", ""), List.of("", "")));
      assertThat(evaluate("TRANSFORM(texts, p => SPLIT('x' + p, '␟'))"))
          .isEqualTo(List.of(List.of("xa", "b"), List.of("xc")));
      assertThat(evaluate("TRANSFORM(texts, p => SPLIT(p, CAST(NULL AS STRING)))"))
          .isEqualTo(Arrays.asList(null, null));
    }
  }

  @Test
  void joinsTextsAndWritesNullWhereThereIsNone() {
    assertThat(evaluate("'a' + CAST(NULL AS STRING) + '␟' + 'b'")).isEqualTo("anull␟b");
    assertThat(evaluate("'a' + ('b' + NULL) + CAST(1 AS STRING)")).isEqualTo("abnull1");
    assertThat(evaluate("NULL + 'a' + 'b'")).isEqualTo("nullab");
  }

  @Test
  void refusesWhatHasNoSense() {
    assertRefused(
        "5.0 / NULL",
        "Error processing expression: (5.0 / null). Arithmetic on types DECIMAL(2, 1) and null are"
            + " not supported.");
    assertRefused(
        "NULL <> NULL",
        "Comparison with NULL not supported: NULL <> NULL\nUse 'IS NULL' or 'IS NOT NULL' instead.");
    assertRefused("NOFUNC(1)", "Can't find any functions with the name 'NOFUNC'");
  }

  private void assertRefused(String sql, String message) {
    assertThatThrownBy(() -> compile(sql)).isInstanceOf(KsqlException.class).hasMessage(message);
  }

  private TypedExpression compile(String sql) {
    return compiler.compile(
        KsqlParser.parseExpression(sql),
        reference -> {
          if (reference.name().equals("TEXTS")) {
            return new Slot.Value(0, SqlType.array(SqlType.STRING));
          }
          throw new KsqlException("no columns here: " + reference.name());
        });
  }

  private @Nullable Object evaluate(String sql) {
    row.failedCalls = (call, failure) -> failures.add(call + ": " + failure.getMessage());
    return compile(sql).evaluator().evaluate(row);
  }
}
