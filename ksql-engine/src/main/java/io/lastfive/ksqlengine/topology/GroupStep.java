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
    if (value == null) {
      return;
    }
    reader.read(key, value, timestamp, headers);
    if (where.isPresent() && !reader.meets(where.get())) {
      return;
    }
    RowKey group = group(key);
    if (group != null && !group.hasNull()) {
      output.row(group, reader.evaluateAll(aggregate.arguments()), timestamp);
    }
  }

  private @Nullable RowKey group(@Nullable Object key) {
    if (aggregate.rekeyed()) {
      return new RowKey(reader.evaluateAll(aggregate.groupBy()));
    }
    return key instanceof RowKey own ? own : null;
  }
}
