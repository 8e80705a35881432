// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import io.lastfive.customersink.Backoff;
import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.write.SqlStates;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells watchers when their customer's row has changed. PostgreSQL notifies after each commit of
 * any sink, in this process or another; then one query looks at the customers that are watched.
 * After a lost connection all of them are looked at, so no change is missed for good, while several
 * at once may be told as one. Each look also learns how new the newest record is. Safe for threads.
 */
final class LiveUpdates implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveUpdates.class);
  private static final String CHANNEL = "lastfive_customer_payments";
  private static final String REPORTER = "page";
  private static final String NOT_LOOKED_AT = "not looked at";
  private static final Duration LONGEST_WAIT = Duration.ofMillis(500);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  private final Settings settings;
  private final CustomerQueries customers;
  private final DataAge dataAge;
  private final SinkHealth health;
  private final String schema;
  private final Backoff backoff;
  private final Map<String, List<Consumer<Optional<CustomerRow>>>> watchers =
      new ConcurrentHashMap<>();
  private final Map<String, String> versions = new HashMap<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "lastfive-page-live");

  LiveUpdates(Settings settings, CustomerQueries customers, DataAge dataAge, SinkHealth health) {
    this.settings = settings;
    this.customers = customers;
    this.dataAge = dataAge;
    this.health = health;
    this.schema = settings.get(KnownSettings.DATABASE_SCHEMA);
    this.backoff =
        new Backoff(
            settings.get(KnownSettings.SINK_RETRY_BACKOFF),
            settings.get(KnownSettings.SINK_RETRY_BACKOFF_MAX));
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * The watcher is called with each new state of the row from here on, empty once it is deleted.
   */
  void watch(String customerId, Consumer<Optional<CustomerRow>> watcher) {
    watchers.compute(
        customerId,
        (id, before) -> {
          List<Consumer<Optional<CustomerRow>>> all =
              before == null ? new CopyOnWriteArrayList<>() : before;
          all.add(watcher);
          return all;
        });
  }

  void unwatch(String customerId, Consumer<Optional<CustomerRow>> watcher) {
    watchers.computeIfPresent(
        customerId,
        (id, all) -> {
          all.remove(watcher);
          return all.isEmpty() ? null : all;
        });
  }

  @Override
  public void close() {
    stopping.countDown();
    thread.interrupt();
  }

  private void run() {
    while (stopping.getCount() > 0) {
      try (Connection connection = PageDatabase.connect(settings);
          Statement listen = connection.createStatement()) {
        listen.execute("LISTEN " + CHANNEL);
        look();
        backoff.reset();
        health.works(SinkHealth.Part.PAGE, REPORTER);
        listenTo(connection.unwrap(PGConnection.class));
      } catch (SQLException away) {
        if (stopping.getCount() == 0) {
          return;
        }
        Duration wait = backoff.next();
        LOG.debug("Live updates wait for the database waitMillis={}", wait.toMillis(), away);
        health.degraded(SinkHealth.Part.PAGE, REPORTER, SqlStates.reason(away));
        stopped(wait);
      }
    }
  }

  private void listenTo(PGConnection connection) throws SQLException {
    while (stopping.getCount() > 0) {
      PGNotification[] notifications = connection.getNotifications((int) LONGEST_WAIT.toMillis());
      for (PGNotification notification : notifications) {
        if (notification.getParameter().equals(schema)) {
          look();
          // Commits that follow each other closely are looked at together.
          stopped(BETWEEN_LOOKS);
          break;
        }
      }
    }
  }

  private void look() throws SQLException {
    dataAge.newest(customers.newestRecord());
    List<String> watched = List.copyOf(watchers.keySet());
    versions.keySet().retainAll(watched);
    if (watched.isEmpty()) {
      return;
    }
    watched.forEach(customerId -> versions.putIfAbsent(customerId, NOT_LOOKED_AT));
    customers
        .changed(versions)
        .forEach(
            (customerId, row) -> {
              versions.put(customerId, row.map(CustomerRow::version).orElse(""));
              watchers.getOrDefault(customerId, List.of()).forEach(watcher -> watcher.accept(row));
            });
  }

  private void stopped(Duration wait) {
    try {
      if (stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("Live updates stop");
      }
    } catch (InterruptedException interrupted) {
      stopping.countDown();
    }
  }
}
