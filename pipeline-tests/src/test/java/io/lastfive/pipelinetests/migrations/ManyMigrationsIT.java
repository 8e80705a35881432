// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.pipelinetests.migrations.KsqlProject.Result;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hundred scripts, the way a project of some years has them; prints how long they took. */
@Tag("long")
class ManyMigrationsIT {
  private static final int SCRIPTS = 200;

  @TempDir private Path folder;

  @Test
  void appliesTwoHundredScripts() throws Exception {
    try (MigrationServer server = new MigrationServer(folder.resolve("state"))) {
      KsqlProject project = new KsqlProject(folder.resolve("ksql"), server.url(), "MANY");
      for (int i = 1; i <= SCRIPTS; i++) {
        String query =
            i % 10 == 0 ? "CREATE STREAM m%d_copy AS SELECT id, a FROM m%d;\n".formatted(i, i) : "";
        project.script(
            "V%06d__script.sql".formatted(i),
            "CREATE STREAM m%d (id STRING KEY, a INT) WITH (KAFKA_TOPIC='m%d', VALUE_FORMAT='JSON', PARTITIONS=1);\n"
                    .formatted(i, i)
                + query);
      }

      long begin = System.nanoTime();
      Result applied = project.run("apply");
      Duration took = Duration.ofNanos(System.nanoTime() - begin);

      System.out.println(
          SCRIPTS + " scripts, 20 of them with a query, took " + took.toMillis() + " ms");
      assertThat(applied.err().lines()).hasSize(SCRIPTS);
      assertThat(applied.out().lines())
          .hasSize(SCRIPTS)
          .allMatch(line -> line.contains("MIGRATED"));
      assertThat(project.run("validate").exitCode()).isZero();
    }
  }
}
