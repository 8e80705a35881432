// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.pipelinetests.migrations.KsqlProject.Result;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two applies at once, and locks that were left behind on this machine or another. */
class MigrationLockIT {
  @TempDir static Path state;
  private static MigrationServer server;

  @TempDir private Path folder;
  private KsqlProject project;

  @BeforeAll
  static void start() {
    server = new MigrationServer(state);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeProject() throws Exception {
    String history =
        "L"
            + Long.toString(System.nanoTime(), Character.MAX_RADIX)
                .toUpperCase(java.util.Locale.ROOT);
    project =
        new KsqlProject(folder, server.url(), history)
            .script(
                "V000001__one.sql",
                "CREATE STREAM "
                    + history
                    + " (id STRING KEY) WITH (KAFKA_TOPIC='lock', VALUE_FORMAT='JSON', PARTITIONS=1);");
  }

  @Test
  void refusesASecondApplyAndNamesWhoIsAtWork() {
    leaveLock(
        "LASTFIVE_LOCK", "N1", Instant.now().minusSeconds(12), Instant.now().plusSeconds(3600));

    Result refused = project.apply();
    Result info = project.run("info");
    Result repaired = project.run("repair", "--yes");

    assertThat(
            refused
                .err()
                .replaceAll("in \\d+ s", "in N s")
                .replaceAll("since 1\\d s", "since 12 s"))
        .isEqualTo(
            "error: Migrations of ksqlDB at "
                + server.url()
                + " are being changed by ci@build-7, process 4711, since 12 s. Wait until it has ended."
                + " If it is dead, its lock ends in N s, or at once with './lastfive ksql repair'.\n");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(info.err()).isEqualTo("warning: The lock is held by ci@build-7, process 4711.\n");
    assertThat(repaired.err())
        .isEqualTo(
            "To do: take the lock away from ci@build-7, process 4711, which seems to be at work\n");
    assertThat(project.apply().exitCode()).isZero();
    assertNothingIsLocked();
  }

  @Test
  void takesTheLockOverFromAHolderWhoseTimeHasRunOut() {
    leaveLock("LASTFIVE_LOCK", "N2", Instant.now().minusSeconds(99), Instant.now().minusSeconds(1));

    Result applied = project.apply();

    assertThat(applied.err())
        .startsWith("Took the lock over from ci@build-7, process 4711, which is dead.\n");
    assertThat(applied.exitCode()).isZero();
    assertNothingIsLocked();
  }

  @Test
  void goesOnWhereOneThatTookALockOverDiedAsWell() {
    Instant past = Instant.now().minusSeconds(99);
    leaveLock("LASTFIVE_LOCK", "N3", past, past);
    leaveLock("LASTFIVE_LOCK_AFTER_N3", "N4", past, past);
    leaveLock("LASTFIVE_LOCK_AFTER_N0", "N9", past, Instant.now().plusSeconds(3600));

    assertThat(project.apply().exitCode()).isZero();
    assertNothingIsLocked();
  }

  @Test
  void believesAHolderThatSaysItLives() {
    Instant past = Instant.now().minusSeconds(99);
    leaveLock("LASTFIVE_LOCK", "N5", past, past);
    server.execute(
        "CREATE TYPE LASTFIVE_LOCK_BEAT_N5_"
            + Instant.now().plusSeconds(60).toEpochMilli()
            + " AS STRUCT<x INT>;");

    assertThat(project.apply().exitCode()).isEqualTo(1);
    assertThat(project.run("repair", "--yes").exitCode()).isZero();
    assertNothingIsLocked();
  }

  @Test
  void letsOneOfManyApply() throws Exception {
    leaveLock("LASTFIVE_LOCK", "N6", Instant.EPOCH, Instant.EPOCH);
    List<Future<Result>> results = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int i = 0; i < 4; i++) {
        results.add(threads.submit(() -> project.apply()));
      }
      List<String> applied = new ArrayList<>();
      for (Future<Result> result : results) {
        assertThat(result.get().exitCode()).as(result.get().err()).isIn(0, 1);
        if (result.get().out().contains("MIGRATED")) {
          applied.add(result.get().out());
        }
      }

      assertThat(applied).hasSize(1);
      assertNothingIsLocked();
    } finally {
      threads.shutdownNow();
    }
  }

  /** As a process on another machine leaves it. */
  private static void leaveLock(String type, String nonce, Instant since, Instant until) {
    server.execute(
        "CREATE TYPE "
            + type
            + " AS STRUCT<`nonce "
            + nonce
            + "` INT, `user ci` INT, `host build-7` INT, `machine elsewhere` INT, `pid 4711` INT, `start 1` INT, `since "
            + since.toEpochMilli()
            + "` INT, `until "
            + until.toEpochMilli()
            + "` INT>;");
  }

  private static void assertNothingIsLocked() {
    assertThat(server.types()).noneMatch(type -> type.startsWith("LASTFIVE_"));
  }
}
