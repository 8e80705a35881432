// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.query;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedColumn;
import io.lastfive.ksqlengine.analysis.PullQuery;
import io.lastfive.ksqlengine.analysis.PullQuery.Bounds;
import io.lastfive.ksqlengine.analysis.RowContext;
import io.lastfive.ksqlengine.catalog.DataSource.WindowKind;
import io.lastfive.ksqlengine.topology.Materialization;
import io.lastfive.ksqlengine.topology.Materialization.RowMaker;
import io.lastfive.ksqlengine.topology.RowKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.InvalidStateStorePartitionException;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.internals.TimeWindow;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlySessionStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the store of one materialized table. For one pull query and one thread. */
final class PullExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(PullExecutor.class);

  private final PersistentQuery query;
  private final Materialization table;
  private final RowMaker rows;
  private final List<@Nullable Object[]> answer = new ArrayList<>();

  PullExecutor(PersistentQuery query, Materialization table) {
    this.query = query;
    this.table = table;
    this.rows = table.rows();
  }

  PullRows execute(PullQuery pull) {
    try {
      if (streams().state() != KafkaStreams.State.RUNNING) {
        throw new InvalidStateStoreException("query " + query.id() + " is not running yet");
      }
      if (pull.keys().isPresent()) {
        lookUp(pull, pull.keys().get());
      } else {
        for (int partition : partitions()) {
          read(pull, List.of(), partition);
        }
      }
    } catch (InvalidStateStoreException e) {
      throw new KsqlException(
          "Cannot determine which host contains the required partitions to serve the pull query. "
              + "The underlying persistent query may be restarting (e.g. as a result of ALTER SYSTEM) view the status of your by issuing <DESCRIBE "
              + pull.table().name()
              + ">.",
          e);
    }
    return new PullRows(pull, answer);
  }

  /**
   * Rows come partition by partition, that of the first key first, and in it as keys were given.
   */
  private void lookUp(PullQuery pull, List<@Nullable Object[]> keys) {
    Map<Integer, List<@Nullable Object[]>> found = new LinkedHashMap<>();
    for (@Nullable Object[] key : keys) {
      for (int partition : partitions()) {
        read(pull, List.<@Nullable Object[]>of(key), partition);
        if (!answer.isEmpty()) {
          found.computeIfAbsent(partition, p -> new ArrayList<>()).addAll(answer);
          answer.clear();
        }
      }
    }
    for (List<@Nullable Object[]> rows : found.values()) {
      rows.stream().takeWhile(row -> !isFull(pull)).forEach(answer::add);
    }
  }

  /** The partitions that this instance holds tasks of: rows come in their order. */
  private SortedSet<Integer> partitions() {
    SortedSet<Integer> partitions = new TreeSet<>();
    for (ThreadMetadata thread : streams().metadataForLocalThreads()) {
      thread.activeTasks().forEach(task -> partitions.add(task.taskId().partition()));
    }
    return partitions;
  }

  private void read(PullQuery pull, List<@Nullable Object[]> keys, int partition) {
    try {
      if (table.window().isEmpty()) {
        readKeyed(pull, keys, store(QueryableStoreTypes.timestampedKeyValueStore(), partition));
      } else if (table.window().get() == WindowKind.SESSION) {
        readSessions(pull, keys, store(QueryableStoreTypes.sessionStore(), partition));
      } else {
        readWindows(pull, keys, store(QueryableStoreTypes.timestampedWindowStore(), partition));
      }
    } catch (InvalidStateStorePartitionException e) {
      // Another part of the topology has more partitions than the store.
      LOG.debug("no store queryId={} partition={}", query.id(), partition);
    }
  }

  private <T> T store(QueryableStoreType<T> type, int partition) {
    return streams()
        .store(
            StoreQueryParameters.fromNameAndType(table.storeName(), type).withPartition(partition));
  }

  private void readKeyed(
      PullQuery pull,
      List<@Nullable Object[]> keys,
      ReadOnlyKeyValueStore<Object, ValueAndTimestamp<@Nullable Object[]>> store) {
    if (!keys.isEmpty()) {
      for (@Nullable Object[] key : keys) {
        RowKey rowKey = new RowKey(key);
        take(pull, rowKey, store.get(rowKey));
      }
      return;
    }
    try (KeyValueIterator<Object, ValueAndTimestamp<@Nullable Object[]>> all = store.all()) {
      while (all.hasNext() && !isFull(pull)) {
        KeyValue<Object, ValueAndTimestamp<@Nullable Object[]>> next = all.next();
        take(pull, next.key, next.value);
      }
    }
  }

  private void readWindows(
      PullQuery pull,
      List<@Nullable Object[]> keys,
      ReadOnlyWindowStore<Object, ValueAndTimestamp<@Nullable Object[]>> store) {
    if (isEmpty(pull.windowStart()) || isEmpty(pull.windowEnd())) {
      return;
    }
    Instant from = lowest(pull.windowStart());
    Instant to = highest(pull.windowStart());
    if (!keys.isEmpty()) {
      long size = pull.table().window().flatMap(w -> w.size()).orElseThrow().toMillis();
      for (@Nullable Object[] key : keys) {
        RowKey rowKey = new RowKey(key);
        try (var windows = store.fetch(rowKey, from, to)) {
          while (windows.hasNext()) {
            var next = windows.next();
            take(pull, windowed(rowKey, next.key, next.key + size), next.value);
          }
        }
      }
      return;
    }
    try (KeyValueIterator<Windowed<Object>, ValueAndTimestamp<@Nullable Object[]>> all =
        store.fetchAll(from, to)) {
      while (all.hasNext() && !isFull(pull)) {
        var next = all.next();
        take(pull, next.key, next.value);
      }
    }
  }

  private void readSessions(
      PullQuery pull,
      List<@Nullable Object[]> keys,
      ReadOnlySessionStore<Object, @Nullable Object[]> store) {
    if (keys.isEmpty()) {
      throw new KsqlException(
          "Pull queries on session windows need their key in the WHERE clause.");
    }
    for (@Nullable Object[] key : keys) {
      try (var sessions = store.fetch(new RowKey(key))) {
        while (sessions.hasNext()) {
          var next = sessions.next();
          long start = next.key.window().start();
          long end = next.key.window().end();
          if (isWithin(pull.windowStart(), start) && isWithin(pull.windowEnd(), end)) {
            add(pull, next.key, next.value, end);
          }
        }
      }
    }
  }

  private static Windowed<RowKey> windowed(RowKey key, long start, long end) {
    return new Windowed<>(key, new TimeWindow(start, end));
  }

  private void take(
      PullQuery pull, Object key, @Nullable ValueAndTimestamp<@Nullable Object[]> stored) {
    if (stored != null) {
      add(pull, key, stored.value(), stored.timestamp());
    }
  }

  private void add(PullQuery pull, Object key, @Nullable Object[] stored, long timestamp) {
    @Nullable Object @Nullable [] value = rows.row(key, stored, timestamp);
    if (value == null || isFull(pull)) {
      return;
    }
    RowContext row = new RowContext();
    row.value = value;
    row.rowtime = timestamp;
    if (key instanceof Windowed<?> windowed) {
      row.key = ((RowKey) windowed.key()).columns();
      row.windowStart = windowed.window().start();
      row.windowEnd = windowed.window().end();
    } else {
      row.key = ((RowKey) key).columns();
    }
    if (pull.where().isPresent()
        && !Boolean.TRUE.equals(pull.where().get().condition().evaluate(row))) {
      return;
    }
    @Nullable Object[] columns = new Object[pull.columns().size()];
    for (int i = 0; i < columns.length; i++) {
      AnalysedColumn column = pull.columns().get(i);
      columns[i] = column.evaluator().evaluate(row);
    }
    answer.add(columns);
  }

  private boolean isFull(PullQuery pull) {
    return pull.limit().isPresent() && answer.size() >= pull.limit().getAsInt();
  }

  private KafkaStreams streams() {
    Optional<KafkaStreams> streams = query.streams();
    return streams.orElseThrow(
        () -> new InvalidStateStoreException("query " + query.id() + " is not started"));
  }

  /** Kafka takes no range that ends before it begins. */
  private static boolean isEmpty(Bounds bounds) {
    return bounds.lowest().orElse(0) > bounds.highest().orElse(Long.MAX_VALUE);
  }

  private static Instant lowest(Bounds bounds) {
    return Instant.ofEpochMilli(bounds.lowest().orElse(0));
  }

  private static Instant highest(Bounds bounds) {
    return Instant.ofEpochMilli(bounds.highest().orElse(Long.MAX_VALUE));
  }

  private static boolean isWithin(Bounds bounds, long time) {
    return time >= bounds.lowest().orElse(Long.MIN_VALUE)
        && time <= bounds.highest().orElse(Long.MAX_VALUE);
  }
}
