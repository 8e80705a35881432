// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementEffectTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='select');             | makes stream S
          create or replace table if not exists `t;` as select * from s;   | makes table t; and starts its query
          CREATE SOURCE TABLE t (a INT PRIMARY KEY) WITH (KAFKA_TOPIC='t');| makes table T
          INSERT INTO t (a) VALUES ('SELECT');                             | writes a row to T
          INSERT INTO t WITH (QUERY_ID = 'my_query') SELECT * FROM s;      | starts query MY_QUERY into T
          INSERT INTO t SELECT * FROM s;                                   | starts a query into T
          DROP STREAM IF EXISTS s DELETE TOPIC;                            | drops stream S
          DROP TABLE t;                                                    | drops table T
          ALTER STREAM s ADD COLUMN a INT, ADD b STRUCT<c INT>;            | adds A, B to S
          CREATE TYPE IF NOT EXISTS x AS STRUCT<a INT>;                    | makes type X
          DROP TYPE x;                                                     | drops type X
          CREATE SINK CONNECTOR c WITH ('a'='b');                          | makes connector C
          DROP CONNECTOR c;                                                | drops connector C
          TERMINATE q;                                                     | ends query Q
          TERMINATE ALL;                                                   | ends every query
          PAUSE q;                                                         | pauses query Q
          RESUME ALL;                                                      | lets go on every query
          ASSERT TOPIC x;                                                  | checks, and changes nothing
          """)
  void readsWhatAStatementDoes(String sql, String description) {
    assertThat(StatementEffect.of(sql).description()).isEqualTo(description);
  }
}
