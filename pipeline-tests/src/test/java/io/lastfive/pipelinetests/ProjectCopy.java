// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lastfive.pipelinetests.DocumentedSteps.Command;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Setting;
import io.lastfive.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The scripts and samples of the project in a folder where a test may change them, with a {@code
 * ./lastfive} that runs the classes under test against a running pipeline.
 */
final class ProjectCopy {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final String TOKEN_KEY = "00".repeat(32);

  private final Path folder;
  private final Map<String, String> environment;

  /**
   * @param settings the addresses of the pipeline
   */
  ProjectCopy(Path folder, Settings settings) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.environment =
        Map.of(
            variable(KnownSettings.KAFKA_BOOTSTRAP_SERVERS),
            settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS),
            variable(KnownSettings.SCHEMA_REGISTRY_URL),
            settings.get(KnownSettings.SCHEMA_REGISTRY_URL).toString(),
            variable(KnownSettings.KSQLDB_URL),
            settings.get(KnownSettings.KSQLDB_URL).toString(),
            variable(KnownSettings.DATABASE_URL),
            settings.get(KnownSettings.DATABASE_URL),
            variable(KnownSettings.DATABASE_USER),
            settings.get(KnownSettings.DATABASE_USER),
            variable(KnownSettings.DATABASE_PASSWORD),
            settings.get(KnownSettings.DATABASE_PASSWORD),
            variable(KnownSettings.CARD_TOKEN_KEY),
            TOKEN_KEY,
            "TZ",
            "UTC");
    for (String part : List.of("ksql", "samples")) {
      copy(Path.of("..", part), this.folder.resolve(part));
    }
    Path launcher = this.folder.resolve("lastfive");
    Files.writeString(
        launcher,
        """
        #!/bin/sh
        exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' io.lastfive.cli.Lastfive "$@"
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path")));
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
  }

  private static String variable(Setting<?> setting) {
    return "LASTFIVE_" + setting.name().replace('.', '_').toUpperCase(Locale.ROOT);
  }

  Path folder() {
    return folder;
  }

  void write(DocumentedSteps.Script script) throws IOException {
    Files.writeString(folder.resolve(script.file()), script.text());
  }

  /**
   * Runs a command as the page says, in the folder, and compares what it prints. As a reader would,
   * runs it again where a service took too long to answer, on a busy machine; and one that only
   * looks, until it prints what the page says: payments take a moment to arrive.
   */
  void run(Command command) {
    boolean looks = command.text().startsWith("./lastfive customer ");
    await()
        .atMost(LONGEST_WAIT)
        .until(
            () -> {
              Result result = run(command.text());
              boolean done = result.exitCode() == 0 && (!looks || shows(command, result));
              if (!done && !looks && !result.printed().contains("does not answer")) {
                throw new AssertionError(command.text() + " failed:\n" + result.printed());
              }
              if (done) {
                check(command, result);
              }
              return done;
            });
  }

  /** What became of a command; the exit code, and everything printed. */
  private record Result(int exitCode, String printed) {}

  /** Starts a command that ends when it is told to. */
  Process start(String command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", command)
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.start();
  }

  private Result run(String command) throws IOException, InterruptedException {
    Process process = start(command);
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), printed);
  }

  private static boolean shows(Command command, Result result) {
    return command.output().stream()
        .allMatch(shown -> result.printed().lines().anyMatch(line -> Command.matches(shown, line)));
  }

  private static void check(Command command, Result result) {
    for (String shown : command.output()) {
      assertThat(result.printed().lines())
          .as("output of %s", command.text())
          .anyMatch(line -> Command.matches(shown, line));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    } catch (UncheckedIOException unreadable) {
      throw unreadable.getCause();
    }
  }
}
