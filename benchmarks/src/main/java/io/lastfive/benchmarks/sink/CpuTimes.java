// SPDX-License-Identifier: Apache-2.0
package io.lastfive.benchmarks.sink;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Nanoseconds of CPU that a contender, PostgreSQL with all of its processes, and this JVM with the
 * broker in it have used; unlike a rate they hardly depend on what else the machine does.
 */
record CpuTimes(long contender, long postgres, long broker) {
  private static final long NANOS_A_TICK = 10_000_000;
  private static final int USER_TIME = 11;
  private static final int CHILDREN_SYSTEM_TIME = 14;

  static CpuTimes now(Process contender, Connection database) throws SQLException, IOException {
    return new CpuTimes(
        contender.toHandle().info().totalCpuDuration().orElse(Duration.ZERO).toNanos(),
        postgres(database),
        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime());
  }

  CpuTimes since(CpuTimes earlier) {
    return new CpuTimes(
        contender - earlier.contender, postgres - earlier.postgres, broker - earlier.broker);
  }

  /** As microseconds for each of so many records. */
  String each(long records) {
    double nanos = 1e3 * records;
    return String.format(
        Locale.ROOT,
        "%4.1f sink + %4.1f PostgreSQL + %4.1f broker",
        contender / nanos,
        postgres / nanos,
        broker / nanos);
  }

  /** The postmaster, the children that it has outlived, and those that live. */
  private static long postgres(Connection database) throws SQLException, IOException {
    try (Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      ProcessHandle postmaster =
          ProcessHandle.of(row.getLong(1)).flatMap(ProcessHandle::parent).orElseThrow();
      long ticks = ticks(postmaster);
      for (ProcessHandle child : postmaster.children().toList()) {
        ticks += ticks(child);
      }
      return ticks * NANOS_A_TICK;
    }
  }

  private static long ticks(ProcessHandle process) throws IOException {
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
      return fields.subList(USER_TIME, CHILDREN_SYSTEM_TIME + 1).stream()
          .mapToLong(Long::parseLong)
          .sum();
    } catch (NoSuchFileException ended) {
      return 0;
    }
  }
}
