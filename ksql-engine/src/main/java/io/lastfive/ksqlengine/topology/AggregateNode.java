// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import io.lastfive.ksqlengine.analysis.AnalysedColumn;
import io.lastfive.ksqlengine.analysis.AnalysedFilter;
import io.lastfive.ksqlengine.topology.AggregateStore.Group;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A whole unwindowed aggregate of a stream in one node: the group of a row, its state, and from
 * that the row that leaves the query. A group that HAVING lets go leaves a tombstone.
 */
final class AggregateNode
    extends ContextualProcessor<Object, @Nullable Object[], Object, @Nullable Object[]> {
  private final String storeName;
  private final Optional<StreamStep> grouping;
  private final AggregateState functions;
  private final RowReader reader;
  private final Optional<AnalysedFilter> having;
  private final List<AnalysedColumn> values;
  private final StreamStep.Output add = this::add;
  private @Nullable AggregateStore store;
  private Record<Object, @Nullable Object[]> current = StreamStep.NONE;

  /**
   * @param grouping gives rows their group's key, unless they come with it from a repartition topic
   * @param reader of rows after the aggregation
   */
  AggregateNode(
      String storeName,
      Optional<StreamStep> grouping,
      AggregateState functions,
      RowReader reader,
      Optional<AnalysedFilter> having,
      List<AnalysedColumn> values) {
    this.storeName = storeName;
    this.grouping = grouping;
    this.functions = functions;
    this.reader = reader;
    this.having = having;
    this.values = values;
  }

  @Override
  public void init(ProcessorContext<Object, @Nullable Object[]> context) {
    super.init(context);
    store = AggregateStore.of(context.getStateStore(storeName));
  }

  @Override
  public void process(Record<Object, @Nullable Object[]> record) {
    current = record;
    if (grouping.isPresent()) {
      StreamStep.place(grouping.get(), context().recordMetadata());
      grouping
          .get()
          .process(record.key(), record.value(), record.timestamp(), record.headers(), add);
    } else {
      add(record.key(), record.value(), record.timestamp());
    }
  }

  private void add(@Nullable Object key, @Nullable Object @Nullable [] arguments, long timestamp) {
    AggregateStore groups = store;
    if (key == null || arguments == null || groups == null) {
      return;
    }
    @Nullable Object @Nullable [] row;
    boolean wasThere;
    long time;
    synchronized (groups) {
      Group group = groups.group(key);
      wasThere = having.isPresent() && !group.isNew() && row(key, group) != null;
      groups.change(group, functions.add(arguments, group.state()), timestamp);
      time = group.timestamp();
      row = row(key, group);
    }
    if (row != null || wasThere) {
      context().forward(current.withKey(key).withValue(row).withTimestamp(time));
    }
  }

  private @Nullable Object @Nullable [] row(Object key, Group group) {
    reader.read(key, functions.results(group.state()), group.timestamp(), null);
    return having.isPresent() && !reader.meets(having.get()) ? null : reader.evaluateAll(values);
  }
}
