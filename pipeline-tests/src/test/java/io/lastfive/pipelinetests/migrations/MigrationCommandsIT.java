// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.pipelinetests.migrations.KsqlProject.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands as a person meets them: what they write, and how they exit. Does not cover a process
 * that is killed, nor a ksqlDB.
 */
class MigrationCommandsIT {
  private static final String STREAM =
      "CREATE STREAM %s (id STRING KEY, a INT) WITH (KAFKA_TOPIC='%s', VALUE_FORMAT='JSON', PARTITIONS=1);\n";

  @TempDir static Path state;
  private static MigrationServer server;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    server = new MigrationServer(state);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void plansAppliesAndThenHasNothingToDo() throws Exception {
    KsqlProject project = project("GO");
    Path first = folder.resolve("migrations/V000001__declare_it.sql");
    assertThat(project.run("new", "declare it").out()).isEqualTo(first + "\n");
    Files.writeString(first, stream("go_in"));
    project.script(
        "V000002__copy.sql",
        "-- no newline at the end\nCREATE STREAM go_out AS SELECT id, a AS `a;b` FROM go_in; -- the end;");

    Result plan = project.run("plan");
    Result applied = project.apply();
    Result again = project.apply();
    Result info = project.run("info");

    assertThat(plan.out())
        .isEqualTo(
            """
            V000001__declare_it.sql  PENDING
              at   action  statement                                                     what it does
              1:1  run     CREATE STREAM go_in (id STRING KEY, a INT) WITH (KAFKA_TO...  makes stream GO_IN
            V000002__copy.sql  PENDING
              at   action  statement                                             what it does
              2:1  run     CREATE STREAM go_out AS SELECT id, a AS `a;b` FROM go_in;  makes stream GO_OUT and starts its query
            """
                .replace(
                    "statement                                             what",
                    "statement                                                  what"));
    assertThat(applied.out().replaceAll("\\d+ ms", "N ms"))
        .isEqualTo("V000001 declare it  MIGRATED  N ms\nV000002 copy  MIGRATED  N ms\n");
    assertThat(applied.exitCode()).isZero();
    assertThat(again).isEqualTo(new Result(0, "Nothing to apply.\n", ""));
    assertThat(info.out().replaceAll("\\d{4}-\\S+Z", "2026-01-01T00:00:00Z"))
        .isEqualTo(
            """
            version  name        state     completed             remark
            1        declare it  MIGRATED  2026-01-01T00:00:00Z
            2        copy        MIGRATED  2026-01-01T00:00:00Z
            """);
    assertThat(info.err()).isEmpty();
    assertThat(project.run("validate").out()).isEqualTo("All is as the scripts made it.\n");
    assertThat(project.run("plan").out()).isEqualTo("Nothing to apply.\n");
    assertThat(project.run("info", "--json").out())
        .startsWith("{\"versions\":[{\"version\":1,\"name\":\"declare it\",\"state\":\"MIGRATED\"")
        .contains("\"drift\":[]");
  }

  @Test
  void planNamesTheStatementThatTheServerWouldRefuseAndChangesNothing() throws Exception {
    KsqlProject project =
        project("PL")
            .script("V000001__declare.sql", stream("pl_in"))
            .script(
                "V000002__copy.sql",
                "SET 'auto.offset.reset'='earliest';\n"
                    + "CREATE STREAM pl_out AS SELECT id, a FROM pl_in;\n"
                    + "CREATE STREAM pl_bad AS\n  SELECT id, nope FROM pl_out;\n"
                    + "CREATE STREAM pl_more AS SELECT * FROM pl_out;\n");

    Result plan = project.run("plan");

    assertThat(plan.err())
        .isEqualTo(
            "error: V000002__copy.sql:4:14: Could not determine output schema for query due to error:"
                + " Line: 2, Col: 14: SELECT column 'NOPE' cannot be resolved.\n");
    assertThat(plan.exitCode()).isEqualTo(2);
    assertThat(plan.out().lines().map(line -> line.strip().split(" {2,}")[1]))
        .containsExactly(
            "PENDING", "action", "run", "PENDING", "action", "run", "REFUSED", "not checked");
    assertThat(server.streams()).doesNotContain("PL_IN", "PL_OUT", "PL_EVENTS");
  }

  @Test
  void refusesAtOnceWhatMayNotStandInAMigration() throws Exception {
    KsqlProject project =
        project("NO")
            .script("V000001__declare.sql", stream("no_in"))
            .script(
                "V000002__look.sql",
                "/* ; */ LIST STREAMS; SELECT * FROM no_in EMIT CHANGES;\n  CRATE STREAM x;\n");

    Result refused = project.apply();

    assertThat(refused.err())
        .isEqualTo(
            """
            error: 3 statements may not stand in a migration:
              V000002__look.sql:1:9: LIST may not stand in a migration: it changes nothing. Take it out, or run it with './lastfive watch'.
              V000002__look.sql:1:23: SELECT may not stand in a migration: it changes nothing. Take it out, or run it with './lastfive watch'.
              V000002__look.sql:2:3: CRATE may not stand in a migration. Those that may: CREATE, INSERT INTO, DROP, ALTER, TERMINATE, PAUSE, RESUME, ASSERT, SET, UNSET, DEFINE, UNDEFINE.
            """);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(server.streams()).doesNotContain("NO_IN", "NO_EVENTS");
  }

  @Test
  void keepsVariablesAndPropertiesToTheirFile() throws Exception {
    KsqlProject project =
        project("VA")
            .script(
                "V000001__define.sql",
                "DEFINE topic = '${given}_topic'; -- ${not_a_variable}\n"
                    + stream("va_in").replace("'va_in'", "'${topic}'"))
            .script("V000002__use.sql", "INSERT INTO va_in (id, a) VALUES ('${topic}', 1);\n");

    Result refused = project.apply("--define", "given=va");
    Result applied = project.apply("--define", "given=va", "--define", "topic=it''s");

    assertThat(refused.err())
        .isEqualTo(
            "error: V000002__use.sql:1:1: variable 'topic' has no value. Give it one with --define topic=..."
                + " or with DEFINE before its use. Defined: given.\n");
    assertThat(applied.exitCode()).as(applied.err()).isZero();
    assertThat(server.records("va_topic")).hasSize(1);
  }

  @Test
  void showsWhichLinesOfAnAppliedScriptWereChanged() throws Exception {
    KsqlProject project = project("CH");
    String sql = "-- first\n" + stream("ch_in");
    project.script("V000001__declare.sql", sql).apply();

    project.script("V000001__declare.sql", sql.replace("first", "other"));
    Result changed = project.apply();
    Result unconfirmed = project.run("repair");
    Result repaired = project.run("repair", "--yes");

    assertThat(changed.err())
        .isEqualTo(
            """
            error: V000001__declare.sql was changed after it was applied: its checksum is 3c9, the applied one's 3c9. \
            Put it back, and make the change in a new version; './lastfive ksql repair' accepts a change that means nothing. \
            Changed lines:
                - 1 | -- first
                + 1 | -- other
            """
                .replaceFirst("3c9", checksum(sql.replace("first", "other")))
                .replaceFirst("3c9", checksum(sql)));
    assertThat(changed.exitCode()).isEqualTo(2);
    assertThat(unconfirmed.err()).endsWith("? Nobody is here to ask: say so with --yes.\n");
    assertThat(unconfirmed.exitCode()).isEqualTo(2);
    assertThat(repaired.out()).isEqualTo("Repaired.\n");
    assertThat(project.apply().out()).isEqualTo("Nothing to apply.\n");
    assertThat(project.run("validate").exitCode()).isZero();
  }

  @Test
  void refusesGapsAndVersionsThatComeTooLate() throws Exception {
    KsqlProject project =
        project("GA").script("V000001__a.sql", stream("ga_a")).script("V000004__d.sql", "");

    Result gap = project.apply();
    Result allowed = project.apply("--allow-gaps");
    project.script("V000002__b.sql", "");
    Result late = project.apply();

    assertThat(gap.err())
        .isEqualTo(
            "error: V000004__d.sql: versions 2 to 3 are missing before it. Give it version 2, or allow it with --allow-gaps.\n");
    assertThat(allowed.exitCode()).isZero();
    assertThat(late.err())
        .isEqualTo(
            "error: V000002__b.sql comes before version 4, which is applied already. Give it a higher version.\n");
    assertThat(late.exitCode()).isEqualTo(2);
  }

  @Test
  void appliesTheNextOneOrUntilAVersion() throws Exception {
    KsqlProject project =
        project("UN")
            .script("V000001__a.sql", stream("un_a"))
            .script("V000002__b.sql", stream("un_b"))
            .script("V000003__c.sql", stream("un_c"));

    assertThat(project.apply("--next").out()).hasLineCount(1).startsWith("V000001 a");
    assertThat(project.apply("--until", "2").out()).hasLineCount(1).startsWith("V000002 b");
    assertThat(project.apply("--until", "2").out()).isEqualTo("Nothing to apply.\n");
    assertThat(project.apply("--until", "9").err())
        .isEqualTo("error: There is no version 9 to apply until. Versions: 1, 2, 3.\n");
    assertThat(server.streams()).contains("UN_A", "UN_B").doesNotContain("UN_C");
  }

  @Test
  void destroysTheHistoryOnlyWhenItIsConfirmed() throws Exception {
    KsqlProject project = project("DE").script("V000001__a.sql", stream("de_a"));
    project.apply();

    Result unconfirmed = project.run("destroy");
    Result done = project.run("destroy", "--yes");

    assertThat(unconfirmed.err())
        .isEqualTo(
            "error: Shall the history of what was applied be deleted? Nobody is here to ask: say so with --yes.\n");
    assertThat(unconfirmed.exitCode()).isEqualTo(2);
    assertThat(done.out()).isEqualTo("The history is deleted.\n");
    assertThat(server.streams()).contains("DE_A").doesNotContain("DE_EVENTS");
    assertThat(project.run("destroy").out()).isEqualTo("There is no history.\n");
    assertThat(project.run("info").out()).contains("1        a     PENDING");
  }

  private KsqlProject project(String history) throws IOException {
    return new KsqlProject(folder, server.url(), history);
  }

  private static String stream(String name) {
    return STREAM.formatted(name, name);
  }

  private static String checksum(String text) throws Exception {
    return java.util.HexFormat.of()
        .formatHex(
            java.security.MessageDigest.getInstance("MD5")
                .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }
}
