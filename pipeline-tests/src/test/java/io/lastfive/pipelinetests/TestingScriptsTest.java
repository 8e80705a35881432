// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lastfive.pipelinetests.DocumentedSteps.Command;
import io.lastfive.pipelinetests.DocumentedSteps.Step;
import io.lastfive.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that tests scripts, run as a person runs it. */
class TestingScriptsTest {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  @TempDir private Path folder;
  private ProjectCopy project;

  @BeforeEach
  void copyProject() throws Exception {
    project = new ProjectCopy(folder, Settings.defaults());
  }

  @Test
  void doesWhatTheDocumentationShows() throws Exception {
    for (Step step : DocumentedSteps.of(Path.of("..", "docs", "testing-scripts.md"))) {
      project.run((Command) step);
    }

    assertThat(Files.readString(folder.resolve("target/ksql-tests.xml")))
        .contains("tests=\"4\" failures=\"0\"");
  }

  @Test
  void runsAgainWhenATestChangesUntilItIsStopped() throws Exception {
    Path test = folder.resolve("a.sql");
    Path output = folder.resolve("output.txt");
    Files.writeString(test, "--@test: holds\nCREATE TYPE t AS INT;\n");

    Process process = project.start("exec ./lastfive ksql test a.sql --watch > output.txt 2>&1");
    awaitIn(output, "1 passed, 0 failed");
    Files.writeString(test, "--@tst: is none\n");
    awaitIn(output, "'--@tst' is no directive");
    Files.writeString(test, "--@test: does not hold\nASSERT STREAM s;\n");
    awaitIn(output, "0 passed, 1 failed");
    process.destroy();

    assertThat(process.waitFor()).isEqualTo(1);
  }

  private static void awaitIn(Path output, String text) {
    await()
        .atMost(LONGEST_WAIT)
        .untilAsserted(() -> assertThat(Files.readString(output)).contains(text));
  }
}
