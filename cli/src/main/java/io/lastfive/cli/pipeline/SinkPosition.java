// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.pipeline;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/**
 * How far the customer sink has written, by its table {@code sink_offset}. Offsets of a topic that
 * was deleted and made anew are not those of the present one.
 */
public final class SinkPosition {
  private static final String POSITIONS =
      "SELECT partition, next_offset FROM sink_offset WHERE topic = ? AND topic_id = ?";

  private SinkPosition() {}

  /**
   * The next offset that the sink reads of each partition of the topic as it is now.
   *
   * @param topic the aggregate's
   */
  public static ReadProgress read(Connection connection, KafkaReads kafka, String topic)
      throws SQLException {
    Optional<UUID> topicId = kafka.topicId(topic);
    Map<TopicPartition, Long> positions = new HashMap<>();
    if (topicId.isPresent()) {
      try (PreparedStatement select = connection.prepareStatement(POSITIONS)) {
        select.setString(1, topic);
        select.setObject(2, topicId.get());
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            positions.put(new TopicPartition(topic, row.getInt(1)), row.getLong(2));
          }
        }
      }
    }
    return new ReadProgress("sink", positions);
  }
}
