// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.customersink.write.WriteStep;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Setting;
import io.lastfive.settings.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** A sink in a process of its own, which can be paused and killed as a whole. */
final class SinkProcess implements AutoCloseable {
  private static final String REACHED = "reached";

  private final Process process;
  private final BufferedReader output;

  /** One that runs. */
  SinkProcess(Settings settings) throws IOException {
    this(settings, "");
  }

  /** One that waits, the first time it reaches a step, to be told to go on. */
  SinkProcess(Settings settings, WriteStep step) throws IOException {
    this(settings, step.name());
  }

  private SinkProcess(Settings settings, String step) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                SinkProcess.class.getName(),
                step));
    Stream.of(
            KnownSettings.KAFKA_BOOTSTRAP_SERVERS,
            KnownSettings.SCHEMA_REGISTRY_URL,
            KnownSettings.DATABASE_URL,
            KnownSettings.DATABASE_USER,
            KnownSettings.DATABASE_PASSWORD,
            KnownSettings.DATABASE_SCHEMA,
            KnownSettings.SINK_GROUP_ID,
            KnownSettings.SINK_BATCH_SIZE,
            KnownSettings.SINK_WRITERS)
        .map(setting -> argument(settings, setting))
        .forEach(command::add);
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static String argument(Settings settings, Setting<?> setting) {
    return setting.name() + "=" + settings.get(setting);
  }

  /** What the process runs. */
  public static void main(String... arguments) {
    Settings settings =
        Settings.defaults()
            .with("kafka.session.timeout.ms", "6000")
            .with("kafka.heartbeat.interval.ms", "500")
            .with(KnownSettings.SINK_RETRY_BACKOFF, "20ms")
            .with(KnownSettings.SINK_RETRY_BACKOFF_MAX, "200ms");
    for (String argument : List.of(arguments).subList(1, arguments.length)) {
      int equals = argument.indexOf('=');
      settings = settings.with(argument.substring(0, equals), argument.substring(equals + 1));
    }
    AtomicBoolean reached = new AtomicBoolean();
    SinkFixture.start(
            settings,
            step -> {
              if (step.name().equals(arguments[0]) && reached.compareAndSet(false, true)) {
                awaitWord();
              }
            })
        .ended()
        .join();
  }

  private static void awaitWord() {
    System.out.println(REACHED);
    try {
      System.in.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void awaitReached() throws IOException {
    for (String line = output.readLine(); !REACHED.equals(line); line = output.readLine()) {
      assertThat(line).as("output of the sink's process").isNotNull();
    }
  }

  /** To be done as soon as the process may run. */
  void tellToGoOn() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  boolean isAlive() {
    return process.isAlive();
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  /** As {@code kill -9} does. */
  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    output.close();
  }
}
