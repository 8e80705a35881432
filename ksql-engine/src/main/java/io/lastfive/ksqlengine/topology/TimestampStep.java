// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Gives a table's records the time that a column of theirs says. */
final class TimestampStep implements StreamStep {
  private final RowReader reader;
  private final RowTimestamp rowTimestamp;

  TimestampStep(RowReader reader, RowTimestamp rowTimestamp) {
    this.reader = reader;
    this.rowTimestamp = rowTimestamp;
  }

  @Override
  public RowReader reader() {
    return reader;
  }

  @Override
  public void process(
      @Nullable Object key,
      @Nullable Object @Nullable [] value,
      long timestamp,
      Headers headers,
      Output output) {
    long time = rowTimestamp.of(key, value, timestamp, reader);
    if (time >= 0) {
      output.row(key, value, time);
    }
  }
}
