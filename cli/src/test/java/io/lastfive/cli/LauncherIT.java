// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs ./lastfive itself on what was packaged. Does not cover other systems than the one it runs
 * on.
 */
class LauncherIT {
  private static final Path LAUNCHER = Path.of("..", "lastfive").toAbsolutePath().normalize();

  @TempDir private Path folder;

  private record Result(int exitCode, String out, String err) {}

  @Test
  void runsFromAnyFolderAndThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("pay"), LAUNCHER);

    Result result = run(link, Map.of(), "--version");

    assertThat(result.err()).isEmpty();
    assertThat(result.out()).startsWith("lastfive 0.").contains("\nJava ");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void passesArgumentsAndSettingsOnAsTheyAre() throws Exception {
    Result result =
        run(LAUNCHER, Map.of("LASTFIVE_PAGE_HOST", "a b"), "config", "--data.dir=x  y", "--json");

    assertThat(result.out()).contains("\"value\":\"a b\"", "\"value\":\"x  y\"");
  }

  @Test
  void endsWithTheExitCodeOfTheCommand() throws Exception {
    Result result = run(LAUNCHER, Map.of(), "config", "--page.port=x");

    assertThat(result.err())
        .isEqualTo(
            "error: flag --page.port: page.port = 'x' is not a port (a number from 0 to 65535)."
                + " Example: page.port=8080\n");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void addsExtraJarsToTheClassPath() throws Exception {
    Map<String, String> environment =
        Map.of(
            "LASTFIVE_EXTRA_CLASSPATH",
            folder.toString(),
            "LASTFIVE_JAVA_OPTS",
            "-Dlogback.debug=no -XshowSettings:properties");

    Result result = run(LAUNCHER, environment, "--version");

    assertThat(result.err()).contains("java.class.path = ").contains(folder.toString());
  }

  /** The command {@code script} makes a terminal; that of other systems has other options. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void tellsTheTerminalsSizeAndThatSomebodyWatches() throws Exception {
    Path script = Path.of("/usr/bin/script");
    assumeTrue(Files.isExecutable(script), "there is no " + script + ": no terminal to test with");
    Map<String, String> environment =
        Map.of("LASTFIVE_JAVA_OPTS", "-XshowSettings:properties", "TERM", "xterm");

    Result result =
        runCommand(
            List.of(
                script.toString(),
                "-qec",
                "stty cols 61 rows 17; " + LAUNCHER + " --version",
                "/dev/null"),
            environment);

    assertThat(result.out())
        .contains(
            "lastfive.columns = 61",
            "lastfive.rows = 17",
            "lastfive.terminal = true",
            "lastfive.error.terminal = true");
    assertThat(run(LAUNCHER, environment, "--version").err())
        .doesNotContain("lastfive.columns", "terminal = true");
  }

  @Test
  void saysHowToBuildWhatIsNotBuilt() throws Exception {
    Path copy = Files.copy(LAUNCHER, folder.resolve("lastfive"));

    Result result = run(copy, Map.of(), "demo");

    assertThat(result.err()).isEqualTo("error: lastfive is not built yet. Run: make build\n");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void refusesAnOlderJava() throws Exception {
    Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();

    Result result = run(LAUNCHER, Map.of("JAVA_HOME", folder.resolve("jdk").toString()), "config");

    assertThat(result.err())
        .isEqualTo(
            "error: %s is Java 11.0.2, and lastfive needs 17 or newer. Set JAVA_HOME to one.\n"
                .formatted(java));
    assertThat(result.exitCode()).isEqualTo(2);
  }

  private Result run(Path launcher, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", launcher.toString()));
    command.addAll(List.of(arguments));
    return runCommand(command, environment);
  }

  private Result runCommand(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("LASTFIVE_"));
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    int exitCode = process.waitFor();
    return new Result(
        exitCode,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
