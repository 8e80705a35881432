// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AlreadyDone;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreateAs;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedInsertInto;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedPull;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedPush;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnalyserTest {
  private final Statements statements = new Statements();

  @BeforeEach
  void declareSources() {
    statements.analyse(
        """
        CREATE STREAM payment (customer STRING KEY, id STRING, amount INT, s STRUCT<a INT>)
          WITH (KAFKA_TOPIC='payment', VALUE_FORMAT='JSON');
        CREATE STREAM refund (customer STRING KEY, id STRING, amount INT)
          WITH (KAFKA_TOPIC='refund', VALUE_FORMAT='JSON');
        CREATE TABLE customer (id STRING PRIMARY KEY, name STRING)
          WITH (KAFKA_TOPIC='customer', VALUE_FORMAT='JSON');
        CREATE TABLE total AS SELECT customer, COUNT(*) AS n FROM payment GROUP BY customer;
        """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          customer AS c, id, amount + 1, s->a  | `C` STRING KEY, `ID` STRING, `KSQL_COL_0` INTEGER, `A` INTEGER
          *                                    | `CUSTOMER` STRING KEY, `ID` STRING, `AMOUNT` INTEGER, `S` STRUCT<`A` INTEGER>
          p.*, AS_VALUE(customer) AS copy      | `CUSTOMER` STRING KEY, `ID` STRING, `AMOUNT` INTEGER, `S` STRUCT<`A` INTEGER>, `COPY` STRING
          customer, s->*, ROWTIME AS at        | `CUSTOMER` STRING KEY, `A` INTEGER, `AT` BIGINT
          """)
  void namesTheColumnsOfAStream(String select, String schema) {
    assertThat(created("CREATE STREAM o AS SELECT " + select + " FROM payment p;"))
        .isEqualTo(schema);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SELECT id AS k, COUNT(*), SUM(amount) AS sum FROM payment GROUP BY id            | `K` STRING KEY, `KSQL_COL_0` BIGINT, `SUM` INTEGER
          SELECT amount, customer, MAX(id) FROM payment GROUP BY customer, amount          | `CUSTOMER` STRING KEY, `AMOUNT` INTEGER KEY, `KSQL_COL_0` STRING
          SELECT customer, WINDOWEND AS e, COUNT(*) AS n FROM payment WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY customer | `CUSTOMER` STRING KEY, `E` BIGINT, `N` BIGINT
          """)
  void namesTheColumnsOfAnAggregate(String query, String schema) {
    assertThat(created("CREATE TABLE o WITH (KEY_FORMAT='JSON') AS " + query + ";"))
        .isEqualTo(schema);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SELECT p.customer, p.id, r.amount FROM payment p JOIN refund r WITHIN 1 HOUR ON p.customer = r.customer | `P_CUSTOMER` STRING KEY, `P_ID` STRING, `R_AMOUNT` INTEGER
          SELECT p.id AS id, name FROM payment p JOIN customer c ON p.id = c.id                                    | `ID` STRING KEY, `NAME` STRING
          SELECT ROWKEY AS k, p.s, r.id FROM payment p FULL OUTER JOIN refund r WITHIN 1 HOUR ON p.id = r.id       | `K` STRING KEY, `S` STRUCT<`A` INTEGER>, `R_ID` STRING
          """)
  void namesTheColumnsOfAJoin(String query, String schema) {
    assertThat(created("CREATE STREAM o AS " + query + ";")).isEqualTo(schema);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          CREATE STREAM o AS SELECT nope FROM payment;                     | Could not determine output schema for query due to error: Line: 1, Col: 27: SELECT column 'NOPE' cannot be resolved.
          CREATE STREAM o AS SELECT * FROM nothing;                        | Exception while preparing statement: NOTHING does not exist.
          CREATE STREAM o AS SELECT customer FROM payment;                 | Could not determine output schema for query due to error: The projection contains no value columns.
          CREATE STREAM o AS SELECT customer, customer AS c, id FROM payment; | Could not determine output schema for query due to error: The projection contains a key column (`CUSTOMER`) more than once, aliased as: CUSTOMER and C.
          CREATE STREAM o AS SELECT customer, id AS rowtime FROM payment;  | Failed to prepare statement: Line: 1, Col: 37: `ROWTIME` is a reserved column name. You cannot use it as an alias for a column.
          CREATE STREAM o WITH (NOPE='x') AS SELECT * FROM payment;        | Failed to prepare statement: Invalid config variable(s) in the WITH clause: NOPE
          CREATE TABLE o AS SELECT id, SUM(COUNT(id)) FROM payment GROUP BY id; | Could not determine output schema for query due to error: Aggregate functions can not be nested: SUM(COUNT())
          CREATE STREAM o AS SELECT * FROM payment PARTITION BY MAX(amount);  | Could not determine output schema for query due to error: PARTITION BY does not support aggregate functions: MAX is an aggregate function.
          CREATE TABLE o AS SELECT COUNT(*) FROM payment GROUP BY EXPLODE(ARRAY[1]); | Could not determine output schema for query due to error: GROUP BY does not support table functions: EXPLODE is a table function.
          CREATE TABLE o AS SELECT id, COUNT(*), EXPLODE(ARRAY[1]) FROM payment GROUP BY id; | Could not determine output schema for query due to error: Table functions cannot be used with aggregations.
          CREATE STREAM o AS SELECT customer, EXPLODE(EXPLODE(ARRAY[ARRAY[1]])) FROM payment; | Could not determine output schema for query due to error: Table functions cannot be nested: EXPLODE(EXPLODE())
          CREATE STREAM h (a BYTES HEADER('x'), b BYTES HEADER('x'), c INT) WITH (KAFKA_TOPIC='h', VALUE_FORMAT='JSON'); | Schema already contains a HEADER('x') column.
          CREATE STREAM h (a BYTES HEADER('x'), b ARRAY<STRUCT<key STRING, value BYTES>> HEADERS, c INT) WITH (KAFKA_TOPIC='h', VALUE_FORMAT='JSON'); | Schema already contains a HEADERS column.
          CREATE STREAM h (c INT) WITH (KAFKA_TOPIC='h', VALUE_FORMAT='PROTOBUF', VALUE_PROTOBUF_NULLABLE_REPRESENTATION='x'); | Failed to prepare statement: Invalid value x for property VALUE_PROTOBUF_NULLABLE_REPRESENTATION: String must be one of: OPTIONAL, WRAPPER
          INSERT INTO customer SELECT * FROM payment;                      | INSERT INTO can only be used to insert into a stream. CUSTOMER is a table.
          INSERT INTO nothing SELECT * FROM payment;                       | Line: 1, Col: 13: Source `NOTHING` does not exist.
          SELECT * FROM customer WHERE id = 'a';                           | "The `CUSTOMER` table isn't queryable. To derive a queryable table, you can do 'CREATE TABLE QUERYABLE_CUSTOMER AS SELECT * FROM CUSTOMER'. See https://cnfl.io/queries for more info.\nAdd EMIT CHANGES if you intended to issue a push query."
          DROP STREAM nothing;                                             | Stream NOTHING does not exist.
          """)
  void saysWhatIsWrongAsKsqlDbDoes(String sql, String message) {
    assertThatThrownBy(() -> statements.analyse(sql))
        .isInstanceOf(KsqlException.class)
        .hasMessage(message.replace("\\n", "\n"));
  }

  @Test
  void refusesAResultThatLacksItsKey() {
    assertThatThrownBy(() -> statements.analyse("CREATE STREAM o AS SELECT id FROM payment;"))
        .hasMessage(
            """
            Could not determine output schema for query due to error: Key missing from projection \
            (ie, SELECT). See https://cnfl.io/2LV7ouS.
            The query used to build `O` must include the key column CUSTOMER in its projection (eg, \
            SELECT CUSTOMER...).""");
  }

  @Test
  void refusesALimitOfAQueryThatRunsForEver() {
    assertThatThrownBy(
            () -> statements.analyse("CREATE STREAM o AS SELECT * FROM payment LIMIT 1;"))
        .isInstanceOf(KsqlException.class)
        .hasMessage("CREATE STREAM AS SELECT statements don't support LIMIT clause.");
  }

  @Test
  void widensInsertedValuesToTheTargetsTypes() {
    statements.analyse(
        """
        CREATE STREAM wide (customer STRING KEY, amount BIGINT)
          WITH (KAFKA_TOPIC='wide', VALUE_FORMAT='JSON');
        """);

    AnalysedStatement inserted =
        statements.analyse(
            "INSERT INTO wide WITH (QUERY_ID='q1') SELECT customer, amount FROM payment;");

    assertThat(inserted).isInstanceOf(AnalysedInsertInto.class);
    assertThat(((AnalysedInsertInto) inserted).queryId()).contains("Q1");
    assertThat(((AnalysedInsertInto) inserted).query().projection().values())
        .extracting(column -> column.type().toSql(true))
        .containsExactly("BIGINT");
  }

  @Test
  void tellsPullQueriesFromPushQueries() {
    assertThat(statements.analyse("SELECT * FROM payment EMIT CHANGES;"))
        .isInstanceOf(AnalysedPush.class);
    AnalysedStatement pull =
        statements.analyse("SELECT n FROM total WHERE customer IN ('a', 'b') AND n > 1;");

    assertThat(pull).isInstanceOf(AnalysedPull.class);
    assertThat(((AnalysedPull) pull).query().keys().orElseThrow())
        .containsExactly(new Object[] {"a"}, new Object[] {"b"});
  }

  @Test
  void leavesWhatIsThereAlone() {
    AnalysedStatement again =
        statements.analyse(
            "CREATE STREAM IF NOT EXISTS payment (id INT) WITH (KAFKA_TOPIC='x',"
                + " VALUE_FORMAT='JSON');");

    assertThat(again)
        .isEqualTo(
            new AlreadyDone(
                "Cannot add stream `PAYMENT`: A stream with the same name already exists."));
  }

  private String created(String sql) {
    return ((AnalysedCreateAs) statements.analyse(sql)).sink().schema().toString();
  }
}
