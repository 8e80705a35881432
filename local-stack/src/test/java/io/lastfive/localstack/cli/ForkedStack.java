// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.cli;

import io.lastfive.localstack.RunningStack;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A stack in a JVM of its own, on free ports, to be killed. */
public final class ForkedStack implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

  private final Process process;
  private final Path dataDir;

  private ForkedStack(Process process, Path dataDir) {
    this.process = process;
    this.dataDir = dataDir;
  }

  /** Returns once the stack is ready. */
  public static ForkedStack start(Path dataDir) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(StackProcess.class.getName(), "--data-dir", dataDir.toString()));
    command.addAll(UpAndDownIT.freePorts());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(dataDir.resolve("fork.log").toFile())
            .start();
    ForkedStack forked = new ForkedStack(process, dataDir);
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (forked.running().filter(RunningStack::ready).isEmpty()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        forked.close();
        throw new IllegalStateException("the forked stack is not ready");
      }
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    return forked;
  }

  private Optional<RunningStack> running() throws IOException {
    return RunningStack.on(dataDir);
  }

  public Settings settings() throws IOException {
    Settings settings = Settings.defaults();
    for (var part : running().orElseThrow().parts()) {
      settings = settings.with(part.setting(), part.address());
    }
    return settings;
  }

  public Connection connect() throws IOException, SQLException {
    return DriverManager.getConnection(
        settings().get(KnownSettings.DATABASE_URL), "lastfive", "lastfive");
  }

  public long postgresPid() throws IOException {
    return Long.parseLong(
        Files.readAllLines(dataDir.resolve("postgres/data/postmaster.pid")).get(0));
  }

  /** As an out-of-memory killer may: at once, and the shell that watches PostgreSQL as well. */
  public void killAllButPostgres() throws IOException, InterruptedException {
    long postgres = postgresPid();
    List<ProcessHandle> watchers =
        process.children().filter(child -> child.pid() != postgres).toList();
    watchers.forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
