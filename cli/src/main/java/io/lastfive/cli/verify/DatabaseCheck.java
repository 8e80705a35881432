// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The customer service's view recent_payments beside what is expected of it. For one thread. */
public final class DatabaseCheck implements Place {
  /** Rows held in memory at a time: there may be millions. */
  private static final int FETCHED_ROWS = 5_000;

  private final Connection connection;
  private final String view;

  public DatabaseCheck(Connection connection, String schema) throws SQLException {
    this.connection = connection;
    try (Statement statement = connection.createStatement()) {
      this.view = statement.enquoteIdentifier(schema, true) + ".recent_payments";
    }
  }

  /** The customers whose last five are not as expected, sorted; those not expected at all too. */
  public List<String> mismatches(Map<String, List<ExpectedPayment>> expected) throws SQLException {
    Set<String> mismatches = new TreeSet<>();
    Set<String> missing = new HashSet<>(expected.keySet());
    read(
        Optional.empty(),
        new Taker() {
          @Override
          public void take(String customerId, List<ExpectedPayment> found) {
            missing.remove(customerId);
            if (!expected.getOrDefault(customerId, List.of()).equals(found)) {
              mismatches.add(customerId);
            }
          }

          @Override
          public void unreadable(String customerId, String reason) {
            mismatches.add(customerId);
          }
        });
    mismatches.addAll(missing);
    return List.copyOf(mismatches);
  }

  @Override
  public String name() {
    return "PostgreSQL";
  }

  @Override
  public void read(Optional<Set<String>> customers, Taker taker) throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    // Only within a transaction are rows fetched piece by piece.
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      // A page's query must be quick; this one reads everything.
      statement.execute("SET LOCAL statement_timeout = 0");
    }
    String some = customers.isPresent() ? " WHERE customer_id = ANY (?)" : "";
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT * FROM " + view + some + " ORDER BY customer_id, position")) {
      if (customers.isPresent()) {
        select.setArray(1, connection.createArrayOf("text", customers.get().toArray()));
      }
      select.setFetchSize(FETCHED_ROWS);
      try (ResultSet row = select.executeQuery()) {
        handOver(row, taker);
      }
      connection.commit();
    } finally {
      connection.setAutoCommit(autoCommit);
    }
  }

  private static void handOver(ResultSet row, Taker taker) throws SQLException {
    Optional<String> customerId = Optional.empty();
    List<ExpectedPayment> found = new ArrayList<>();
    while (row.next()) {
      String next = row.getString("customer_id");
      if (customerId.isPresent() && !customerId.get().equals(next)) {
        taker.take(customerId.get(), List.copyOf(found));
        found.clear();
      }
      customerId = Optional.of(next);
      found.add(payment(row));
    }
    customerId.ifPresent(last -> taker.take(last, List.copyOf(found)));
  }

  private static ExpectedPayment payment(ResultSet row) throws SQLException {
    return new ExpectedPayment(
        row.getString("payment_id"),
        row.getString("payment_type"),
        row.getBigDecimal("amount"),
        row.getString("currency"),
        text(row.getString("account_no")),
        text(row.getString("account_name")),
        text(row.getString("bank_name")),
        text(row.getString("counterparty")),
        text(row.getString("reference_no")),
        row.getString("status"),
        row.getObject("transacted_at", OffsetDateTime.class).toInstant());
  }

  private static Optional<String> text(@Nullable String value) {
    return Optional.ofNullable(value);
  }
}
