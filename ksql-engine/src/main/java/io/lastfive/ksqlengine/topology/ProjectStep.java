// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import io.lastfive.ksqlengine.analysis.AnalysedColumn;
import io.lastfive.ksqlengine.analysis.AnalysedFilter;
import io.lastfive.ksqlengine.analysis.AnalysedQuery.AnalysedTableFunction;
import io.lastfive.ksqlengine.analysis.AnalysedQuery.PartitionColumn;
import io.lastfive.ksqlengine.analysis.RowContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Everything a query without aggregate does to a row, in one node: WHERE, table functions,
 * PARTITION BY and the SELECT list.
 */
final class ProjectStep implements StreamStep {
  private final RowReader reader;
  private final Optional<AnalysedFilter> where;
  private final List<AnalysedTableFunction> tableFunctions;
  private final Optional<List<PartitionColumn>> partitionBy;
  private final List<AnalysedColumn> columns;
  private final Optional<RowTimestamp> sinkTimestamp;

  ProjectStep(
      RowReader reader,
      Optional<AnalysedFilter> where,
      List<AnalysedTableFunction> tableFunctions,
      Optional<List<PartitionColumn>> partitionBy,
      List<AnalysedColumn> columns,
      Optional<RowTimestamp> sinkTimestamp) {
    this.reader = reader;
    this.where = where;
    this.tableFunctions = tableFunctions;
    this.partitionBy = partitionBy;
    this.columns = columns;
    this.sinkTimestamp = sinkTimestamp;
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
      if (where.isEmpty() && tableFunctions.isEmpty()) {
        reader.read(key, new Object[0], timestamp, headers);
        output.row(keyWithoutValue(key), null, timestamp);
      }
      return;
    }
    RowContext row = reader.read(key, value, timestamp, headers);
    if (where.isPresent() && !reader.meets(where.get())) {
      return;
    }
    if (tableFunctions.isEmpty()) {
      project(key, timestamp, output);
      return;
    }
    explode(key, row, timestamp, output);
  }

  private void project(@Nullable Object key, long timestamp, Output output) {
    @Nullable Object[] projected = reader.evaluateAll(columns);
    Object newKey = partitionBy.isEmpty() ? key : newKey(partitionBy.get());
    long time = timestamp;
    if (sinkTimestamp.isPresent()) {
      time = sinkTimestamp.get().of(newKey, projected, timestamp, reader);
      if (time < 0) {
        return;
      }
    }
    output.row(newKey, projected, time);
  }

  private @Nullable Object newKey(List<PartitionColumn> partition) {
    if (partition.isEmpty()) {
      return null;
    }
    @Nullable Object[] values = new Object[partition.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = reader.evaluate(partition.get(i).column());
    }
    return values.length == 1 && values[0] == null ? null : new RowKey(values);
  }

  /** Without a value only what comes from the old key is known. */
  private @Nullable Object keyWithoutValue(@Nullable Object key) {
    if (partitionBy.isEmpty()) {
      return key;
    }
    List<PartitionColumn> partition = partitionBy.get();
    @Nullable Object[] values = new Object[partition.size()];
    boolean known = false;
    for (int i = 0; i < values.length; i++) {
      if (partition.get(i).keyOnly()) {
        values[i] = reader.evaluate(partition.get(i).column());
      }
      known |= values[i] != null;
    }
    return known || values.length > 1 ? new RowKey(values) : null;
  }

  /** One row for each value of the longest function; shorter ones give nulls. */
  private void explode(@Nullable Object key, RowContext row, long timestamp, Output output) {
    List<List<@Nullable Object>> results = new ArrayList<>();
    int rows = 0;
    for (AnalysedTableFunction function : tableFunctions) {
      List<@Nullable Object> result = call(function);
      results.add(result);
      rows = Math.max(rows, result.size());
    }
    @Nullable Object[] source = row.value;
    for (int i = 0; i < rows; i++) {
      @Nullable Object[] wider = Arrays.copyOf(source, source.length + results.size());
      for (int f = 0; f < results.size(); f++) {
        List<@Nullable Object> result = results.get(f);
        wider[source.length + f] = i < result.size() ? result.get(i) : null;
      }
      row.value = wider;
      project(key, timestamp, output);
    }
  }

  private List<@Nullable Object> call(AnalysedTableFunction function) {
    @Nullable Object[] arguments = new Object[function.arguments().size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = reader.evaluate(function.arguments().get(i), function.text());
    }
    try {
      return function.body().apply(arguments);
    } catch (RuntimeException e) {
      reader.failed("Error computing table function " + function.text(), e);
      return List.of();
    }
  }
}
