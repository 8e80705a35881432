// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import io.lastfive.customersink.write.NameWords;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
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
  // index. Apart from the names, so that each half can use its own.
  private static final String SEARCH =
      """
      SELECT customer_id, account_name
        FROM ((SELECT customer_id, payments -> 0 ->> 'accountName' AS account_name
                 FROM customer_payments
                WHERE customer_id >= ? AND customer_id <= ? AND customer_id > ?
                ORDER BY customer_id LIMIT ?)
              UNION
              (SELECT customer_id, payments -> 0 ->> 'accountName'
                 FROM customer_payments
                WHERE name_words @@ ?::tsquery AND customer_id > ?
                ORDER BY customer_id LIMIT ?)) AS found
       ORDER BY customer_id LIMIT ?
      """;

  // Of two words that many have, the planner expects few to have both, and would read all who do
  // to sort them. Those who come next by id are looked at first, which often is enough.
  private static final String SEARCH_NEAR =
      """
      SELECT customer_id, payments -> 0 ->> 'accountName'
        FROM (SELECT customer_id, payments, name_words
                FROM customer_payments
               WHERE customer_id > ?
               ORDER BY customer_id LIMIT 5000) AS near
       WHERE customer_id >= ? AND customer_id <= ? OR name_words @@ ?::tsquery
       ORDER BY customer_id LIMIT ?
      """;

  private static final String CHANGED =
      """
      SELECT known.customer_id, as_of, topic_id || '-' || partition || '-' || record_offset, payments
        FROM unnest(?, ?) AS known (customer_id, version)
        LEFT JOIN customer_payments AS now ON now.customer_id = known.customer_id
       WHERE coalesce(topic_id || '-' || partition || '-' || record_offset, '') <> known.version
      """;

  private static final String NEWEST_RECORD = "SELECT max(newest_record) FROM sink_offset";

  private static final String GREATEST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

  private final DataSource pool;

  public CustomerQueries(DataSource pool) {
    this.pool = pool;
  }

  /**
   * A customer that a search has found; the name of the newest payment's account, if it has one.
   */
  record Match(String customerId, Optional<String> accountName) {}

  public Optional<CustomerRow> find(String customerId) throws SQLException {
    return Optional.ofNullable(find(List.of(customerId)).get(customerId));
  }

  /** Those of the customers that are there. */
  Map<String, CustomerRow> find(Collection<String> customerIds) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement select = connection.prepareStatement(FIND)) {
      select.setArray(1, connection.createArrayOf("text", customerIds.toArray(String[]::new)));
      try (ResultSet rows = select.executeQuery()) {
        Map<String, CustomerRow> found = new HashMap<>();
        while (rows.next()) {
          found.put(rows.getString(1), row(rows));
        }
        return found;
      }
    }
  }

  /**
   * Those of the customers whose row is another than the one that is known; empty where it is gone.
   *
   * @param versions by customer; empty where no row is known
   */
  Map<String, Optional<CustomerRow>> changed(Map<String, String> versions) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement select = connection.prepareStatement(CHANGED)) {
      select.setArray(
          1, connection.createArrayOf("text", versions.keySet().toArray(String[]::new)));
      select.setArray(
          2, connection.createArrayOf("text", versions.values().toArray(String[]::new)));
      try (ResultSet rows = select.executeQuery()) {
        Map<String, Optional<CustomerRow>> changed = new HashMap<>();
        while (rows.next()) {
          changed.put(
              rows.getString(1),
              rows.getString(3) == null ? Optional.empty() : Optional.of(row(rows)));
        }
        return changed;
      }
    }
  }

  private static CustomerRow row(ResultSet rows) throws SQLException {
    return new CustomerRow(
        rows.getString(1),
        rows.getObject(2, OffsetDateTime.class).toInstant(),
        rows.getString(3),
        rows.getString(4));
  }

  /**
   * Customers whose id begins with the text, or one of whose account names has the text's words,
   * each by its beginning; in order of their ids, those after {@code after}.
   */
  List<Match> search(String text, String after, int limit) throws SQLException {
    String words = NameWords.query(text);
    try (Connection connection = pool.getConnection()) {
      // Not where it is an id, whose parts count as words too.
      if (words.contains("&") && text.chars().anyMatch(Character::isWhitespace)) {
        try (PreparedStatement near = connection.prepareStatement(SEARCH_NEAR)) {
          near.setString(1, after);
          near.setString(2, text);
          near.setString(3, text + GREATEST_CHARACTER);
          near.setString(4, words);
          near.setInt(5, limit);
          List<Match> matches = matches(near);
          if (matches.size() == limit) {
            return matches;
          }
        }
      }
      try (PreparedStatement all = connection.prepareStatement(SEARCH)) {
        all.setString(1, text);
        all.setString(2, text + GREATEST_CHARACTER);
        all.setString(3, after);
        all.setInt(4, limit);
        all.setString(5, words);
        all.setString(6, after);
        all.setInt(7, limit);
        all.setInt(8, limit);
        return matches(all);
      }
    }
  }

  private static List<Match> matches(PreparedStatement search) throws SQLException {
    try (ResultSet rows = search.executeQuery()) {
      List<Match> matches = new ArrayList<>();
      while (rows.next()) {
        matches.add(new Match(rows.getString(1), Optional.ofNullable(rows.getString(2))));
      }
      return matches;
    }
  }

  /** Timestamp of the newest record that any sink has written; empty before the first. */
  Optional<Instant> newestRecord() throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement select = connection.prepareStatement(NEWEST_RECORD);
        ResultSet row = select.executeQuery()) {
      row.next();
      return Optional.ofNullable(row.getObject(1, OffsetDateTime.class))
          .map(OffsetDateTime::toInstant);
    }
  }
}
