// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.operate;

import io.lastfive.customersink.consume.TopicScan;
import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.settings.Settings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * How far the sinks of a schema are, by the database, which is the truth, beside where the topic
 * ends. Only reads.
 *
 * @param lag records of the topic that are not written
 * @param deadLetters records that could not be read and were not replayed
 */
public record SinkStatus(
    String topic,
    UUID topicId,
    long customers,
    long lag,
    long deadLetters,
    List<Partition> partitions) {

  /**
   * A partition of the topic.
   *
   * @param epoch how often sinks have claimed it; 0 where none has
   * @param newestRecord time of the newest record that is written
   */
  public record Partition(
      int partition,
      long nextOffset,
      long end,
      long lag,
      long epoch,
      Optional<Instant> newestRecord) {}

  public SinkStatus {
    partitions = List.copyOf(partitions);
  }

  /** Asks the database and Kafka once. */
  public static SinkStatus read(Settings settings) {
    try (TopicScan scan = TopicScan.open(settings);
        Connection connection = SinkDatabase.connect(settings)) {
      List<Partition> partitions = partitions(connection, scan);
      return new SinkStatus(
          scan.topic(),
          scan.topicId(),
          count(connection, "SELECT count(*) FROM customer_payments"),
          partitions.stream().mapToLong(Partition::lag).sum(),
          count(connection, "SELECT count(*) FROM sink_dead_letter"),
          partitions);
    } catch (SQLException e) {
      throw SinkDatabase.refusal(settings, e);
    }
  }

  private static List<Partition> partitions(Connection connection, TopicScan scan)
      throws SQLException {
    Map<Integer, Long> beginnings = scan.beginnings();
    Map<Integer, Long> ends = scan.ends();
    Map<Integer, Partition> claimed = new HashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT partition, next_offset, epoch, newest_record FROM sink_offset WHERE topic_id = ?")) {
      select.setObject(1, scan.topicId());
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          int number = rows.getInt(1);
          long end = ends.getOrDefault(number, 0L);
          long next = rows.getLong(2);
          claimed.put(
              number,
              new Partition(
                  number,
                  next,
                  end,
                  lag(next, beginnings.getOrDefault(number, 0L), end),
                  rows.getLong(3),
                  Optional.ofNullable(rows.getObject(4, OffsetDateTime.class))
                      .map(OffsetDateTime::toInstant)));
        }
      }
    }
    List<Partition> all = new ArrayList<>();
    ends.forEach(
        (number, end) ->
            all.add(
                claimed.getOrDefault(
                    number,
                    new Partition(
                        number,
                        0,
                        end,
                        lag(0, beginnings.getOrDefault(number, 0L), end),
                        0,
                        Optional.empty()))));
    return all;
  }

  private static long lag(long next, long beginning, long end) {
    return Math.max(0, end - Math.max(next, beginning));
  }

  private static long count(Connection connection, String sql) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }
}
