// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreateAs;
import io.lastfive.ksqlengine.analysis.Statements;
import io.lastfive.ksqlengine.topology.ProcessingLog.ProcessingError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopologyBuilderTest {
  private static final String SOURCE =
      """
      CREATE STREAM p (c STRING KEY, k STRING, v INT) WITH (KAFKA_TOPIC='p', VALUE_FORMAT='JSON');
      """;

  @TempDir Path stateDirectory;
  private final Statements statements = new Statements();
  private final List<ProcessingError> errors = new ArrayList<>();

  @Test
  void doesAllOfAStatelessQueryInOneNode() {
    QueryTopology built = build("CREATE STREAM o AS SELECT c, v + 1 AS w FROM p WHERE v > 0;");

    assertThat(built.topology().describe().toString())
        .isEqualTo(
            """
            Topologies:
               Sub-topology: 0
                Source: KSTREAM-SOURCE-0000000000 (topics: [p])
                  --> Project
                Processor: Project (stores: [])
                  --> KSTREAM-SINK-0000000001
                  <-- KSTREAM-SOURCE-0000000000
                Sink: KSTREAM-SINK-0000000001 (topic: O)
                  <-- Project

            """);
  }

  @Test
  void keepsRowsWhereTheyAreThatAreGroupedByTheirKey() {
    QueryTopology built = build("CREATE TABLE o AS SELECT c, SUM(v) AS s FROM p GROUP BY c;");

    assertThat(built.internalTopics()).isEmpty();
    assertThat(built.topology().describe().toString())
        .isEqualTo(
            """
            Topologies:
               Sub-topology: 0
                Source: KSTREAM-SOURCE-0000000000 (topics: [p])
                  --> Aggregate
                Processor: Aggregate (stores: [Aggregate-Aggregate-Materialize])
                  --> KSTREAM-SINK-0000000001
                  <-- KSTREAM-SOURCE-0000000000
                Sink: KSTREAM-SINK-0000000001 (topic: O)
                  <-- Aggregate

            """);
  }

  @Test
  void movesRowsThatAreGroupedOtherwise() {
    QueryTopology built = build("CREATE TABLE o AS SELECT k, SUM(v) AS s FROM p GROUP BY k;");

    assertThat(built.internalTopics())
        .extracting(QueryTopology.InternalTopic::name)
        .containsExactly("Aggregate-GroupBy-repartition");
  }

  @Test
  void showsEveryGroupToWhoeverReadsTheTable() {
    QueryTopology built =
        build("CREATE TABLE o AS SELECT c, SUM(v) AS s FROM p GROUP BY c HAVING SUM(v) > 1;");
    Materialization table = built.materialization().orElseThrow();

    try (TopologyTestDriver driver = driver(built)) {
      input(driver).pipeInput("a", "{\"v\": 1}");
      input(driver).pipeInput("b", "{\"v\": 5}");
      input(driver).pipeInput("b", "{\"v\": 6}");
      ReadOnlyKeyValueStore<Object, ValueAndTimestamp<Object[]>> store = store(driver, table);

      assertThat(row(table, "b", store.get(key("b")))).containsExactly(11);
      assertThat(row(table, "a", store.get(key("a")))).isNull();
      assertThat(store.get(key("c"))).isNull();
      assertThat(keys(store)).containsExactlyInAnyOrder(key("a"), key("b"));
    }
  }

  @Test
  void reportsWhatCannotBeComputedWithoutTheValue() {
    QueryTopology built = build("CREATE STREAM o AS SELECT c, 10 / v AS w FROM p;");

    try (TopologyTestDriver driver = driver(built)) {
      input(driver).pipeInput("a", "{\"v\": 0}");

      assertThat(output(driver).readValue()).isEqualTo("{\"W\":null}");
    }
    assertThat(errors)
        .containsExactly(
            new ProcessingError(
                ProcessingLog.Kind.RECORD_PROCESSING_ERROR,
                "Q.Project",
                "Error computing expression (10 / P.V)",
                "java.lang.ArithmeticException",
                "p",
                0,
                0));
  }

  private QueryTopology build(String sql) {
    AnalysedQuery query = ((AnalysedCreateAs) statements.analyse(SOURCE + sql)).query();
    return TopologyBuilder.build(query, "Q", statements.schemas(), errors::add);
  }

  private TopologyTestDriver driver(QueryTopology built) {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
    return new TopologyTestDriver(built.topology(), config);
  }

  private static TestInputTopic<String, String> input(TopologyTestDriver driver) {
    return driver.createInputTopic("p", new StringSerializer(), new StringSerializer());
  }

  private static TestOutputTopic<String, String> output(TopologyTestDriver driver) {
    return driver.createOutputTopic("O", new StringDeserializer(), new StringDeserializer());
  }

  private static ReadOnlyKeyValueStore<Object, ValueAndTimestamp<Object[]>> store(
      TopologyTestDriver driver, Materialization table) {
    return driver.getTimestampedKeyValueStore(table.storeName());
  }

  private static RowKey key(String value) {
    return new RowKey(new Object[] {value});
  }

  private static Object[] row(
      Materialization table, String key, ValueAndTimestamp<Object[]> stored) {
    return table.rows().row(key(key), stored.value(), stored.timestamp());
  }

  private static List<Object> keys(
      ReadOnlyKeyValueStore<Object, ValueAndTimestamp<Object[]>> store) {
    List<Object> keys = new ArrayList<>();
    try (KeyValueIterator<Object, ValueAndTimestamp<Object[]>> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Object, ValueAndTimestamp<Object[]>> next = all.next();
        keys.add(next.key);
      }
    }
    return keys;
  }
}
