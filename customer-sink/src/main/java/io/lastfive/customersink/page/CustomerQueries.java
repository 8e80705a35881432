// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/** Reads customers. Blocks; safe for threads. */
public final class CustomerQueries {
  private static final String FIND =
      """
      SELECT customer_id, as_of, topic_id || '-' || partition || '-' || record_offset, payments
        FROM customer_payments WHERE customer_id = ANY (?)
      """;

  // Ids are compared by bytes, and U+10FFFF is the greatest: all that begin with the text, by the
  // index.
  private static final String SEARCH =
      """
      SELECT customer_id
        FROM customer_payments
       WHERE customer_id >= ? AND customer_id <= ? AND customer_id > ?
       ORDER BY customer_id LIMIT ?
      """;

  private static final String GREATEST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

  private final DataSource pool;

  public CustomerQueries(DataSource pool) {
    this.pool = pool;
  }

  public Optional<CustomerRow> find(String customerId) throws SQLException {
    return Optional.ofNullable(find(List.of(customerId)).get(customerId));
  }

  /** Those of the customers that are there. */
  public Map<String, CustomerRow> find(Collection<String> customerIds) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement select = connection.prepareStatement(FIND)) {
      select.setArray(1, connection.createArrayOf("text", customerIds.toArray(String[]::new)));
      try (ResultSet rows = select.executeQuery()) {
        Map<String, CustomerRow> found = new HashMap<>();
        while (rows.next()) {
          found.put(
              rows.getString(1),
              new CustomerRow(
                  rows.getString(1),
                  rows.getObject(2, OffsetDateTime.class).toInstant(),
                  rows.getString(3),
                  rows.getString(4)));
        }
        return found;
      }
    }
  }

  /** Ids that begin with the text, in order, those after {@code after}. */
  public List<String> search(String beginning, String after, int limit) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement select = connection.prepareStatement(SEARCH)) {
      select.setString(1, beginning);
      select.setString(2, beginning + GREATEST_CHARACTER);
      select.setString(3, after);
      select.setInt(4, limit);
      try (ResultSet rows = select.executeQuery()) {
        List<String> ids = new ArrayList<>();
        while (rows.next()) {
          ids.add(rows.getString(1));
        }
        return ids;
      }
    }
  }
}
