// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinSide;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.kstream.Windowed;
import org.jspecify.annotations.Nullable;

/** Lays a side's columns out as its join sees them, under the join's key where that is another. */
final class JoinSideStep implements StreamStep {
  private final RowReader reader;
  private final JoinSide side;

  JoinSideStep(RowReader reader, JoinSide side) {
    this.reader = reader;
    this.side = side;
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
    if (value == null) {
      if (!side.rekeyed()) {
        output.row(key, null, timestamp);
      }
      return;
    }
    reader.read(key, value, timestamp, headers);
    @Nullable Object[] row = reader.evaluateAll(side.row());
    if (!side.rekeyed() || key instanceof Windowed<?>) {
      output.row(key, row, timestamp);
      return;
    }
    Object joinKey = reader.evaluate(side.joinKey());
    output.row(joinKey == null ? null : new RowKey(new Object[] {joinKey}), row, timestamp);
  }
}
