// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.UnsupportedKsqlException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScriptDriverTest {
  private final ScriptDriver driver = new ScriptDriver();

  @BeforeEach
  void createStreams() {
    driver.execute(
        """
        CREATE STREAM s (k STRING KEY, a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');
        CREATE STREAM o (k STRING KEY, a INT) WITH (KAFKA_TOPIC='o', VALUE_FORMAT='AVRO');
        """);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void goesOnWhereATerminatedQueryOfThatIdWas() {
    driver.execute("INSERT INTO o WITH (QUERY_ID='Q') SELECT k, a FROM s;");
    pipe(1);
    driver.execute("TERMINATE Q;");
    pipe(2);

    driver.execute("INSERT INTO o WITH (QUERY_ID='Q') SELECT k, a * 10 AS a FROM s;");
    pipe(3);

    assertThat(values("o")).containsExactly("1", "20", "30");
  }

  @Test
  void beginsWhereAutoOffsetResetSays() {
    pipe(1);
    driver.execute("INSERT INTO o SELECT k, a FROM s;");
    pipe(2);

    driver.execute(
        "SET 'auto.offset.reset' = 'earliest'; CREATE STREAM all_of_it AS SELECT k, a FROM s;");

    assertThat(values("o")).containsExactly("2");
    assertThat(values("ALL_OF_IT")).containsExactly("1", "2");
  }

  @Test
  void catchesUpAfterAPause() {
    driver.execute("INSERT INTO o WITH (QUERY_ID='Q') SELECT k, a FROM s; PAUSE Q;");
    pipe(1);
    List<String> whilePaused = values("o");

    driver.execute("RESUME Q;");

    assertThat(whilePaused).isEmpty();
    assertThat(values("o")).containsExactly("1");
  }

  @Test
  void passesRecordsThroughAChainOfQueriesAndNewColumns() {
    driver.execute(
        """
        ALTER STREAM o ADD COLUMN b STRING;
        INSERT INTO o SELECT k, a, 'new' AS b FROM s;
        CREATE TABLE counted AS SELECT k, COUNT(*) AS n FROM o GROUP BY k;
        """);
    pipe(1);
    pipe(2);

    assertThat(driver.read("o"))
        .extracting(record -> record.value().toString())
        .containsExactly("{\"A\":1,\"B\":\"new\"}", "{\"A\":2,\"B\":\"new\"}");
    assertThat(driver.read("COUNTED"))
        .extracting(record -> record.value().path("N").asInt())
        .containsExactly(1, 2);
    assertThat(driver.read("o")).isEmpty();
  }

  @Test
  void replacesAQueryInPlaceWhereKsqlDbWould() {
    driver.execute("CREATE STREAM p AS SELECT k, a FROM s;");
    pipe(1);

    driver.execute("CREATE OR REPLACE STREAM p AS SELECT k, a FROM s WHERE a > 1;");
    pipe(1);
    pipe(2);

    assertThat(values("P")).containsExactly("1", "2");
    assertThatThrownBy(
            () -> driver.execute("CREATE OR REPLACE STREAM p AS SELECT k, a + 1 AS b FROM s;"))
        .isInstanceOf(KsqlException.class)
        .hasMessageContaining("missing or reordered: [`A` INTEGER]");
  }

  @Test
  void keepsTheStateOfATableThatIsReplaced() {
    driver.execute("CREATE TABLE t AS SELECT k, COUNT(*) AS a FROM s GROUP BY k;");
    pipe(5);

    driver.execute(
        "CREATE OR REPLACE TABLE t AS SELECT k, COUNT(*) AS a FROM s WHERE a > 5 GROUP BY k;");
    pipe(5);
    pipe(6);

    assertThat(values("T")).containsExactly("1", "2");
    assertThatThrownBy(
            () ->
                driver.execute(
                    "CREATE OR REPLACE TABLE t AS SELECT k, SUM(a) AS a FROM s GROUP BY k;"))
        .isInstanceOf(KsqlException.class);
  }

  @Test
  void forgetsTheDeletedTopicOfWhatIsDropped() {
    driver.execute("CREATE STREAM p AS SELECT k, a FROM s;");
    pipe(1);

    driver.execute("DROP STREAM p DELETE TOPIC;");
    pipe(2);
    driver.execute("CREATE STREAM p AS SELECT k, a FROM s;");
    pipe(3);

    assertThat(values("P")).containsExactly("3");
  }

  @Test
  void refusesToDropWhatAQueryReadsOrWrites() {
    driver.execute("INSERT INTO o WITH (QUERY_ID='Q') SELECT k, a FROM s;");

    assertThatThrownBy(() -> driver.execute("DROP STREAM o;"))
        .isInstanceOf(KsqlException.class)
        .hasMessage(
            "Cannot drop O.\nThe following queries read from this source: [].\nThe following queries write into this source: [Q].\nYou need to terminate them before dropping O.");
  }

  @Test
  void keepsWhatSetAndDefineSayWithinTheirScope() {
    driver.scoped(
        () -> driver.execute("SET 'auto.offset.reset' = 'earliest'; DEFINE source = 's';"));
    pipe(1);

    driver.execute("CREATE STREAM p AS SELECT k, a FROM s;");

    assertThat(values("P")).isEmpty();
    assertThatThrownBy(() -> driver.execute("CREATE STREAM q AS SELECT k, a FROM ${source};"))
        .isInstanceOf(KsqlException.class);
  }

  @Test
  void refusesWhatHasNoMeaningInATest() {
    assertThatThrownBy(() -> driver.execute("SELECT * FROM s EMIT CHANGES;"))
        .isInstanceOf(UnsupportedKsqlException.class)
        .hasMessage(
            "SELECT in a test is not supported by the embedded engine. Make a stream or table of it, and ASSERT VALUES of that.");
    assertThatThrownBy(() -> driver.execute("TERMINATE nothing;"))
        .isInstanceOf(KsqlException.class)
        .hasMessage("Unknown queryId: NOTHING");
    assertThatThrownBy(() -> driver.pipe("s", "\"k\"", "{", 0))
        .isInstanceOf(KsqlException.class)
        .hasMessageStartingWith("'{' is no JSON: ");
  }

  private void pipe(int a) {
    driver.pipe("s", "\"k\"", "{\"A\": %d}".formatted(a), a);
  }

  private List<String> values(String topic) {
    return driver.written(topic).stream().map(record -> record.value().path("A").asText()).toList();
  }
}
