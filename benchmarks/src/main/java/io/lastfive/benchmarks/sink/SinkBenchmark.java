// SPDX-License-Identifier: Apache-2.0
package io.lastfive.benchmarks.sink;

import io.lastfive.benchmarks.BenchStack;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Setting;
import io.lastfive.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/**
 * Entry point: the customer sink beside Debezium's JDBC sink with one and two tasks, into a column
 * of text, which costs PostgreSQL least, and into one of jsonb as ours is, and beside a bare loop,
 * one after another on the same records, broker and PostgreSQL. The topic is filled before; the
 * first part of it warms each contender up and is not measured. Each must end with the same number
 * of customers.
 *
 * <p>Arguments: records measured (400000), customers (100000), records of the warm-up (200000).
 */
public final class SinkBenchmark {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
  private static final Path DEBEZIUM = Path.of("benchmarks/target/debezium");

  private static final List<Contender> CONTENDERS =
      List.of(
          new Contender("bare loop", BareLoop.class, AggregateLoad.TOPIC, 1, "jsonb"),
          debezium(1, "text"),
          debezium(2, "text"),
          debezium(1, "jsonb"),
          debezium(2, "jsonb"),
          new Contender("lastfive sink", LastfiveSink.class, AggregateLoad.TOPIC, 1, "jsonb"));

  private final Settings settings;
  private final Admin admin;
  private final Connection database;
  private final long warmUp;
  private final long total;

  private SinkBenchmark(Settings settings, Admin admin, Connection database, long[] records) {
    this.settings = settings;
    this.admin = admin;
    this.database = database;
    this.warmUp = records[0];
    this.total = records[1];
  }

  public static void main(String[] arguments) throws Exception {
    long measured = arguments.length > 0 ? Long.parseLong(arguments[0]) : 400_000;
    int customers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
    long warmUp = arguments.length > 2 ? Long.parseLong(arguments[2]) : 200_000;
    String only = System.getProperty("only", "");
    try (BenchStack stack = BenchStack.start()) {
      Settings settings = stack.settings();
      System.out.printf(
          "sending %,d last fives of %,d customers, twice%n", warmUp + measured, customers);
      AggregateLoad.send(settings, warmUp + measured, customers);
      try (Admin admin = Admin.create(new HashMap<>(settings.kafkaProperties()));
          Connection database =
              DriverManager.getConnection(
                  settings.get(KnownSettings.DATABASE_URL),
                  settings.get(KnownSettings.DATABASE_USER),
                  settings.get(KnownSettings.DATABASE_PASSWORD))) {
        SinkBenchmark benchmark =
            new SinkBenchmark(settings, admin, database, new long[] {warmUp, warmUp + measured});
        Map<String, Double> rates = new LinkedHashMap<>();
        for (Contender contender : CONTENDERS) {
          if (contender.main() == DebeziumSink.class && !Files.exists(DEBEZIUM)) {
            System.out.println(contender.name() + ": left out, no jars in " + DEBEZIUM);
          } else if (Pattern.compile(only).matcher(contender.name()).find()) {
            rates.put(contender.name(), benchmark.measure(contender));
          }
        }
        compare(rates);
      }
    }
  }

  private static Contender debezium(int tasks, String column) {
    return new Contender(
        "Debezium, %d writer%s, %s".formatted(tasks, tasks == 1 ? "" : "s", column),
        DebeziumSink.class,
        AggregateLoad.JSON_TOPIC,
        tasks,
        column);
  }

  private double measure(Contender contender) throws Exception {
    String schema =
        "bench"
            + Math.abs(contender.name().hashCode() % 10_000)
            + contender.tasks()
            + contender.column();
    prepare(contender, schema);
    long start = System.nanoTime();
    long wal = number("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')");
    Process process = contender.start(DEBEZIUM, arguments(schema));
    try {
      while (done(contender, schema) < warmUp) {
        look(process, contender);
      }
      long from = done(contender, schema);
      long begin = System.nanoTime();
      CpuTimes before = CpuTimes.now(process, database);
      while (done(contender, schema) < total) {
        look(process, contender);
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      double rate = (total - from) / seconds;
      double sinceStart = (System.nanoTime() - start) / 1e9;
      CpuTimes used = CpuTimes.now(process, database).since(before);
      System.out.printf(
          Locale.ROOT,
          "%-26s %,9d records in %5.1f s: %,7.0f/s, us of CPU each %s, %,d customers;%n"
              + "%26s from its start on %,9d in %5.1f s: %,7.0f/s, %,d bytes of WAL each, %.0f %% of updates HOT%n",
          contender.name(),
          total - from,
          seconds,
          rate,
          used.each(total - from),
          count(schema),
          "",
          total,
          sinceStart,
          total / sinceStart,
          (number("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')") - wal) / total,
          100.0 * hot(schema));
      return rate;
    } finally {
      process.destroyForcibly().waitFor();
      execute("DROP SCHEMA " + schema + " CASCADE");
    }
  }

  private static void compare(Map<String, Double> rates) {
    double ours = rates.getOrDefault("lastfive sink", 0.0);
    for (Map.Entry<String, Double> rate : rates.entrySet()) {
      if (rate.getValue() != ours) {
        System.out.printf(
            Locale.ROOT,
            "lastfive sink does %.2f of %s on %d cores%n",
            ours / rate.getValue(),
            rate.getKey(),
            Runtime.getRuntime().availableProcessors());
      }
    }
  }

  private static void look(Process process, Contender contender) throws InterruptedException {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          contender.name() + " ended with exit code " + process.exitValue());
    }
    Thread.sleep(BETWEEN_LOOKS.toMillis());
  }

  /** Our sink makes its own tables; the others get the smallest that can hold the same. */
  private void prepare(Contender contender, String schema) throws SQLException {
    execute("CREATE SCHEMA " + schema);
    if (contender.main() != LastfiveSink.class) {
      execute(
          """
          CREATE TABLE %s.customer_payments (customer_id text COLLATE "C" PRIMARY KEY, payments %s)
          WITH (fillfactor = 70, toast_tuple_target = 4080)
          """
              .formatted(schema, contender.column()));
    }
  }

  private List<String> arguments(String schema) {
    List<String> arguments = new ArrayList<>();
    for (Setting<?> setting :
        List.of(
            KnownSettings.KAFKA_BOOTSTRAP_SERVERS,
            KnownSettings.SCHEMA_REGISTRY_URL,
            KnownSettings.DATABASE_URL,
            KnownSettings.DATABASE_USER,
            KnownSettings.DATABASE_PASSWORD)) {
      arguments.add(setting.name() + "=" + settings.get(setting));
    }
    arguments.add(KnownSettings.DATABASE_SCHEMA.name() + "=" + schema);
    arguments.add(KnownSettings.SINK_GROUP_ID.name() + "=" + schema);
    return arguments;
  }

  /** Records whose effect is committed: our truth is in the database, the others' in Kafka. */
  private long done(Contender contender, String schema)
      throws SQLException, ExecutionException, InterruptedException {
    if (contender.main() == LastfiveSink.class) {
      try (Statement statement = database.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT CASE WHEN to_regclass('%s.sink_offset') IS NULL THEN 'none' END"
                      .formatted(schema))) {
        row.next();
        if (row.getString(1) != null) {
          return 0;
        }
      }
      try (Statement statement = database.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT coalesce(sum(next_offset), 0) FROM %s.sink_offset".formatted(schema))) {
        row.next();
        return row.getLong(1);
      }
    }
    return admin
        .listConsumerGroupOffsets(schema)
        .partitionsToOffsetAndMetadata()
        .get()
        .entrySet()
        .stream()
        .filter(entry -> isOf(contender, entry.getKey()) && entry.getValue() != null)
        .mapToLong(entry -> entry.getValue().offset())
        .sum();
  }

  private static boolean isOf(Contender contender, TopicPartition partition) {
    return partition.topic().equals(contender.topic());
  }

  private long count(String schema) throws SQLException {
    return number("SELECT count(*) FROM " + schema + ".customer_payments");
  }

  /** The share of updates that left the indexes alone. */
  private double hot(String schema) throws SQLException {
    String table =
        " FROM pg_stat_user_tables WHERE schemaname = '"
            + schema
            + "' AND relname = 'customer_payments'";
    execute("SELECT pg_stat_force_next_flush()");
    return (double) number("SELECT n_tup_hot_upd" + table)
        / Math.max(1, number("SELECT n_tup_upd" + table));
  }

  private long number(String sql) throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }
}
