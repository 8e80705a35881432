// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedPull;
import io.lastfive.ksqlengine.analysis.PullQuery.Bounds;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowBoundsAnalyserTest {
  private final Statements statements = new Statements();

  @BeforeEach
  void declareTable() {
    statements.analyse(
        """
        CREATE STREAM p (c STRING KEY, v INT) WITH (KAFKA_TOPIC='p', VALUE_FORMAT='JSON');
        CREATE TABLE t AS SELECT c, COUNT(*) AS n FROM p WINDOW TUMBLING (SIZE 1 SECOND) GROUP BY c;
        """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          WINDOWSTART = 1000                              | 1000..1000 | ..
          WINDOWSTART >= 1000 AND WINDOWSTART < 3000      | 1000..2999 | ..
          1000 < WINDOWSTART AND 3000 >= WINDOWEND        | 1001..     | ..3000
          WINDOWSTART BETWEEN 1000 AND 2000               | 1000..2000 | ..
          WINDOWSTART > 1000 AND WINDOWSTART > 2000       | 2001..     | ..
          WINDOWEND <= '1970-01-01T00:00:05'              | ..         | ..5000
          WINDOWSTART = 1000 OR WINDOWSTART = 2000        | ..         | ..
          WINDOWSTART <> 1000                             | ..         | ..
          WINDOWSTART = n                                 | ..         | ..
          n > 5                                           | ..         | ..
          """)
  void findsWhatTheConditionSays(String condition, String start, String end) {
    AnalysedPull pull =
        (AnalysedPull) statements.analyse("SELECT * FROM t WHERE c = 'a' AND (" + condition + ");");

    assertThat(text(pull.query().windowStart())).isEqualTo(start);
    assertThat(text(pull.query().windowEnd())).isEqualTo(end);
  }

  private static String text(Bounds bounds) {
    String lowest = bounds.lowest().isPresent() ? "" + bounds.lowest().getAsLong() : "";
    return lowest + ".." + (bounds.highest().isPresent() ? bounds.highest().getAsLong() : "");
  }
}
