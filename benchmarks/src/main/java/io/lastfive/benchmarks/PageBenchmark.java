// SPDX-License-Identifier: Apache-2.0
package io.lastfive.benchmarks;

import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.page.CustomerPage;
import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.localstack.EmbeddedPostgres;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/**
 * Entry point: how many last fives a second the page's API answers, and how long an answer takes,
 * measured by wrk beside it on the same machine: paced at about 5,000 a second, then as fast as it
 * goes. Customers are asked for at random, none from a cache. Arguments: seconds a run (20),
 * customers (100000).
 */
public final class PageBenchmark {
  private static final int PACED_CONNECTIONS = 50;
  private static final int CONNECTIONS = 64;
  private static final int WARM_UP_SECONDS = 15;

  // Five payments a customer, as the sink writes them.
  private static final String FILL =
      """
      INSERT INTO customer_payments (customer_id, payments, name_words, as_of, topic_id, partition, record_offset)
      SELECT 'C-' || lpad(customer::text, 7, '0'),
             (SELECT jsonb_agg(jsonb_build_object(
                       'paymentId', gen_random_uuid(), 'paymentType', 'CC', 'amount', '12.5000', 'currency', 'EUR',
                       'accountNo', '411111******7678', 'accountName', 'Name ' || customer, 'bankName', 'Analytical Bank',
                       'counterparty', 'Kaffeehaus ' || payment, 'referenceNo', '120201917315', 'status', 'SETTLED',
                       'transactedAt', '2026-01-01T12:00:00.123Z'))
                FROM generate_series(1, 5) AS payment),
             ('''name'' ''' || customer || '''')::tsvector, now(), gen_random_uuid(), 0, customer
        FROM generate_series(1, ?) AS customer
      """;

  private PageBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
    int customers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      Settings settings =
          Settings.defaults()
              .with(KnownSettings.DATABASE_URL, postgres.jdbcUrl())
              .with(KnownSettings.DATABASE_USER, postgres.user())
              .with(KnownSettings.DATABASE_PASSWORD, postgres.password())
              .with(KnownSettings.PAGE_PORT, 0);
      SinkDatabase.openForWriting(settings, 1).close();
      fill(postgres, customers);
      try (CustomerPage page =
          CustomerPage.start(
              settings, new SinkHealth(), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
        Path paced = script(customers, "function delay() return math.random(5, 14) end");
        Path unpaced = script(customers, "");
        run(page, unpaced, CONNECTIONS, WARM_UP_SECONDS, "Warm-up");
        run(page, paced, PACED_CONNECTIONS, seconds, "Paced at about 5,000 a second");
        run(page, unpaced, CONNECTIONS, seconds, "As fast as it goes");
        Files.delete(paced);
        Files.delete(unpaced);
      }
    }
  }

  private static void fill(EmbeddedPostgres postgres, int customers) throws SQLException {
    try (Connection connection = postgres.connect();
        PreparedStatement fill = connection.prepareStatement(FILL);
        Statement analyze = connection.createStatement()) {
      fill.setInt(1, customers);
      fill.executeUpdate();
      analyze.execute("VACUUM ANALYZE customer_payments");
    }
  }

  private static Path script(int customers, String pace) throws IOException {
    return Files.writeString(
        Files.createTempFile("lastfive-page-", ".lua"),
        """
        math.randomseed(os.time())
        function request()
          return wrk.format("GET", string.format("/api/customers/C-%%07d/payments", math.random(1, %d)))
        end
        %s
        """
            .formatted(customers, pace));
  }

  private static void run(CustomerPage page, Path script, int connections, int seconds, String name)
      throws IOException, InterruptedException {
    System.out.printf(
        Locale.ROOT,
        "%n%s, %d connections, %d cores%n",
        name,
        connections,
        Runtime.getRuntime().availableProcessors());
    Process wrk;
    try {
      wrk =
          new ProcessBuilder(
                  "wrk",
                  "--threads=2",
                  "--connections=" + connections,
                  "--duration=" + seconds + "s",
                  "--latency",
                  "--script=" + script,
                  page.url())
              .inheritIO()
              .start();
    } catch (IOException missing) {
      throw new IOException("wrk is not installed. On Debian: apt-get install wrk", missing);
    }
    if (wrk.waitFor() != 0) {
      throw new IllegalStateException("wrk failed, as it says above");
    }
  }
}
