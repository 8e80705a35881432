// SPDX-License-Identifier: Apache-2.0
package io.lastfive.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.benchmarks.sink.AggregateLoad;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Setting;
import io.lastfive.settings.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Entry point: how many last fives a second the page's API answers, and how long an answer takes.
 *
 * <p>{@code lastfive sink run} in a process of its own, its PostgreSQL, Kafka and wrk share this
 * machine. The sink fills the table, and goes on writing while wrk asks for customers at random:
 * paced at about 5,000 a second, then each of several numbers of connections as fast as it goes.
 *
 * <p>Arguments: seconds a run (10), last fives written a second meanwhile (500), customers
 * (100000); several numbers of customers, growing, are measured one after the other.
 */
public final class PageBenchmark {
  private static final int PACED_CONNECTIONS = 64;
  private static final int[] CONNECTIONS = {8, 16, 32, 64};
  private static final int WRITES_A_SECOND = 50;
  private static final int WARM_UP_SECONDS = 15;
  private static final Duration LONGEST_FILL = Duration.ofMinutes(5);

  /** As wrk is told to report: requests, errors, microseconds, p50, p99, greatest. */
  private static final String MARK = "lastfive ";

  private final Settings settings;
  private final ProcessHandle sink;
  private final String url;

  private PageBenchmark(Settings settings, ProcessHandle sink, String url) {
    this.settings = settings;
    this.sink = sink;
    this.url = url;
  }

  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
    int written = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 500;
    List<Integer> growth = new ArrayList<>();
    for (int i = 2; i < arguments.length; i++) {
      growth.add(Integer.parseInt(arguments[i]));
    }
    if (growth.isEmpty()) {
      growth.add(100_000);
    }
    try (BenchStack stack = BenchStack.start();
        AggregateLoad load = AggregateLoad.open(stack.settings())) {
      Process sink = startSink(stack.settings());
      try (BufferedReader said = sink.inputReader(StandardCharsets.UTF_8)) {
        String url = new ObjectMapper().readTree(said.readLine()).path("page").asText();
        PageBenchmark benchmark = new PageBenchmark(stack.settings(), sink.toHandle(), url);
        int filled = 0;
        for (int customers : growth) {
          benchmark.fill(load, filled, customers);
          filled = customers;
          benchmark.measure(load, customers, written, seconds);
        }
      } finally {
        sink.destroy();
        sink.waitFor();
      }
    }
  }

  private static Process startSink(Settings settings) throws IOException {
    List<String> command = new ArrayList<>(List.of("./lastfive", "sink", "run", "--json"));
    for (Setting<?> setting :
        List.of(
            KnownSettings.KAFKA_BOOTSTRAP_SERVERS,
            KnownSettings.SCHEMA_REGISTRY_URL,
            KnownSettings.KSQLDB_URL,
            KnownSettings.DATABASE_URL,
            KnownSettings.DATABASE_USER,
            KnownSettings.DATABASE_PASSWORD)) {
      command.add("--" + setting.name() + "=" + settings.get(setting));
    }
    command.add("--" + KnownSettings.PAGE_PORT.name() + "=0");
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private void fill(AggregateLoad load, int from, int to) throws Exception {
    for (int customer = from; customer < to; customer++) {
      load.send(customer);
    }
    load.await();
    long giveUpAt = System.nanoTime() + LONGEST_FILL.toNanos();
    while (query("SELECT count(*) FROM customer_payments") < to) {
      if (System.nanoTime() > giveUpAt) {
        throw new TimeoutException("the sink has not written %,d customers".formatted(to));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    execute("VACUUM ANALYZE customer_payments");
  }

  private void measure(AggregateLoad load, int customers, int written, int seconds)
      throws Exception {
    System.out.printf(
        Locale.ROOT,
        "%,d customers, %d last fives a second written meanwhile, %d cores%n",
        customers,
        written,
        Runtime.getRuntime().availableProcessors());
    ScheduledExecutorService writing = Executors.newSingleThreadScheduledExecutor();
    try {
      Future<?> writes =
          writing.scheduleAtFixedRate(
              () -> write(load, customers, written / WRITES_A_SECOND),
              0,
              1000 / WRITES_A_SECOND,
              TimeUnit.MILLISECONDS);
      run("warm-up", customers, 32, WARM_UP_SECONDS, "");
      run(
          "paced at about 5,000 a second",
          customers,
          PACED_CONNECTIONS,
          seconds,
          "function delay() return math.random(4, 20) end");
      for (int connections : CONNECTIONS) {
        run("as fast as it goes", customers, connections, seconds, "");
      }
      if (writes.isDone()) {
        // Only a failure ends them.
        writes.get();
      }
    } finally {
      writing.shutdown();
      writing.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  private static void write(AggregateLoad load, int customers, int count) {
    try {
      for (int i = 0; i < count; i++) {
        load.send(ThreadLocalRandom.current().nextInt(customers));
      }
    } catch (IOException | ExecutionException e) {
      throw new IllegalStateException("Kafka does not take last fives", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(String name, int customers, int connections, int seconds, String pace)
      throws IOException, InterruptedException {
    Path script = script(customers, pace);
    Duration before = sink.info().totalCpuDuration().orElse(Duration.ZERO);
    String[] report = wrk(script, connections, seconds);
    Duration cpu = sink.info().totalCpuDuration().orElse(Duration.ZERO).minus(before);
    Files.delete(script);
    long requests = Long.parseLong(report[0]);
    System.out.printf(
        Locale.ROOT,
        "  %-30s %3d connections: %,7.0f/s, p50 %5.2f ms, p99 %6.2f ms, greatest %6.1f ms, %s errors, %4.1f us of CPU each in the sink's JVM%n",
        name,
        connections,
        requests / (Long.parseLong(report[2]) / 1e6),
        Double.parseDouble(report[3]) / 1e3,
        Double.parseDouble(report[4]) / 1e3,
        Double.parseDouble(report[5]) / 1e3,
        report[1],
        cpu.toNanos() / 1e3 / requests);
  }

  /** The addresses are made beforehand: what wrk does meanwhile is taken from the page. */
  private static Path script(int customers, String pace) throws IOException {
    return Files.writeString(
        Files.createTempFile("lastfive-page-", ".lua"),
        """
        local requests = {}
        function init()
          math.randomseed(os.time() + tonumber(tostring(requests):match("0x(%%x+)"), 16) %% 100000)
          for i = 1, 20000 do
            requests[i] = wrk.format("GET", string.format("/api/customers/C-%%07d/payments", math.random(0, %d)))
          end
        end
        function request()
          return requests[math.random(20000)]
        end
        function done(summary, latency)
          local errors = summary.errors
          print("%s" .. summary.requests .. " " .. errors.connect + errors.read + errors.write + errors.status + errors.timeout
            .. " " .. summary.duration .. " " .. latency:percentile(50) .. " " .. latency:percentile(99) .. " " .. latency.max)
        end
        %s
        """
            .formatted(customers - 1, MARK, pace));
  }

  private String[] wrk(Path script, int connections, int seconds)
      throws IOException, InterruptedException {
    Process wrk;
    try {
      wrk =
          new ProcessBuilder(
                  "wrk",
                  "--threads=1",
                  "--connections=" + connections,
                  "--duration=" + seconds + "s",
                  "--script=" + script,
                  url)
              .redirectErrorStream(true)
              .start();
    } catch (IOException missing) {
      throw new IOException("wrk is not installed. On Debian: apt-get install wrk", missing);
    }
    String said = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int report = said.lastIndexOf(MARK);
    if (wrk.waitFor() != 0 || report < 0) {
      throw new IllegalStateException("wrk failed: " + said);
    }
    return said.substring(report + MARK.length()).strip().split(" ", -1);
  }

  private long query(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        settings.get(KnownSettings.DATABASE_URL),
        settings.get(KnownSettings.DATABASE_USER),
        settings.get(KnownSettings.DATABASE_PASSWORD));
  }
}
