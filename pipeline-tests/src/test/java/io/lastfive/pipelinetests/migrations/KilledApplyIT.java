// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.pipelinetests.migrations.KsqlProject.Result;
import io.lastfive.settings.cli.CommandRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process that applies, at random points, as {@code kill -9} does; the next apply must
 * finish its work, and repeat nothing that can be told. Does not cover a server that is killed.
 */
class KilledApplyIT {
  private static final List<String> SCRIPTS =
      List.of(
          """
          CREATE STREAM ${p}_in (id STRING KEY, a INT) WITH (KAFKA_TOPIC='${p}_in', VALUE_FORMAT='JSON', PARTITIONS=1);
          CREATE STREAM ${p}_target (id STRING KEY, a INT) WITH (KAFKA_TOPIC='${p}_target', VALUE_FORMAT='JSON', PARTITIONS=1);
          """,
          """
          SET 'auto.offset.reset'='earliest';
          INSERT INTO ${p}_target WITH (QUERY_ID='${p}_FIRST') SELECT id, a FROM ${p}_in;
          INSERT INTO ${p}_target SELECT id, a + 1 AS a FROM ${p}_in;
          INSERT INTO ${p}_in (id, a) VALUES ('k', 1);
          ALTER STREAM ${p}_in ADD COLUMN b STRING;
          """,
          """
          CREATE TYPE ${p}_type AS STRUCT<x INT>;
          CREATE TABLE ${p}_count AS SELECT id, COUNT(*) AS n FROM ${p}_in GROUP BY id;
          TERMINATE ${p}_FIRST;
          INSERT INTO ${p}_target WITH (QUERY_ID='${p}_FIRST') SELECT id, a FROM ${p}_in WHERE a > 0;
          CREATE STREAM ${p}_gone AS SELECT id, a FROM ${p}_in;
          DROP STREAM ${p}_gone;
          """);

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

  /** What the killed process runs. */
  static final class Apply {
    public static void main(String... arguments) {
      System.exit(CommandRunner.run(CommandRunner.commandLine(new KsqlProject.Ksql()), arguments));
    }
  }

  @Test
  void finishesWhatAKilledApplyBegan() throws Exception {
    killAndFinish(3);
  }

  @Test
  @Tag("long")
  void finishesWhatManyKilledAppliesBegan() throws Exception {
    killAndFinish(30);
  }

  private void killAndFinish(int times) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int killed = 0;
    int longestDelay = 2_000;
    for (int round = 0; killed < times && round < 5 * times; round++) {
      String name = "K" + times + "_" + round;
      KsqlProject project = new KsqlProject(folder.resolve(name), server.url(), name);
      for (int i = 0; i < SCRIPTS.size(); i++) {
        project.script("V00000%d__part.sql".formatted(i + 1), SCRIPTS.get(i));
      }
      if (applyAndKill(project, name, random.nextInt(longestDelay))) {
        killed++;
      } else {
        longestDelay = Math.max(1, longestDelay * 3 / 4);
      }
      Result finished = project.apply("--define", "p=" + name);

      assertThat(finished.exitCode()).as("seed %s, %s: %s", seed, name, finished.err()).isZero();
      Result validated = project.run("validate", "--define", "p=" + name);
      assertThat(validated.err()).as("seed %s, %s", seed, name).isEmpty();
      assertThat(queriesOf(name)).as("seed %s, %s", seed, name).hasSize(4);
      assertThat(server.records(name + "_in")).as("seed %s, %s", seed, name).hasSizeBetween(1, 2);
      assertThat(server.types()).noneMatch(type -> type.startsWith("LASTFIVE_"));
      dropEverythingOf(name);
    }
    System.out.println(times + " applies were killed before they ended, seed " + seed);
    assertThat(killed).as("applies killed before they ended").isEqualTo(times);
  }

  /**
   * Lets it live for a while after it has taken the lock.
   *
   * @return whether it was killed before it ended
   */
  private boolean applyAndKill(KsqlProject project, String name, int delayMillis)
      throws IOException, InterruptedException {
    Path log = folder.resolve(name + ".log");
    Process apply =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                Apply.class.getName(),
                "apply",
                "--watch-queries",
                "0",
                "--define",
                "p=" + name,
                "--project",
                project.folder().toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    while (server.types().stream().noneMatch(type -> type.startsWith("LASTFIVE_"))
        && apply.isAlive()) {
      apply.waitFor(5, TimeUnit.MILLISECONDS);
    }
    boolean ended = apply.waitFor(delayMillis, TimeUnit.MILLISECONDS);
    apply.destroyForcibly().waitFor();
    if (ended) {
      assertThat(apply.exitValue()).as(Files.readString(log)).isZero();
    }
    return !ended;
  }

  private static List<String> queriesOf(String name) {
    return StreamSupport.stream(
            server.execute("LIST QUERIES;").get(0).path("queries").spliterator(), false)
        .filter(query -> query.path("queryString").asText().contains(name))
        .map(query -> query.path("id").asText())
        .toList();
  }

  private static void dropEverythingOf(String name) {
    for (String query : queriesOf(name)) {
      if (!query.startsWith("CTAS_")) {
        server.execute("TERMINATE " + query + ";");
      }
    }
    for (String drop :
        List.of(
            "TABLE %s_COUNT",
            "TABLE %s_VERSIONS", "STREAM %s_EVENTS", "STREAM %s_TARGET", "STREAM %s_IN")) {
      server.execute("DROP " + drop.formatted(name) + " DELETE TOPIC;");
    }
  }
}
