// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.FunctionCall.FUNCTIONS;
import static io.lastfive.ksqlengine.functions.FunctionCall.nullOf;
import static io.lastfive.ksqlengine.functions.FunctionCall.resolve;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.functions.FunctionCatalog.Kind;
import io.lastfive.ksqlengine.functions.FunctionCatalog.NotLiteral;
import io.lastfive.ksqlengine.functions.FunctionCatalog.ParameterDescription;
import io.lastfive.ksqlengine.types.SqlType;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResolutionTest {

  @Test
  void namesTheAlternativesOfAWrongCall() {
    assertThatThrownBy(() -> resolve("SUBSTRING", nullOf(SqlType.decimal(19, 4)), 1))
        .isInstanceOf(KsqlException.class)
        .hasMessage(
            """
            Function 'substring' does not accept parameters (DECIMAL(19, 4), INTEGER).
            Valid alternatives are:
            SUBSTRING(VARCHAR str, INT pos, INT length)
            SUBSTRING(BYTES bytes, INT pos, INT length)
            SUBSTRING(BYTES bytes, INT pos)
            SUBSTRING(VARCHAR str, INT pos)
            For detailed information on a function run: DESCRIBE FUNCTION <Function-Name>;""");
  }

  @Test
  void keepsTheCaseOfATableFunctionsName() {
    assertThatThrownBy(
            () ->
                FUNCTIONS.resolveTable(
                    "EXPLODE",
                    FunctionCall.types(nullOf(SqlType.map(SqlType.STRING, SqlType.INTEGER)))))
        .hasMessage(
            """
            Function 'explode' does not accept parameters (MAP<STRING, INTEGER>).
            Valid alternatives are:
            explode(ARRAY<DECIMAL> input)
            explode(ARRAY<T> list)
            For detailed information on a function run: DESCRIBE FUNCTION <Function-Name>;""");
  }

  @Test
  void refusesUnknownNames() {
    assertThatThrownBy(() -> resolve("NOFUNC", 1))
        .hasMessage("Can't find any functions with the name 'NOFUNC'");
    assertThatThrownBy(() -> FUNCTIONS.kind("NOFUNC"))
        .hasMessage("Can't find any functions with the name 'NOFUNC'");
  }

  @Test
  void refusesToGuessAmongSeveralWiderTypes() {
    assertThatThrownBy(() -> resolve("LEAST", 1, 2L))
        .hasMessageStartingWith(
            "Function 'least' cannot be resolved due to ambiguous method parameters (INTEGER,"
                + " BIGINT).\nValid alternatives are:\nLEAST(INT val, INT... vals)\n");
    assertThatThrownBy(() -> resolve("LEAST", null, null))
        .hasMessageStartingWith(
            "Function 'least' cannot be resolved due to ambiguous method parameters (null, null).");
    assertThat(resolve("LEAST", 1, 2L, 2.5).returnType()).isEqualTo(SqlType.DOUBLE);
  }

  @Test
  void takesExactTypesBeforeWiderOnes() {
    assertThat(resolve("ABS", 1).returnType()).isEqualTo(SqlType.INTEGER);
    assertThat(resolve("ABS", 1L).returnType()).isEqualTo(SqlType.BIGINT);
    assertThat(resolve("ABS", new BigDecimal("1.50")).returnType())
        .isEqualTo(SqlType.decimal(3, 2));
    assertThat(resolve("SQRT", new BigDecimal("1.5")).argumentTypes())
        .containsExactly(SqlType.DOUBLE);
    assertThat(resolve("FROM_UNIXTIME", 1).argumentTypes()).containsExactly(SqlType.BIGINT);
  }

  @Test
  void widensLettersToTheWidestArgument() {
    assertThat(resolve("IFNULL", nullOf(SqlType.BIGINT), 0).argumentTypes())
        .containsExactly(SqlType.BIGINT, SqlType.BIGINT);
    assertThat(resolve("COALESCE", 0, nullOf(SqlType.BIGINT)).returnType())
        .isEqualTo(SqlType.BIGINT);
    assertThat(resolve("COALESCE", null, "x").argumentTypes())
        .isEqualTo(Arrays.asList(null, SqlType.STRING));
  }

  @Test
  void computesTheDecimalThatFitsAll() {
    assertThat(
            resolve("LEAST", nullOf(SqlType.decimal(9, 2)), nullOf(SqlType.decimal(7, 6)))
                .returnType())
        .isEqualTo(SqlType.decimal(13, 6));
  }

  @Test
  void reducesWithTheWiderOfStateAndResult() {
    FunctionCatalog.ScalarCall call =
        resolve(
            "REDUCE",
            List.of(1L),
            0,
            new FunctionCall.Lambda(2, SqlType.BIGINT, values -> values[0]));

    assertThat(call.argumentTypes())
        .isEqualTo(Arrays.asList(SqlType.array(SqlType.BIGINT), SqlType.BIGINT, null));
    assertThat(call.lambdaParameterTypes())
        .containsExactly(List.of(), List.of(), List.of(SqlType.BIGINT, SqlType.BIGINT));
  }

  @Test
  void refusesASettingThatIsNoLiteral() {
    assertThatThrownBy(
            () ->
                FUNCTIONS.resolveAggregate(
                    "EARLIEST_BY_OFFSET",
                    FunctionCall.types(1, 1),
                    List.of(new NotLiteral("F0"), new NotLiteral("F0"))))
        .hasMessage(
            "Parameter 2 passed to function EARLIEST_BY_OFFSET must be a literal constant, but was"
                + " expression: 'F0'");
  }

  @Test
  void widensNoArgumentsOfAggregates() {
    assertThatThrownBy(() -> FunctionCall.resolveAggregate("AVG", SqlType.decimal(4, 2)))
        .hasMessage(
            """
            Function 'AVG' does not accept parameters (DECIMAL(4, 2)).
            Valid alternatives are:
            AVG(BIGINT val)
            AVG(INT val)
            AVG(DOUBLE val)
            For detailed information on a function run: DESCRIBE FUNCTION <Function-Name>;""");
  }

  @Test
  void describesParameters() {
    assertThat(
            FUNCTIONS.describe().stream()
                .filter(function -> function.name().equals("TOPK"))
                .flatMap(function -> function.variants().stream())
                .filter(variant -> variant.parameters().size() == 3)
                .findFirst()
                .orElseThrow()
                .parameters())
        .containsExactly(
            new ParameterDescription("sortCol", "BIGINT", "", false),
            new ParameterDescription("otherCols", "ANY", "", true),
            new ParameterDescription("k", "INT", "", false));
  }

  @Test
  void describesEveryFunctionOnce() {
    assertThat(FUNCTIONS.describe())
        .hasSize(149)
        .allSatisfy(function -> assertThat(function.description()).isNotEmpty());
    assertThat(FUNCTIONS.kind("count")).isEqualTo(Kind.AGGREGATE);
    assertThat(FUNCTIONS.kind("Explode")).isEqualTo(Kind.TABLE);
    assertThat(FUNCTIONS.exists("lpad")).isTrue();
  }
}
