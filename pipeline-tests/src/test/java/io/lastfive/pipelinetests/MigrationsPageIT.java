// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.pipelinetests.DocumentedSteps.Command;
import io.lastfive.pipelinetests.DocumentedSteps.Script;
import io.lastfive.pipelinetests.DocumentedSteps.Step;
import io.lastfive.pipelinetests.migrations.MigrationServer;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/migrations.md says, in its order, in a project without scripts. */
class MigrationsPageIT {
  @TempDir private Path folder;

  @Test
  void doesWhatTheDocumentationShows() throws Exception {
    List<Step> steps = DocumentedSteps.of(Path.of("..", "docs", "migrations.md"));
    try (MigrationServer server = new MigrationServer(folder.resolve("state"))) {
      ProjectCopy project =
          new ProjectCopy(
              folder.resolve("project"),
              Settings.defaults().with(KnownSettings.KSQLDB_URL, server.url()));
      deleteScripts(project.folder().resolve("ksql/migrations"));

      for (Step step : steps) {
        if (step instanceof Script script) {
          project.write(script);
        } else {
          project.run((Command) step);
        }
      }
    }

    assertThat(steps).hasSize(15);
  }

  private static void deleteScripts(Path folder) throws Exception {
    try (Stream<Path> scripts = Files.list(folder)) {
      for (Path script : scripts.toList()) {
        Files.delete(script);
      }
    }
  }
}
