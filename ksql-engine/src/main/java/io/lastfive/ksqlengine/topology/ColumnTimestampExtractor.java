// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.jspecify.annotations.Nullable;

/** Record times from the column that a source names; threads share it. */
final class ColumnTimestampExtractor implements TimestampExtractor {
  private final RowTimestamp timestamp;
  private final RowReader reporter;

  ColumnTimestampExtractor(RowTimestamp timestamp, RowReader reporter) {
    this.timestamp = timestamp;
    this.reporter = reporter;
  }

  @Override
  public long extract(ConsumerRecord<Object, Object> message, long partitionTime) {
    return timestamp.of(
        message.key(), (@Nullable Object[]) message.value(), message.timestamp(), reporter);
  }
}
