// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.cli;

import io.lastfive.localstack.StackPart;
import io.lastfive.settings.cli.Console;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells a person, or with {@code --json} a program, how a start goes and where things are. */
final class StackReport {
  private final Console console;
  private final boolean json;

  StackReport(Console console, boolean json) {
    this.console = console;
    this.json = json;
  }

  void up(StackPart part) {
    console.status(
        String.format(
            Locale.ROOT,
            "%-16s %-46s %5.1f s",
            part.name(),
            part.address(),
            part.millis() / 1000.0));
  }

  void ready(Path dataDir, long pid, List<StackPart> parts, String howToStop) {
    long readyMillis = sinceProcessStart().toMillis();
    if (!json) {
      console.print(
          String.format(
              Locale.ROOT,
              "The stack is ready after %.1f s (process %d, data in %s). Stop it with %s.",
              readyMillis / 1000.0,
              pid,
              dataDir,
              howToStop));
      return;
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("readyMillis", readyMillis);
    result.put("pid", pid);
    result.put("dataDir", dataDir.toAbsolutePath().normalize().toString());
    parts.forEach(part -> result.put(part.setting(), part.address()));
    console.json(result);
  }

  /** What the user waited for, the start of the JVM included. */
  private static Duration sinceProcessStart() {
    Instant start = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
    return Duration.between(start, Instant.now());
  }
}
