// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.pipelinetests.migrations.KsqlProject.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the scripts made and somebody changed by hand; and files that failed, mended. */
class DriftIT {
  @TempDir static Path state;
  private static MigrationServer server;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    server = new MigrationServer(state);
  }

  @AfterAll
  static void stop() {
    assertThat(server.types()).as("locks").noneMatch(type -> type.startsWith("LASTFIVE_"));
    server.close();
  }

  @Test
  void showsWhatTheServerHasOtherwiseThanTheScriptsMadeIt() throws Exception {
    KsqlProject project =
        new KsqlProject(folder, server.url(), "DR")
            .script(
                "V000001__all.sql",
                """
                CREATE TYPE dr_type AS STRUCT<x INT>;
                CREATE STREAM dr_in (id STRING KEY, a INT) WITH (KAFKA_TOPIC='dr_in', VALUE_FORMAT='JSON', PARTITIONS=1);
                CREATE STREAM dr_dropped (id STRING KEY, a INT) WITH (KAFKA_TOPIC='dr_in', VALUE_FORMAT='JSON');
                CREATE STREAM dr_other (id STRING KEY, a INT) WITH (KAFKA_TOPIC='dr_in', VALUE_FORMAT='JSON');
                CREATE OR REPLACE STREAM dr_same (id STRING KEY, a INT) WITH (KAFKA_TOPIC='dr_in', VALUE_FORMAT='JSON');
                CREATE STREAM dr_copy AS SELECT id, a FROM dr_in;
                CREATE TABLE dr_count AS SELECT id, COUNT(*) AS n FROM dr_in GROUP BY id;
                CREATE STREAM dr_target (id STRING KEY, a INT) WITH (KAFKA_TOPIC='dr_target', VALUE_FORMAT='JSON', PARTITIONS=1);
                INSERT INTO dr_target WITH (QUERY_ID='DR_PAUSED') SELECT id, a FROM dr_in;
                INSERT INTO dr_target WITH (QUERY_ID='DR_OTHER') SELECT id, a FROM dr_in WHERE a > 1;
                INSERT INTO dr_target SELECT id, a + 1 AS a FROM dr_in;
                INSERT INTO dr_target WITH (QUERY_ID='DR_PAUSED_BY_SCRIPT') SELECT id, a FROM dr_in WHERE a > 2;
                PAUSE dr_paused_by_script;
                ALTER STREAM dr_same ADD COLUMN b STRING;
                """);
    assertThat(project.apply().err()).isEqualTo("V000001 all ...\n");
    assertThat(project.run("validate"))
        .isEqualTo(new Result(0, "All is as the scripts made it.\n", ""));

    server.execute(
        "DROP TYPE dr_type; DROP STREAM dr_dropped; DROP STREAM dr_other; PAUSE DR_PAUSED;"
            + " CREATE STREAM dr_other (id STRING KEY, c INT) WITH (KAFKA_TOPIC='dr_in', VALUE_FORMAT='JSON');"
            + " TERMINATE DR_OTHER;"
            + " INSERT INTO dr_target WITH (QUERY_ID='DR_OTHER') SELECT id, a FROM dr_in WHERE a > 9;");
    for (String query : server.queryIds()) {
      if (query.startsWith("CTAS_DR_COUNT") || query.startsWith("INSERTQUERY_")) {
        server.execute("TERMINATE " + query + ";");
      }
    }
    Result validate = project.run("validate");

    assertThat(validate.err())
        .isEqualTo(
            """
            error: 7 problems:
              V000001__all.sql:3:1: stream DR_DROPPED is gone: somebody dropped it
              V000001__all.sql:4:1: stream DR_OTHER is defined otherwise on the server: see DESCRIBE DR_OTHER EXTENDED
              V000001__all.sql:7:1: the query of table DR_COUNT is gone: somebody terminated it
              V000001__all.sql:9:1: query DR_PAUSED is in state PAUSED
              V000001__all.sql:10:1: query DR_OTHER is another on the server: see EXPLAIN DR_OTHER
              V000001__all.sql:11:1: the query into DR_TARGET is gone: somebody terminated it
              V000001__all.sql:1:1: type DR_TYPE is gone: somebody dropped it
            """);
    assertThat(validate.exitCode()).isEqualTo(2);
    assertThat(project.run("info").err().lines())
        .hasSize(7)
        .allMatch(line -> line.startsWith("warning: "));
  }

  @Test
  void finishesAMendedFileWithoutRepeatingWhatTookEffect() throws Exception {
    String before =
        """
        CREATE TYPE me_type AS STRUCT<x INT, y DECIMAL(9,2)>;
        CREATE STREAM me_in (id STRING KEY, a INT) WITH (KAFKA_TOPIC='me_in', VALUE_FORMAT='JSON', PARTITIONS=1);
        ALTER STREAM me_in ADD COLUMN b me_type;
        CREATE STREAM me_old AS SELECT id, a FROM me_in;
        CREATE STREAM me_target (id STRING KEY, a INT) WITH (KAFKA_TOPIC='me_target', VALUE_FORMAT='JSON', PARTITIONS=1);
        INSERT INTO me_target /* ; */ SELECT id, a FROM me_in;
        INSERT INTO me_target SELECT id, a FROM me_in;
        INSERT INTO me_target WITH (QUERY_ID='me_query') SELECT id, a FROM me_in WHERE a > 1;
        INSERT INTO me_in (id, a) VALUES ('k', 1);
        TERMINATE ME_QUERY;
        INSERT INTO me_target WITH (QUERY_ID='me_query') SELECT id, a FROM me_in WHERE a > 2;
        DROP STREAM me_old;
        CREATE STREAM me_old AS SELECT id, a + 1 AS a FROM me_in;
        CREATE STREAM IF NOT EXISTS me_new AS SELECT id, a FROM me_in;
        """;
    KsqlProject project =
        new KsqlProject(folder, server.url(), "ME")
            .script(
                "V000001__all.sql", before + "CREATE STREAM me_bad AS SELECT nope FROM me_in;\n");
    assertThat(project.apply().exitCode()).isEqualTo(2);
    var queries = server.queryIds();

    project.script(
        "V000001__all.sql", before + "CREATE STREAM me_good AS SELECT id, a FROM me_in;\n");
    Result plan = project.run("plan");
    Result applied = project.apply();

    assertThat(plan.out().lines().skip(2).map(line -> line.strip().split(" {2,}")[1]))
        .containsExactly(
            "skip",
            "skip",
            "skip",
            "skip",
            "skip",
            "skip",
            "skip",
            "skip",
            "run again",
            "skip",
            "skip",
            "skip",
            "skip",
            "skip",
            "run");
    assertThat(applied.exitCode()).as(applied.err()).isZero();
    assertThat(applied.err())
        .contains("V000001__all.sql:9:1 may have been run before: its row may come twice.\n");
    assertThat(server.queryIds()).containsAll(queries).hasSize(queries.size() + 1);
    assertThat(server.records("me_in")).hasSize(2);
    assertThat(project.run("validate").err()).isEmpty();
  }

  @Test
  void refusesAMendedStatementThatTookEffectOtherwise() throws Exception {
    String stream =
        "CREATE STREAM ot_in (id STRING KEY, a INT) WITH (KAFKA_TOPIC='ot_in', VALUE_FORMAT='JSON', PARTITIONS=1);\n";
    KsqlProject project =
        new KsqlProject(folder, server.url(), "OT")
            .script("V000001__all.sql", stream + "DROP STREAM ot_nothing_there;");
    assertThat(project.apply().err())
        .endsWith("error: V000001__all.sql:2:1: Stream OT_NOTHING_THERE does not exist.\n");

    project.script("V000001__all.sql", stream.replace("a INT", "a INT, b INT"));
    Result refused = project.apply();

    assertThat(refused.err())
        .endsWith(
            "error: V000001__all.sql:1:1: Cannot add stream 'OT_IN': A stream with the same name already exists\n");
    assertThat(refused.exitCode()).isEqualTo(2);
  }

  @Test
  void failsAMigrationWhoseQueryDiesInItsFirstSeconds() throws Exception {
    KsqlProject project =
        new KsqlProject(folder, server.url(), "DY")
            .script(
                "V000001__dies.sql",
                """
                CREATE STREAM dy_in (id STRING KEY, a INT) WITH (KAFKA_TOPIC='dy_in', VALUE_FORMAT='JSON', PARTITIONS=1);
                INSERT INTO dy_in (id, a) VALUES ('k', 1);
                SET 'auto.offset.reset'='earliest';
                -- The broker refuses so long a time out, as soon as the first transaction begins.
                SET 'processing.guarantee'='exactly_once_v2';
                SET 'ksql.streams.producer.transaction.timeout.ms'='2000000000';
                CREATE STREAM dy_out AS SELECT id, a FROM dy_in;
                """);

    Result died = project.run("apply", "--watch-queries", "10");

    assertThat(died.err())
        .contains("error: V000001__dies.sql: the query CSAS_DY_OUT_")
        .contains(" started and died: ")
        .endsWith(" - Mend its cause, end it with DROP STREAM DY_OUT; and apply again.\n");
    assertThat(died.exitCode()).isEqualTo(2);
    assertThat(project.run("info").out()).contains("ERROR");
  }
}
