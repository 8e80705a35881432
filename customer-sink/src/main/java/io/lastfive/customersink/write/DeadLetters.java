// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * The table {@code sink_dead_letter} as a replay sees it, in the caller's transaction. Used by one
 * thread.
 */
public final class DeadLetters {
  private final Connection connection;
  private final UUID topicId;

  public DeadLetters(Connection connection, UUID topicId) {
    this.connection = connection;
    this.topicId = topicId;
  }

  /** Partitions that have dead letters. */
  public List<Integer> partitions() throws SQLException {
    return select(
            "SELECT DISTINCT partition FROM sink_dead_letter WHERE topic_id = ? ORDER BY 1", -1)
        .stream()
        .map(Long::intValue)
        .toList();
  }

  /** Their offsets in a partition. */
  public List<Long> offsets(int partition) throws SQLException {
    return select(
        "SELECT record_offset FROM sink_dead_letter WHERE topic_id = ? AND partition = ?",
        partition);
  }

  /** Writes what could be read now, in its order; returns the offsets that PostgreSQL refuses. */
  public List<Long> write(int partition, List<Change> changes) throws SQLException {
    return CustomerTables.LIVE.writeOneByOne(connection, topicId, partition, changes);
  }

  /** Removes the dead letters at these offsets. */
  public void forget(int partition, Collection<Long> offsets) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM sink_dead_letter WHERE topic_id = ? AND partition = ? AND record_offset = ANY (?)")) {
      delete.setObject(1, topicId);
      delete.setInt(2, partition);
      delete.setArray(3, connection.createArrayOf("int8", offsets.toArray(Long[]::new)));
      delete.executeUpdate();
    }
  }

  private List<Long> select(String sql, int partition) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setObject(1, topicId);
      if (partition >= 0) {
        select.setInt(2, partition);
      }
      try (ResultSet rows = select.executeQuery()) {
        List<Long> numbers = new ArrayList<>();
        while (rows.next()) {
          numbers.add(rows.getLong(1));
        }
        return numbers;
      }
    }
  }
}
