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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long payments take from sending to being visible in the customer service's database:
 * it looks every two milliseconds for those of a sample that are under way. A payment that does not
 * show within seconds, because it is not among the last five, is not counted.
 */
public final class ArrivalWatch implements AutoCloseable {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final int SAMPLE = 50;
  private static final Histogram EMPTY = new Histogram(3);

  /** One payment of the sample that was sent. */
  private record UnderWay(String paymentId, String customerId, long sentNanos) {}

  private final Queue<UnderWay> sent = new ConcurrentLinkedQueue<>();
  private final Histogram latencies = new Histogram(EMPTY);
  private final Connection connection;
  private final String sql;
  private final Thread thread;
  private long payments;
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
    String schema;
    try (Statement statement = connection.createStatement()) {
      schema = statement.enquoteIdentifier(settings.get(KnownSettings.DATABASE_SCHEMA), true);
    }
    this.sql =
        "SELECT jsonb_array_elements(payments) ->> 'paymentId' FROM "
            + schema
            + ".customer_payments WHERE customer_id = ANY (?)";
    thread.start();
  }

  /** To be called by one thread, just before a payment is sent for the first time. */
  public void sending(String paymentId, String customerId) {
    if (payments++ % SAMPLE == 0) {
      sent.add(new UnderWay(paymentId, customerId, System.nanoTime()));
    }
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
    List<UnderWay> underWay = new ArrayList<>();
    try (PreparedStatement look = connection.prepareStatement(sql)) {
      while (!closed) {
        for (UnderWay next = sent.poll(); next != null; next = sent.poll()) {
          underWay.add(next);
        }
        if (!underWay.isEmpty()) {
          look(look, underWay);
        }
        LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      }
    } catch (SQLException e) {
      failure = e;
    }
  }

  private void look(PreparedStatement look, List<UnderWay> underWay) throws SQLException {
    Object[] customers = underWay.stream().map(UnderWay::customerId).distinct().toArray();
    look.setArray(1, connection.createArrayOf("text", customers));
    Set<String> visible = new HashSet<>();
    try (ResultSet row = look.executeQuery()) {
      while (row.next()) {
        visible.add(row.getString(1));
      }
    }
    long now = System.nanoTime();
    underWay.removeIf(
        payment -> {
          if (visible.contains(payment.paymentId())) {
            latencies.recordValue((now - payment.sentNanos()) / 1000);
            return true;
          }
          return now - payment.sentNanos() > LONGEST_WAIT.toNanos();
        });
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
