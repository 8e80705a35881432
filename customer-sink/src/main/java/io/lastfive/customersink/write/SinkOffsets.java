// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code sink_offset}: the truth about how far each partition is written and who may
 * write on. Safe for threads; each call uses a connection of its own, or the transaction it is
 * given.
 */
public final class SinkOffsets {
  // Partitions in order, so that two that claim the same ones do not wait for each other.
  private static final String CLAIM =
      """
      INSERT INTO sink_offset AS current (topic_id, partition, next_offset, epoch, topic)
      SELECT ?, claimed, 0, 1, ?
        FROM unnest(?::integer[]) AS claimed
       ORDER BY claimed
      ON CONFLICT (topic_id, partition) DO UPDATE SET epoch = current.epoch + 1
      RETURNING partition, next_offset, epoch
      """;

  // Whoever still writes records of a deleted topic of this name is fenced as well.
  private static final String FENCE_EARLIER_TOPICS =
      "UPDATE sink_offset SET epoch = epoch + 1 WHERE topic = ? AND topic_id <> ? AND partition = ANY (?)";

  // Locks the rows; a row that a claim changed meanwhile is looked at again and left out.
  private static final String MOVE =
      """
      UPDATE sink_offset AS current
         SET next_offset = moved.next_offset,
             newest_record = greatest(current.newest_record,
                                      timestamptz 'epoch' + moved.record_time * interval '1 millisecond')
        FROM unnest(?::integer[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
             AS moved (partition, epoch, from_offset, next_offset, record_time)
       WHERE current.topic_id = ?
         AND current.partition = moved.partition
         AND current.epoch = moved.epoch
         AND current.next_offset = moved.from_offset
      RETURNING current.partition
      """;

  private static final String POSITIONS =
      "SELECT partition, next_offset, epoch FROM sink_offset WHERE topic_id = ANY (?) AND partition = ANY (?)";

  private final DataSource pool;
  private final String topic;

  public SinkOffsets(DataSource pool, String topic) {
    this.pool = pool;
    this.topic = topic;
  }

  /** Where the database stands for a partition. */
  public record Position(long nextOffset, long epoch) {
    /** Of a partition that the database does not know. */
    public static final Position UNKNOWN = new Position(0, 0);

    /**
     * Somebody else has claimed the partition since. Not so where the epoch is an earlier one: a
     * failover to a server that was behind, or a restored backup, took the claim away.
     */
    public boolean fences(Claim claim) {
      return epoch > claim.epoch();
    }
  }

  /**
   * Takes the partitions over: raises each one's epoch, after which no earlier owner's commit
   * succeeds. Waits for a commit that is under way. Running it again raises the epochs again and
   * does no harm.
   *
   * @return the claim of each partition and the offset to read from
   */
  public Map<Claim, Long> claim(UUID topicId, Collection<Integer> partitions) throws SQLException {
    Integer[] numbers = partitions.toArray(Integer[]::new);
    try (Connection connection = pool.getConnection()) {
      Map<Claim, Long> nextOffsets = new HashMap<>();
      try (PreparedStatement claim = connection.prepareStatement(CLAIM)) {
        claim.setObject(1, topicId);
        claim.setString(2, topic);
        claim.setArray(3, connection.createArrayOf("int4", numbers));
        try (ResultSet rows = claim.executeQuery()) {
          while (rows.next()) {
            nextOffsets.put(new Claim(topicId, rows.getInt(1), rows.getLong(3)), rows.getLong(2));
          }
        }
      }
      try (PreparedStatement fence = connection.prepareStatement(FENCE_EARLIER_TOPICS)) {
        fence.setString(1, topic);
        fence.setObject(2, topicId);
        fence.setArray(3, connection.createArrayOf("int4", numbers));
        fence.executeUpdate();
      }
      connection.commit();
      return nextOffsets;
    }
  }

  /**
   * Moves the offsets of the slices whose epoch and offset are the expected ones, and returns their
   * partitions.
   */
  Set<Integer> move(Connection transaction, Batch batch) throws SQLException {
    try (PreparedStatement move = transaction.prepareStatement(MOVE)) {
      move.setArray(1, transaction.createArrayOf("int4", partitions(batch)));
      move.setArray(
          2, longs(transaction, batch.slices().stream().map(slice -> slice.claim().epoch())));
      move.setArray(3, longs(transaction, batch.slices().stream().map(Slice::fromOffset)));
      move.setArray(4, longs(transaction, batch.slices().stream().map(Slice::nextOffset)));
      move.setArray(
          5,
          transaction.createArrayOf(
              "int8", batch.slices().stream().map(SinkOffsets::newestRecord).toArray(Long[]::new)));
      move.setObject(6, batch.topicId());
      try (ResultSet rows = move.executeQuery()) {
        Set<Integer> moved = new HashSet<>();
        while (rows.next()) {
          moved.add(rows.getInt(1));
        }
        return moved;
      }
    }
  }

  /** Where the database stands for partitions that were claimed, all of one topic. */
  public Map<Integer, Position> positions(Collection<Claim> claims) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      Map<Integer, Position> positions = positions(connection, claims);
      connection.rollback();
      return positions;
    }
  }

  /** The same, in a transaction. */
  Map<Integer, Position> positions(Connection transaction, Collection<Claim> claims)
      throws SQLException {
    try (PreparedStatement select = transaction.prepareStatement(POSITIONS)) {
      select.setArray(
          1, transaction.createArrayOf("uuid", claims.stream().map(Claim::topicId).toArray()));
      select.setArray(
          2, transaction.createArrayOf("int4", claims.stream().map(Claim::partition).toArray()));
      try (ResultSet rows = select.executeQuery()) {
        Map<Integer, Position> positions = new HashMap<>();
        while (rows.next()) {
          positions.put(rows.getInt(1), new Position(rows.getLong(2), rows.getLong(3)));
        }
        return positions;
      }
    }
  }

  private static @Nullable Long newestRecord(Slice slice) {
    return slice.newestRecordMillis() < 0 ? null : slice.newestRecordMillis();
  }

  private static Integer[] partitions(Batch batch) {
    return batch.slices().stream().map(slice -> slice.claim().partition()).toArray(Integer[]::new);
  }

  private static Array longs(Connection connection, Stream<Long> values) throws SQLException {
    return connection.createArrayOf("int8", values.toArray(Long[]::new));
  }
}
