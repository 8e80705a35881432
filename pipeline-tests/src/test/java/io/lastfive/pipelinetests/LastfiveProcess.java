// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import io.lastfive.cli.Lastfive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The command {@code lastfive} in a process of its own, to be interrupted as Ctrl-C does. Closing
 * it kills it where it still runs.
 */
final class LastfiveProcess implements AutoCloseable {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private static final List<String> JAVA_OPTIONS =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-Dfile.encoding=UTF-8");
  private static final int SIGINT = 2;
  private static final List<String> HEEDING_CTRL_C = List.of("env", "--default-signal=INT");
  private static final String MAIN_CLASS = Lastfive.class.getName();

  private final Process process;
  private final Path out;
  private final Path err;

  private LastfiveProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts it on a pipeline.
   *
   * @param folder for what it writes
   */
  static LastfiveProcess start(Pipeline pipeline, Path folder, String... arguments)
      throws IOException {
    return start(pipeline, folder, List.of(), arguments);
  }

  /** As {@link #start}, told as the launcher tells it that a terminal of 60 columns watches. */
  static LastfiveProcess startOnTerminal(Pipeline pipeline, Path folder, String... arguments)
      throws IOException {
    return start(
        pipeline,
        folder,
        List.of(
            "-Dlastfive.terminal=true", "-Dlastfive.error.terminal=true", "-Dlastfive.columns=60"),
        arguments);
  }

  private static LastfiveProcess start(
      Pipeline pipeline, Path folder, List<String> properties, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(ignoresCtrlC() ? HEEDING_CTRL_C : List.of());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JAVA_OPTIONS);
    command.addAll(properties);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN_CLASS));
    command.addAll(List.of(arguments));
    command.addAll(new CommandLineRun(pipeline.settings()).addresses());
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("LASTFIVE_"));
    return new LastfiveProcess(
        builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start(), out, err);
  }

  /** As tests do that a script runs in the background, and what they start would inherit. */
  private static boolean ignoresCtrlC() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    String ignored =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElseThrow()
            .substring("SigIgn:".length())
            .strip();
    return (Long.parseUnsignedLong(ignored, 16) & 1L << (SIGINT - 1)) != 0;
  }

  String out() {
    return text(out);
  }

  String err() {
    return text(err);
  }

  /** Waits until it has written a text to standard output. */
  LastfiveProcess awaitOut(String text) {
    return awaitText(out, text);
  }

  /** Waits until it has written a text to standard error. */
  LastfiveProcess awaitErr(String text) {
    return awaitText(err, text);
  }

  private LastfiveProcess awaitText(Path file, String text) {
    try {
      Awaitility.await().atMost(LONGEST_WAIT).until(() -> text(file).contains(text));
    } catch (ConditionTimeoutException missing) {
      throw new AssertionError(
          "no '%s'; standard output: %s, standard error: %s".formatted(text, out(), err()),
          missing);
    }
    return this;
  }

  /**
   * Ctrl-C.
   *
   * @return the exit code
   */
  int interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).inheritIO().start().waitFor();
    if (!process.waitFor(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("not ended by Ctrl-C: " + err());
    }
    return process.exitValue();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
