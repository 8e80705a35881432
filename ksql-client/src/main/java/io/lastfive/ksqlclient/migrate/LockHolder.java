// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who holds the lock of a history, as the field names of a type tell it.
 *
 * @param nonce of this holding, so that no two are alike
 * @param machine the same for two processes that can see each other's process ids
 * @param start when the process was started: its id may be another's later
 * @param since when it took the lock
 * @param until when it is taken for dead, unless it says otherwise by then
 */
record LockHolder(
    String nonce,
    String user,
    String host,
    String machine,
    long pid,
    long start,
    Instant since,
    Instant until) {

  /** A process's start is reckoned from the clock, which may be set in between. */
  private static final Duration SAME_START = Duration.ofSeconds(10);

  static LockHolder thisProcess(Duration lease) {
    Instant now = Instant.now();
    ProcessHandle self = ProcessHandle.current();
    return new LockHolder(
        UUID.randomUUID().toString().substring(0, 13).replace("-", "").toUpperCase(Locale.ROOT),
        thisUser(),
        safe(thisHost()),
        thisMachine(),
        self.pid(),
        startOf(self),
        now,
        now.plus(lease));
  }

  /**
   * Whether it certainly runs no more: it ran on this machine as the same user, whose processes can
   * be seen, and its process is gone.
   */
  boolean isKnownDead() {
    if (!machine.equals(thisMachine()) || !user.equals(thisUser())) {
      return false;
    }
    return ProcessHandle.of(pid)
        .map(process -> Math.abs(startOf(process) - start) > SAME_START.toMillis())
        .orElse(true);
  }

  LockHolder until(Instant later) {
    return new LockHolder(nonce, user, host, machine, pid, start, since, later);
  }

  @Override
  public String toString() {
    return user + "@" + host + ", process " + pid;
  }

  /** A type's text, whose field names say all of this. */
  String toType() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("nonce", nonce);
    fields.put("user", user);
    fields.put("host", host);
    fields.put("machine", machine);
    fields.put("pid", pid);
    fields.put("start", start);
    fields.put("since", since.toEpochMilli());
    fields.put("until", until.toEpochMilli());
    return fields.entrySet().stream()
        .map(field -> "`" + field.getKey() + " " + field.getValue() + "` INT")
        .collect(Collectors.joining(", ", "STRUCT<", ">"));
  }

  /**
   * @param names of a type's fields, as {@link #toType} made them
   */
  static LockHolder of(List<String> names) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String name : names) {
      int blank = name.indexOf(' ');
      fields.put(name.substring(0, Math.max(blank, 0)), name.substring(blank + 1));
    }
    return new LockHolder(
        fields.getOrDefault("nonce", ""),
        fields.getOrDefault("user", "unknown"),
        fields.getOrDefault("host", "unknown"),
        fields.getOrDefault("machine", ""),
        number(fields.get("pid")),
        number(fields.get("start")),
        Instant.ofEpochMilli(number(fields.get("since"))),
        Instant.ofEpochMilli(number(fields.get("until"))));
  }

  private static long number(@Nullable String text) {
    return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  private static String thisUser() {
    return safe(System.getProperty("user.name", "unknown"));
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private static String thisHost() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /** The host, and where Linux tells it, its boot and the space its process ids count in. */
  private static String thisMachine() {
    String parts =
        thisHost() + firstLine("/proc/sys/kernel/random/boot_id") + link("/proc/self/ns/pid");
    return UUID.nameUUIDFromBytes(parts.getBytes(StandardCharsets.UTF_8))
        .toString()
        .substring(0, 8);
  }

  private static String firstLine(String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static String link(String file) {
    try {
      return Files.readSymbolicLink(Path.of(file)).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  private static String safe(String text) {
    String kept = text.replaceAll("[^A-Za-z0-9._-]", "_");
    return kept.isEmpty() ? "unknown" : kept;
  }
}
