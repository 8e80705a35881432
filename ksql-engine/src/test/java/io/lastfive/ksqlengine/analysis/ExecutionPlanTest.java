// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreateAs;
import org.junit.jupiter.api.Test;

class ExecutionPlanTest {
  private static final String SOURCE =
      """
      CREATE STREAM payment (customer STRING KEY, kind STRING, amount DECIMAL(19, 4))
        WITH (KAFKA_TOPIC='payment', VALUE_FORMAT='JSON');
      """;
  private static final String SOURCE_SCHEMA =
      "CUSTOMER STRING KEY, KIND STRING, AMOUNT DECIMAL(19, 4), ROWTIME BIGINT, ROWPARTITION"
          + " INTEGER, ROWOFFSET BIGINT, CUSTOMER STRING";

  @Test
  void describesAFilterAndAProjection() {
    assertThat(
            plan("CREATE STREAM big AS SELECT customer, amount FROM payment WHERE amount > 1000;"))
        .isEqualTo(
            """
             > [ SINK ] | Schema: CUSTOMER STRING KEY, AMOUNT DECIMAL(19, 4) | Logger: Q.BIG
            \t\t > [ PROJECT ] | Schema: CUSTOMER STRING KEY, AMOUNT DECIMAL(19, 4) | Logger: Q.Project
            \t\t\t\t > [ FILTER ] | Schema: %1$s | Logger: Q.WhereFilter
            \t\t\t\t\t\t > [ SOURCE ] | Schema: %1$s | Logger: Q.KsqlTopic.Source
            """
                .formatted(SOURCE_SCHEMA));
  }

  @Test
  void describesAnAggregate() {
    assertThat(
            plan(
                "CREATE TABLE total AS SELECT kind, COUNT(*) AS n, SUM(amount) AS total FROM"
                    + " payment GROUP BY kind;"))
        .isEqualTo(
            """
             > [ SINK ] | Schema: KIND STRING KEY, N BIGINT, TOTAL DECIMAL(19, 4) | Logger: Q.TOTAL
            \t\t > [ PROJECT ] | Schema: KIND STRING KEY, N BIGINT, TOTAL DECIMAL(19, 4) | Logger: Q.Aggregate.Project
            \t\t\t\t > [ AGGREGATE ] | Schema: KIND STRING KEY, KIND STRING, ROWTIME BIGINT, AMOUNT DECIMAL(19, 4), KSQL_AGG_VARIABLE_0 BIGINT, KSQL_AGG_VARIABLE_1 DECIMAL(19, 4) | Logger: Q.Aggregate.Aggregate
            \t\t\t\t\t\t > [ GROUP_BY ] | Schema: KIND STRING KEY, KIND STRING, ROWTIME BIGINT, AMOUNT DECIMAL(19, 4) | Logger: Q.Aggregate.GroupBy
            \t\t\t\t\t\t\t\t > [ PROJECT ] | Schema: CUSTOMER STRING KEY, KIND STRING, ROWTIME BIGINT, AMOUNT DECIMAL(19, 4) | Logger: Q.Aggregate.Prepare
            \t\t\t\t\t\t\t\t\t\t > [ SOURCE ] | Schema: %s | Logger: Q.KsqlTopic.Source
            """
                .formatted(SOURCE_SCHEMA));
  }

  private static String plan(String sql) {
    AnalysedStatement analysed = new Statements().analyse(SOURCE + sql);
    return ExecutionPlan.describe(((AnalysedCreateAs) analysed).query(), "Q");
  }
}
