// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The customer service's view recent_payments beside what is expected of it. */
public final class DatabaseCheck {
  private final Connection connection;
  private final String schema;

  public DatabaseCheck(Connection connection, String schema) {
    this.connection = connection;
    this.schema = schema;
  }

  /** The customers whose last five are not as expected, sorted; those not expected at all too. */
  public List<String> mismatches(Map<String, List<ExpectedPayment>> expected) throws SQLException {
    Map<String, List<ExpectedPayment>> found = read();
    TreeSet<String> customers = new TreeSet<>(expected.keySet());
    customers.addAll(found.keySet());
    customers.removeIf(
        customer ->
            expected
                .getOrDefault(customer, List.of())
                .equals(found.getOrDefault(customer, List.of())));
    return List.copyOf(customers);
  }

  private Map<String, List<ExpectedPayment>> read() throws SQLException {
    Map<String, List<ExpectedPayment>> found = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT * FROM "
                    + statement.enquoteIdentifier(schema, true)
                    + ".recent_payments ORDER BY customer_id, position")) {
      while (row.next()) {
        found
            .computeIfAbsent(row.getString("customer_id"), id -> new ArrayList<>())
            .add(payment(row));
      }
    }
    return found;
  }

  private static ExpectedPayment payment(ResultSet row) throws SQLException {
    BigDecimal amount = row.getBigDecimal("amount");
    return new ExpectedPayment(
        row.getString("payment_id"),
        row.getString("payment_type"),
        amount,
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
