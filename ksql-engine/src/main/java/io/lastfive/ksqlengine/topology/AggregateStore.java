// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * The groups of an unwindowed aggregate: the ones used last as objects in memory, all of them in a
 * RocksDB store with its changelog behind. A change is written behind with the next commit, or when
 * its group makes room for another; so a group that changes often is read, written and logged once
 * a commit and not once a record. Results leave at once all the same.
 *
 * <p>The task's thread changes groups while it holds this object's monitor; other threads read
 * through {@link #get} and {@link #all}, and see every change. What a crash takes away are changes
 * since the last commit, which are made again from the records since then.
 */
final class AggregateStore
    extends WrappedStateStore<
        TimestampedKeyValueStore<Object, @Nullable Object[]>, Object, @Nullable Object[]>
    implements TimestampedKeyValueStore<Object, @Nullable Object[]> {

  /** How many groups of a task are kept as objects. */
  private static final int CAPACITY = 4_000;

  /** One group while it is in memory. */
  static final class Group {
    private final Object key;
    private @Nullable Object[] state;
    private long timestamp;
    private boolean isNew;
    private boolean changed;

    private Group(Object key, @Nullable Object[] state, long timestamp, boolean isNew) {
      this.key = key;
      this.state = state;
      this.timestamp = timestamp;
      this.isNew = isNew;
    }

    @Nullable Object[] state() {
      return state;
    }

    /** The largest time of the group's records. */
    long timestamp() {
      return timestamp;
    }

    /** Whether no record has changed it yet. */
    boolean isNew() {
      return isNew;
    }
  }

  private final Serde<@Nullable Object[]> stateSerde;
  private final AggregateState functions;
  private final LinkedHashMap<Object, Group> groups = new LinkedHashMap<>(1024, 0.75f, true);
  private final List<Group> changes = new ArrayList<>();

  private AggregateStore(
      TimestampedKeyValueStore<Object, @Nullable Object[]> behind,
      Serde<@Nullable Object[]> stateSerde,
      AggregateState functions) {
    super(behind);
    this.stateSerde = stateSerde;
    this.functions = functions;
  }

  // --- for the task's thread, under this object's monitor

  Group group(Object key) {
    Group known = groups.get(key);
    if (known != null) {
      return known;
    }
    ValueAndTimestamp<@Nullable Object[]> stored = wrapped().get(key);
    Group group =
        stored == null
            ? new Group(key, functions.initialize(), Long.MIN_VALUE, true)
            : new Group(key, stored.value(), stored.timestamp(), false);
    groups.put(key, group);
    if (groups.size() > CAPACITY) {
      evictEldest();
    }
    return group;
  }

  void change(Group group, @Nullable Object[] state, long recordTime) {
    group.state = state;
    group.timestamp = Math.max(group.timestamp, recordTime);
    group.isNew = false;
    if (!group.changed) {
      group.changed = true;
      changes.add(group);
    }
  }

  private void evictEldest() {
    Iterator<Group> eldest = groups.values().iterator();
    Group group = eldest.next();
    eldest.remove();
    if (group.changed) {
      writeBehind(group);
      if (changes.size() > 2 * CAPACITY) {
        changes.removeIf(change -> !change.changed);
      }
    }
  }

  private void writeBehind(Group group) {
    group.changed = false;
    wrapped().put(group.key, ValueAndTimestamp.make(group.state, group.timestamp));
  }

  @Override
  public synchronized void flushCache() {
    for (Group group : changes) {
      if (group.changed) {
        writeBehind(group);
      }
    }
    changes.clear();
    super.flushCache();
  }

  @Override
  public synchronized void clearCache() {
    groups.clear();
    changes.clear();
    super.clearCache();
  }

  @Override
  public synchronized void close() {
    groups.clear();
    changes.clear();
    super.close();
  }

  // --- for whoever reads

  @Override
  @SuppressWarnings("NullAway") // null: there is no such group, as Kafka Streams wants it
  public synchronized ValueAndTimestamp<@Nullable Object[]> get(Object key) {
    Group group = groups.get(key);
    if (group == null) {
      return wrapped().get(key);
    }
    return group.isNew ? null : copy(group);
  }

  /** The state as it is now, in objects that do not change any more. */
  private ValueAndTimestamp<@Nullable Object[]> copy(Group group) {
    byte[] bytes = stateSerde.serializer().serialize("", group.state);
    return ValueAndTimestamp.make(
        stateSerde.deserializer().deserialize("", bytes), group.timestamp);
  }

  @Override
  public synchronized KeyValueIterator<Object, ValueAndTimestamp<@Nullable Object[]>> all() {
    Map<Object, ValueAndTimestamp<@Nullable Object[]>> changed = new LinkedHashMap<>();
    for (Group group : changes) {
      if (group.changed) {
        changed.put(group.key, copy(group));
      }
    }
    return new Overlay(wrapped().all(), changed);
  }

  @Override
  public long approximateNumEntries() {
    return wrapped().approximateNumEntries();
  }

  /** Of what is committed only: nobody asks for ranges of groups. */
  @Override
  public KeyValueIterator<Object, ValueAndTimestamp<@Nullable Object[]>> range(
      Object from, Object to) {
    return wrapped().range(from, to);
  }

  // --- as any store can be written

  @Override
  public synchronized void put(Object key, ValueAndTimestamp<@Nullable Object[]> value) {
    groups.remove(key);
    wrapped().put(key, value);
  }

  @Override
  public synchronized ValueAndTimestamp<@Nullable Object[]> putIfAbsent(
      Object key, ValueAndTimestamp<@Nullable Object[]> value) {
    ValueAndTimestamp<@Nullable Object[]> old = get(key);
    if (old == null) {
      put(key, value);
    }
    return old;
  }

  @Override
  public synchronized void putAll(
      List<KeyValue<Object, ValueAndTimestamp<@Nullable Object[]>>> entries) {
    entries.forEach(entry -> put(entry.key, entry.value));
  }

  @Override
  public synchronized ValueAndTimestamp<@Nullable Object[]> delete(Object key) {
    ValueAndTimestamp<@Nullable Object[]> old = get(key);
    groups.remove(key);
    wrapped().delete(key);
    return old;
  }

  /** What is stored, with what changed since in its place. */
  private static final class Overlay
      implements KeyValueIterator<Object, ValueAndTimestamp<@Nullable Object[]>> {
    private final KeyValueIterator<Object, ValueAndTimestamp<@Nullable Object[]>> stored;
    private final Map<Object, ValueAndTimestamp<@Nullable Object[]>> changed;

    Overlay(
        KeyValueIterator<Object, ValueAndTimestamp<@Nullable Object[]>> stored,
        Map<Object, ValueAndTimestamp<@Nullable Object[]>> changed) {
      this.stored = stored;
      this.changed = changed;
    }

    @Override
    public boolean hasNext() {
      return stored.hasNext() || !changed.isEmpty();
    }

    @Override
    public KeyValue<Object, ValueAndTimestamp<@Nullable Object[]>> next() {
      if (stored.hasNext()) {
        KeyValue<Object, ValueAndTimestamp<@Nullable Object[]>> next = stored.next();
        ValueAndTimestamp<@Nullable Object[]> newer = changed.remove(next.key);
        return newer == null ? next : KeyValue.pair(next.key, newer);
      }
      if (changed.isEmpty()) {
        throw new NoSuchElementException();
      }
      Iterator<Map.Entry<Object, ValueAndTimestamp<@Nullable Object[]>>> rest =
          changed.entrySet().iterator();
      Map.Entry<Object, ValueAndTimestamp<@Nullable Object[]>> next = rest.next();
      rest.remove();
      return KeyValue.pair(next.getKey(), next.getValue());
    }

    @Override
    public Object peekNextKey() {
      if (stored.hasNext()) {
        return stored.peekNextKey();
      }
      return changed.keySet().iterator().next();
    }

    @Override
    public void close() {
      stored.close();
    }
  }

  /** Makes a store for each task. */
  static final class Builder implements StoreBuilder<AggregateStore> {
    private final StoreBuilder<TimestampedKeyValueStore<Object, @Nullable Object[]>> behind;
    private final Serde<@Nullable Object[]> stateSerde;
    private final AggregateState functions;

    Builder(
        String name,
        Serde<Object> keySerde,
        Serde<@Nullable Object[]> stateSerde,
        AggregateState functions) {
      this.behind =
          Stores.timestampedKeyValueStoreBuilder(
                  Stores.persistentTimestampedKeyValueStore(name), keySerde, stateSerde)
              .withCachingDisabled()
              .withLoggingEnabled(Map.of());
      this.stateSerde = stateSerde;
      this.functions = functions;
    }

    @Override
    public AggregateStore build() {
      return new AggregateStore(behind.build(), stateSerde, functions);
    }

    /** It caches in its own way. */
    @Override
    public Builder withCachingEnabled() {
      return this;
    }

    @Override
    public Builder withCachingDisabled() {
      return this;
    }

    @Override
    public Builder withLoggingEnabled(Map<String, String> config) {
      behind.withLoggingEnabled(config);
      return this;
    }

    @Override
    public Builder withLoggingDisabled() {
      behind.withLoggingDisabled();
      return this;
    }

    @Override
    public Map<String, String> logConfig() {
      return behind.logConfig();
    }

    @Override
    public boolean loggingEnabled() {
      return behind.loggingEnabled();
    }

    @Override
    public String name() {
      return behind.name();
    }
  }

  /** The store under the wrappers that Kafka Streams hands to processors. */
  static AggregateStore of(StateStore store) {
    StateStore inner = store;
    while (!(inner instanceof AggregateStore)) {
      inner = ((WrappedStateStore<?, ?, ?>) inner).wrapped();
    }
    return (AggregateStore) inner;
  }
}
