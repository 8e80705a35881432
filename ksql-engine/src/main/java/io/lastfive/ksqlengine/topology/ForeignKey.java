// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import io.lastfive.ksqlengine.analysis.AnalysedColumn;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinRelation;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinSide;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Finds the right table's key in a row of the left one, laid out as the join sees it. */
final class ForeignKey implements BiFunction<Object, @Nullable Object[], Object> {
  private final ThreadLocal<RowReader> readers;
  private final AnalysedColumn joinKey;

  ForeignKey(TopologyBuilder topology, JoinRelation join) {
    JoinSide left = join.left();
    this.readers =
        ThreadLocal.withInitial(() -> topology.reader(left.relation(), "ForeignKeyJoin"));
    this.joinKey = left.joinKey();
  }

  @Override
  @SuppressWarnings("NullAway") // null: the row has no partner, as Kafka Streams wants it
  public Object apply(Object key, @Nullable Object[] row) {
    RowReader reader = readers.get();
    reader.read(key, row, 0, null);
    Object value = reader.evaluate(joinKey);
    return value == null ? null : new RowKey(new Object[] {value});
  }
}
