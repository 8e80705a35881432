// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.ksqlengine.KsqlException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VariableSubstitutionTest {

  private static final Map<String, String> VARIABLES =
      Map.of("name", "s1", "Format", "JSON", "n", "-3", "quoted", "'my topic'", "evil", "it's");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "CREATE STREAM ${name} (a INT);|CREATE STREAM s1 (a INT);",
        "WITH (VALUE_FORMAT='${format}');|WITH (VALUE_FORMAT='JSON');",
        "WITH (KAFKA_TOPIC='pre-${NAME}-${FORMAT}');|WITH (KAFKA_TOPIC='pre-s1-JSON');",
        "WITH (PARTITIONS=${n});|WITH (PARTITIONS=-3);",
        "WITH (KAFKA_TOPIC=${quoted});|WITH (KAFKA_TOPIC='my topic');",
        "SELECT `${name}` FROM \"${name}\";|SELECT `s1` FROM \"s1\";",
        "SELECT '${evil}' FROM b;|SELECT 'it''s' FROM b;",
        "SELECT '${nope}', ${nope} FROM b;|SELECT '${nope}', ${nope} FROM b;",
        "SELECT '$${name}' FROM b;|SELECT '${name}' FROM b;",
        "DEFINE a = $${name};|DEFINE a = ${name};",
        "SELECT a -- ${name}|SELECT a -- ${name}",
      })
  void putsValuesInTheirPlaces(String sql, String substituted) {
    assertThat(VariableSubstitution.substitute(new StatementText(sql, 3, 5), VARIABLES))
        .isEqualTo(new StatementText(substituted, 3, 5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"s1; DROP STREAM s2", "s1, s2", "a b", "COUNT(*)", "1 + 1", "'a' 'b'", "", "s --"})
  void refusesAValueThatIsMoreThanOneNameOrLiteral(String value) {
    StatementText statement = new StatementText("SELECT * FROM ${name};");

    assertThatThrownBy(() -> VariableSubstitution.substitute(statement, Map.of("name", value)))
        .isInstanceOf(KsqlException.class)
        .hasMessage(
            "Illegal argument at Line: 1, Col: 15. Got: '"
                + value
                + "'. A variable stands for one name or one literal.");
  }

  @Test
  void leavesAStatementWithoutReferencesAsItIs() {
    StatementText statement = new StatementText("LIST STREAMS;");

    assertThat(VariableSubstitution.substitute(statement, VARIABLES)).isSameAs(statement);
  }
}
