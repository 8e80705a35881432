// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreateAs;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CoPartitioningTest {
  private static final String SOURCES =
      """
      CREATE STREAM s (k STRING KEY, v STRING) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');
      CREATE TABLE a (k STRING PRIMARY KEY, v STRING) WITH (KAFKA_TOPIC='a', VALUE_FORMAT='JSON');
      CREATE TABLE b (k STRING PRIMARY KEY, v STRING) WITH (KAFKA_TOPIC='b', VALUE_FORMAT='JSON');
      """;
  private static final Map<String, Integer> PARTITIONS = Map.of("s", 6, "a", 6, "b", 1);

  @Test
  void sidesOfAJoinHaveEquallyManyPartitions() {
    assertThatThrownBy(
            () ->
                check(
                    "CREATE STREAM o AS SELECT s.v, a.v, x.v FROM s"
                        + " JOIN a ON s.v = a.k JOIN b x ON s.v = x.k;"))
        .isInstanceOf(KsqlException.class)
        .hasMessage(
            "Can't join `S` with `X` since the number of partitions don't match. `S` partitions ="
                + " 6; `X` partitions = 1. Please repartition either one so that the number of"
                + " partitions match.");
  }

  @Test
  void foreignKeysMeetAcrossPartitions() {
    assertThatCode(() -> check("CREATE TABLE o AS SELECT a.k, b.v FROM a JOIN b ON a.v = b.k;"))
        .doesNotThrowAnyException();
  }

  @Test
  void topicsThatAreNotThereAreNotJudged() {
    assertThatCode(
            () ->
                check(
                    "CREATE STREAM c (k STRING KEY, v STRING)"
                        + " WITH (KAFKA_TOPIC='c', VALUE_FORMAT='JSON');"
                        + "CREATE STREAM o AS SELECT s.k, a.v FROM c s JOIN a ON s.k = a.k;"))
        .doesNotThrowAnyException();
  }

  private static void check(String sql) {
    AnalysedCreateAs created = (AnalysedCreateAs) new Statements().analyse(SOURCES + sql);
    CoPartitioning.check(created.query(), topic -> Optional.ofNullable(PARTITIONS.get(topic)));
  }
}
