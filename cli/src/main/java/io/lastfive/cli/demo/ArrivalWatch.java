// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.demo;

import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long payments take from sending to being visible in the customer service's database,
 * by looking there every two milliseconds. A payment that is pushed out of the last five between
 * two looks is not seen, and not counted.
 */
public final class ArrivalWatch implements AutoCloseable {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);

  /** Rows of a transaction that committed after a later one's are looked for again. */
  private static final Duration OVERLAP = Duration.ofMillis(50);

  private static final Histogram EMPTY = new Histogram(3);

  private final Map<String, Long> sentNanos = new ConcurrentHashMap<>();
  private final Histogram latencies = new Histogram(EMPTY);
  private final Connection connection;
  private final String sql;
  private final Thread thread;
  private volatile boolean closed;
  private @Nullable SQLException failure;

  public ArrivalWatch(Settings settings) throws SQLException {
    this.connection =
        DriverManager.getConnection(
            settings.get(KnownSettings.DATABASE_URL),
            settings.get(KnownSettings.DATABASE_USER),
            settings.get(KnownSettings.DATABASE_PASSWORD));
    this.thread = new Thread(this::watch, "arrival-watch");
    thread.setDaemon(true);
    String table;
    try (Statement statement = connection.createStatement()) {
      table = statement.enquoteIdentifier(settings.get(KnownSettings.DATABASE_SCHEMA), true);
    }
    this.sql =
        "SELECT updated_at, ARRAY(SELECT jsonb_array_elements(payments) ->> 'paymentId') AS ids FROM "
            + table
            + ".customer_payments WHERE updated_at > ?";
    thread.start();
  }

  /** To be called just before a payment is sent; a second sending does not count. */
  public void sending(String paymentId) {
    sentNanos.putIfAbsent(paymentId, System.nanoTime());
  }

  /** Ends the watch; what each payment took, in microseconds. */
  public Histogram finish() throws SQLException {
    close();
    if (failure != null) {
      throw failure;
    }
    return latencies;
  }

  private void watch() {
    OffsetDateTime since = OffsetDateTime.ofInstant(Instant.EPOCH, ZoneOffset.UTC);
    try (PreparedStatement look = connection.prepareStatement(sql)) {
      while (!closed) {
        since = look(look, since);
        LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      }
    } catch (SQLException e) {
      failure = e;
    }
  }

  private OffsetDateTime look(PreparedStatement look, OffsetDateTime since) throws SQLException {
    OffsetDateTime latest = since;
    look.setObject(1, since);
    try (ResultSet row = look.executeQuery()) {
      long now = System.nanoTime();
      while (row.next()) {
        OffsetDateTime updated = row.getObject("updated_at", OffsetDateTime.class).minus(OVERLAP);
        latest = updated.isAfter(latest) ? updated : latest;
        for (Object id : (Object[]) row.getArray("ids").getArray()) {
          Long sent = sentNanos.remove(String.valueOf(id));
          if (sent != null) {
            latencies.recordValue((now - sent) / 1000);
          }
        }
      }
    }
    return latest;
  }

  @Override
  public void close() throws SQLException {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
  }
}
