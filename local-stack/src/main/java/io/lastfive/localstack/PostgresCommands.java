// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs PostgreSQL's own programs.
 *
 * <p>They refuse to run as root; there they run in a user namespace of their own, where root is
 * nobody. They get a session of their own, so that a Ctrl-C at the terminal reaches this JVM only,
 * which then stops PostgreSQL in its turn.
 */
final class PostgresCommands {
  private final Path home;
  private final List<String> asAnotherUser;
  private final List<String> inOwnSession;

  private PostgresCommands(Path home, List<String> asAnotherUser, List<String> inOwnSession) {
    this.home = home;
    this.asAnotherUser = asAnotherUser;
    this.inOwnSession = inOwnSession;
  }

  /** The commands for a cluster in {@code folder}, which this process owns. */
  static PostgresCommands on(Path folder) throws IOException, InterruptedException {
    List<String> asAnotherUser = List.of();
    if (Integer.valueOf(0).equals(Files.getAttribute(folder, "unix:uid"))) {
      asAnotherUser = List.of("unshare", "-U");
      refuseRootWithoutNamespaces();
    }
    List<String> inOwnSession = onPath("setsid") ? List.of("setsid") : List.of();
    return new PostgresCommands(PostgresBinaries.unpacked(), asAnotherUser, inOwnSession);
  }

  void initialize(Path cluster, String superuser, Path passwordFile, boolean durable)
      throws IOException, InterruptedException {
    List<String> command = program("initdb");
    command.addAll(List.of("-D", cluster.toString(), "-U", superuser));
    command.addAll(List.of("-A", "scram-sha-256", "--pwfile=" + passwordFile));
    command.addAll(List.of("-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"));
    if (!durable) {
      command.add("--no-sync");
    }
    run(command);
  }

  /** Starts the server itself, not by pg_ctl, so that it is this JVM's child and ends as one. */
  Process launch(Path cluster, List<String> settings, Path log) throws IOException {
    List<String> command = new ArrayList<>(inOwnSession);
    command.addAll(program("postgres"));
    command.addAll(List.of("-D", cluster.toString()));
    for (String setting : settings) {
      command.addAll(List.of("-c", setting));
    }
    return builder(command).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
  }

  /** Disconnects clients, stops, and waits for the end. */
  void stop(Path cluster, Duration timeout) throws IOException, InterruptedException {
    List<String> command = program("pg_ctl");
    command.addAll(List.of("stop", "-D", cluster.toString(), "-m", "fast", "-w"));
    command.addAll(List.of("-t", Long.toString(timeout.toSeconds())));
    run(command);
  }

  private List<String> program(String name) {
    List<String> command = new ArrayList<>(asAnotherUser);
    command.add(home.resolve("bin").resolve(name).toString());
    return command;
  }

  private static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PG"));
    environment.put("TZ", "UTC");
    environment.put("LC_ALL", "C");
    return builder;
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = builder(command).start();
    String output;
    try (InputStream in = process.getInputStream()) {
      output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    int exitCode = process.waitFor();
    if (exitCode != 0) {
      throw new IOException(
          "'%s' failed with exit code %d:%n%s"
              .formatted(String.join(" ", command), exitCode, output.strip()));
    }
  }

  private static void refuseRootWithoutNamespaces() throws InterruptedException, IOException {
    try {
      run(List.of("unshare", "-U", "true"));
    } catch (IOException e) {
      throw new IOException(
          "PostgreSQL refuses to run as root, and a user namespace of its own ('unshare -U') is not to be had here. Run as another user, or set database.url to a PostgreSQL of your own.",
          e);
    }
  }

  private static boolean onPath(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
