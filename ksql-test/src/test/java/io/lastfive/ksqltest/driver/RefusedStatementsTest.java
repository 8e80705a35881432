// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.driver;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.ksqlengine.KsqlException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the language refuses, in the words its users know. */
class RefusedStatementsTest {
  private static final String OUTPUT = "Could not determine output schema for query due to error: ";

  private final ScriptDriver driver = new ScriptDriver();

  @BeforeEach
  void createSources() {
    driver.execute(
        """
        CREATE STREAM orders (id STRING KEY, pieces INT, price DECIMAL(5, 2), note STRING)
          WITH (KAFKA_TOPIC='orders', VALUE_FORMAT='JSON');
        CREATE STREAM returns (id STRING KEY, pieces INT)
          WITH (KAFKA_TOPIC='returns', VALUE_FORMAT='JSON');
        """);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          WINDOW_TYPE='HOPPING'                     | HOPPING windows require 'WINDOW_SIZE' to be provided in the WITH clause. For example: 'WINDOW_SIZE'='10 SECONDS'
          TIMESTAMP='AT', TIMESTAMP_FORMAT='yyyy'   | 'TIMESTAMP_FORMAT' set in the WITH clause can only be used when the timestamp column is of type STRING.
          """)
  void refusesPropertiesThatDoNotFit(String properties, String message) {
    assertRefused(
        "CREATE STREAM visits (id STRING KEY, at BIGINT) WITH (KAFKA_TOPIC='v', VALUE_FORMAT='JSON', "
            + properties
            + ");",
        message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          pieces = NULL                             | Comparison with NULL not supported: INTEGER = NULL\\nUse 'IS NULL' or 'IS NOT NULL' instead.
          NULL < note                               | Comparison with NULL not supported: NULL < STRING\\nUse 'IS NULL' or 'IS NOT NULL' instead.
          pieces LIKE '1%'                          | Like condition must be between strings
          note LIKE pieces                          | Like condition must be between strings
          STRUCT(a := 1, b := 2, a := 'x')          | Duplicate field names found in STRUCT: '`A` INTEGER' and '`A` STRING'
          """)
  void refusesExpressionsWithoutSense(String expression, String message) {
    assertRefused(
        "CREATE STREAM o AS SELECT id, " + expression + " AS r FROM orders;",
        OUTPUT + message.replace("\\n", "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          TUMBLING (SIZE 0 SECONDS)                       | Window size (sizeMs) must be larger than zero.
          HOPPING (SIZE 1 SECOND, ADVANCE BY 2 SECONDS)   | Window advancement interval should be more than zero and less than window duration which is 1000 ms, but given advancement interval is: 2000 ms
          HOPPING (SIZE 1 SECOND, ADVANCE BY 0 SECONDS)   | Window advancement interval should be more than zero and less than window duration which is 1000 ms, but given advancement interval is: 0 ms
          SESSION (0 MINUTES)                             | Gap time (inactivityGapMs) cannot be zero or negative.
          """)
  void refusesWindowsNothingWouldBeIn(String window, String message) {
    assertRefused(
        "CREATE TABLE t AS SELECT id, COUNT(*) AS n FROM orders WINDOW " + window + " GROUP BY id;",
        OUTPUT + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          orders a JOIN orders b WITHIN 1 HOUR ON a.id = b.id                                                       | Can not join 'ORDERS' to 'ORDERS': self joins are not yet supported.
          orders a JOIN returns b WITHIN 1 HOUR ON a.id = b.id JOIN returns c WITHIN 1 HOUR ON a.id = c.id          | N-way joins do not support multiple occurrences of the same source. Source: 'RETURNS'.
          """)
  void refusesToReadASourceTwice(String join, String message) {
    assertRefused("CREATE STREAM o AS SELECT * FROM " + join + ";", OUTPUT + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          pieces | 1.5         | Expected type INTEGER for field `PIECES` but got DECIMAL(1.5)
          pieces | 99999999999 | Expected type INTEGER for field `PIECES` but got BIGINT(99999999999)
          note   | 5           | Expected type STRING for field `NOTE` but got INTEGER(5)
          note   | true        | Expected type STRING for field `NOTE` but got BOOLEAN(true)
          price  | 1.5E0       | Expected type DECIMAL(5, 2) for field `PRICE` but got DOUBLE(1.5)
          price  | 1.125       | Cannot fit decimal '1.125' into DECIMAL(5, 2) without rounding. (Requires 4,3)
          """)
  void refusesToCutOffWhatIsInserted(String column, String value, String message) {
    assertRefused(
        "INSERT INTO orders (id, " + column + ") VALUES ('o-1', " + value + ");",
        "Failed to insert values into 'ORDERS'. " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          a-b    | Query IDs may contain only alphanumeric characters and '_'. Got: 'A-B'
          csas_x | Query IDs must not start with a reserved query ID prefix (INSERTQUERY_, CTAS_, CSAS_, CST_). Got 'CSAS_X'.
          """)
  void refusesNamesOfQueriesThatTheServerGives(String id, String message) {
    assertRefused(
        "INSERT INTO returns WITH (QUERY_ID='" + id + "') SELECT id, pieces FROM orders;", message);
  }

  @Test
  void refusesATypeThatHasAFieldTwice() {
    assertRefused(
        "CREATE TYPE twice AS STRUCT<a INT, `a` INT, A STRING>;",
        "Failed to prepare statement: Duplicate field names found in STRUCT: '`A` INTEGER' and '`A`"
            + " STRING'");
  }

  private void assertRefused(String sql, String message) {
    assertThatThrownBy(() -> driver.execute(sql))
        .isInstanceOf(KsqlException.class)
        .hasMessage(message);
  }
}
