// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.cli;

import io.lastfive.localstack.LocalStack;
import io.lastfive.localstack.RunningStack;
import io.lastfive.localstack.StackPart;
import io.lastfive.localstack.StackPorts;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Setting;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.StopSignal;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Starts a stack in a JVM of its own, which outlives this one, and waits until it is ready. */
final class DetachedStack {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int USER_ERROR = 2;
  private static final List<Setting<?>> ADDRESSES =
      List.of(
          KnownSettings.KAFKA_BOOTSTRAP_SERVERS,
          KnownSettings.SCHEMA_REGISTRY_URL,
          KnownSettings.KSQLDB_URL,
          KnownSettings.DATABASE_URL,
          KnownSettings.DATABASE_USER);

  private final Settings settings;
  private final Path dataDir;
  private final boolean ephemeral;
  private final Path log;

  DetachedStack(Settings settings, Path dataDir, boolean ephemeral) {
    this.settings = settings;
    this.dataDir = dataDir;
    this.ephemeral = ephemeral;
    this.log = dataDir.resolve("logs").resolve("stack.log");
  }

  void start(StackReport report) throws IOException, InterruptedException {
    LocalStack.refuseUnstartable(dataDir, StackPorts.of(settings));
    Files.createDirectories(log.getParent());
    long logged = Files.exists(log) ? Files.size(log) : 0;
    try (StopSignal stop = StopSignal.install()) {
      Process process = launch();
      RunningStack stack = awaitReady(process, stop, report, logged);
      String folder =
          settings.get(KnownSettings.DATA_DIR).equals(dataDir) ? "" : " --data-dir " + dataDir;
      report.ready(dataDir, stack.pid(), stack.parts(), "'lastfive down" + folder + "'");
    }
  }

  private Process launch() throws IOException {
    List<String> command = new ArrayList<>();
    if (Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "setsid")))) {
      // A Ctrl-C or the end of this terminal is not meant for it.
      command.add("setsid");
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(DetachedStack::isForEveryJvm)
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(StackProcess.class.getName());
    command.addAll(List.of("--data-dir", dataDir.toString()));
    if (ephemeral) {
      command.add("--ephemeral");
    }
    for (Setting<?> setting : ADDRESSES) {
      command.addAll(List.of("--set", setting.name() + "=" + settings.get(setting)));
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    // Not as an argument, which every user of the machine can read.
    builder
        .environment()
        .put(
            KnownSettings.DATABASE_PASSWORD.environmentVariable(),
            settings.get(KnownSettings.DATABASE_PASSWORD));
    return builder.start();
  }

  /** Leaves out what was meant for this short-lived JVM only. */
  private static boolean isForEveryJvm(String argument) {
    return Stream.of("-Dlastfive.terminal", "-agentlib", "-javaagent")
        .noneMatch(argument::startsWith);
  }

  private RunningStack awaitReady(Process process, StopSignal stop, StackReport report, long logged)
      throws IOException, InterruptedException {
    int reported = 0;
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (System.nanoTime() < deadline) {
      if (stop.await(POLL)) {
        process.destroy();
        process.waitFor();
        throw new UnavailableError("Stopped before the stack was ready.");
      }
      Optional<RunningStack> stack =
          RunningStack.on(dataDir).filter(running -> running.pid() == process.pid());
      List<StackPart> parts = stack.map(RunningStack::parts).orElse(List.of());
      for (; reported < parts.size(); reported++) {
        report.up(parts.get(reported));
      }
      if (stack.isPresent() && stack.get().ready()) {
        return stack.get();
      }
      if (!process.isAlive()) {
        throw ended(process.exitValue(), logged);
      }
    }
    process.destroyForcibly();
    throw new UnavailableError(
        "The stack was not ready after %d s, and was stopped. Its log: %s"
            .formatted(START_TIMEOUT.toSeconds(), log));
  }

  /** Says what the process said last: its own error. */
  private RuntimeException ended(int exitCode, long logged) throws IOException {
    String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    String said = text.substring((int) Math.min(logged, text.length()));
    int error = said.indexOf("error: ");
    if (exitCode == USER_ERROR && error >= 0) {
      return new UserError(said.substring(error + "error: ".length()).strip());
    }
    String reason =
        said.lines()
            .filter(line -> line.startsWith("error: "))
            .findFirst()
            .map(line -> ": " + line.substring("error: ".length()))
            .orElse(".");
    return new UnavailableError(
        "The stack ended while starting (exit code %d)%s Its log: %s"
            .formatted(exitCode, reason, log));
  }
}
