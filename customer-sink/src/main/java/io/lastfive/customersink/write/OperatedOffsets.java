// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * How commands see and move {@code sink_offset} in a transaction of theirs. A running sink whose
 * offset is moved notices at its next commit and reads on from there. Used by one thread.
 */
public final class OperatedOffsets {
  private final Connection connection;
  private final UUID topicId;

  public OperatedOffsets(Connection connection, UUID topicId) {
    this.connection = connection;
    this.topicId = topicId;
  }

  /** Next offset of each partition that a sink has claimed so far. */
  public Map<Integer, Long> read() throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT partition, next_offset FROM sink_offset WHERE topic_id = ? ORDER BY partition")) {
      select.setObject(1, topicId);
      try (ResultSet rows = select.executeQuery()) {
        Map<Integer, Long> offsets = new TreeMap<>();
        while (rows.next()) {
          offsets.put(rows.getInt(1), rows.getLong(2));
        }
        return offsets;
      }
    }
  }

  /**
   * The same; no sink commits or claims until this transaction ends. The whole table is locked, for
   * a partition that no sink has claimed yet has no row, and rows of many would be locked in
   * another order than sinks do it.
   */
  public Map<Integer, Long> lock() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE sink_offset IN EXCLUSIVE MODE");
    }
    return read();
  }

  /** Moves offsets forward, never back; a partition that nobody claimed yet begins there. */
  public void advance(String topic, Map<Integer, Long> nextOffsets) throws SQLException {
    try (PreparedStatement move =
        connection.prepareStatement(
            """
            INSERT INTO sink_offset AS current (topic_id, partition, next_offset, epoch, topic)
            VALUES (?, ?, ?, 0, ?)
            ON CONFLICT (topic_id, partition) DO UPDATE SET next_offset = excluded.next_offset
             WHERE current.next_offset < excluded.next_offset
            """)) {
      for (Map.Entry<Integer, Long> next : new TreeMap<>(nextOffsets).entrySet()) {
        move.setObject(1, topicId);
        move.setInt(2, next.getKey());
        move.setLong(3, next.getValue());
        move.setString(4, topic);
        move.addBatch();
      }
      move.executeBatch();
    }
  }
}
