// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page.pipeline;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;

/** Reads from PostgreSQL how far the sinks have written, whichever process they run in. */
final class DatabaseLook {
  private static final String OFFSETS =
      "SELECT topic_id, partition, next_offset FROM sink_offset WHERE topic = ?";

  // Counted to ten thousand; beyond, what PostgreSQL has estimated of the table is near enough.
  private static final String CUSTOMERS =
      """
      SELECT CASE WHEN counted <= 10000 THEN counted
                  ELSE greatest(counted, (SELECT reltuples::bigint FROM pg_class
                                           WHERE oid = 'customer_payments'::regclass)) END,
             counted <= 10000
        FROM (SELECT count(*) AS counted
                FROM (SELECT FROM customer_payments LIMIT 10001) AS few) AS bounded
      """;

  private static final String DEAD_LETTERS =
      "SELECT count(*) FROM (SELECT FROM sink_dead_letter LIMIT 100000) AS few";

  private final DataSource pool;
  private final String topic;

  DatabaseLook(DataSource pool, String topic) {
    this.topic = topic;
    this.pool = pool;
  }

  /**
   * What is there now.
   *
   * @param nextOffsets by the id of the topic, as one made anew counts anew
   * @param exact whether the customers were counted, and not estimated
   */
  record Seen(
      Map<UUID, Map<Integer, Long>> nextOffsets, long customers, boolean exact, long deadLetters) {}

  Seen look() throws SQLException {
    try (Connection connection = pool.getConnection()) {
      Map<UUID, Map<Integer, Long>> nextOffsets = new HashMap<>();
      try (PreparedStatement offsets = connection.prepareStatement(OFFSETS)) {
        offsets.setString(1, topic);
        try (ResultSet rows = offsets.executeQuery()) {
          while (rows.next()) {
            nextOffsets
                .computeIfAbsent(rows.getObject(1, UUID.class), id -> new HashMap<>())
                .put(rows.getInt(2), rows.getLong(3));
          }
        }
      }
      long deadLetters;
      try (PreparedStatement count = connection.prepareStatement(DEAD_LETTERS);
          ResultSet row = count.executeQuery()) {
        row.next();
        deadLetters = row.getLong(1);
      }
      try (PreparedStatement count = connection.prepareStatement(CUSTOMERS);
          ResultSet row = count.executeQuery()) {
        row.next();
        return new Seen(nextOffsets, row.getLong(1), row.getBoolean(2), deadLetters);
      }
    }
  }
}
