// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A customer's row, looked for and removed by hand. */
public final class CustomerRows {
  private CustomerRows() {}

  public static boolean exists(Connection connection, String customerId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT FROM customer_payments WHERE customer_id = ?")) {
      select.setString(1, customerId);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /** No error where a sink was faster. */
  public static void remove(Connection connection, String customerId) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM customer_payments WHERE customer_id = ?")) {
      delete.setString(1, customerId);
      delete.executeUpdate();
    }
  }
}
