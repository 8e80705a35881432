// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import io.lastfive.ksqlengine.analysis.AnalysedAggregate;
import io.lastfive.ksqlengine.analysis.AnalysedFilter;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * WHERE and GROUP BY in one node: gives records their group's key, and the arguments of the
 * aggregate functions as value. Rows without a value, or with a null in the group's key, belong to
 * no group.
 */
final class GroupStep implements StreamStep {
  private final RowReader reader;
  private final Optional<AnalysedFilter> where;
  private final AnalysedAggregate aggregate;

  GroupStep(RowReader reader, Optional<AnalysedFilter> where, AnalysedAggregate aggregate) {
    this.reader = reader;
    this.where = where;
    this.aggregate = aggregate;
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
    if (value == null || (key == null && !aggregate.rekeyed())) {
      return;
    }
    reader.read(key, value, timestamp, headers);
    if (where.isPresent() && !reader.meets(where.get())) {
      return;
    }
    if (!aggregate.rekeyed()) {
      if (!((RowKey) key).hasNull()) {
        output.row(key, reader.evaluateAll(aggregate.arguments()), timestamp);
      }
      return;
    }
    RowKey group = new RowKey(reader.evaluateAll(aggregate.groupBy()));
    if (!group.hasNull()) {
      output.row(group, reader.evaluateAll(aggregate.arguments()), timestamp);
    }
  }
}
