// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import io.lastfive.ksqlengine.analysis.AnalysedAggregate;
import io.lastfive.ksqlengine.analysis.AnalysedAggregate.AggregateWindow;
import io.lastfive.ksqlengine.analysis.AnalysedColumn;
import io.lastfive.ksqlengine.analysis.AnalysedFilter;
import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.catalog.DataSource.WindowKind;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.serde.InternalRowSerde;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.SessionWindowedKStream;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.TimeWindowedKStream;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/**
 * GROUP BY: gives rows their group's key, moves them where that key belongs unless they are there
 * already, and keeps the functions' state in a store.
 */
final class AggregateTopology {
  static final String STORE = "Aggregate-Aggregate-Materialize";
  private static final String GROUP_BY = "Aggregate-GroupBy";
  private static final Duration DEFAULT_GRACE = Duration.ofHours(24);

  private final TopologyBuilder topology;
  private final AnalysedQuery query;

  AggregateTopology(TopologyBuilder topology, AnalysedQuery query) {
    this.topology = topology;
    this.query = query;
  }

  /**
   * The table of states, of a table or of windows; its keys are windowed where the aggregate is.
   */
  KTable<Object, @Nullable Object[]> build(AnalysedAggregate aggregate) {
    AggregateState state = new AggregateState(aggregate, query.having().isPresent());
    return aggregate.window().isPresent()
        ? windowed(aggregate, aggregate.window().get(), state)
        : ofTable(aggregate, state);
  }

  /** Whether {@link #buildRows} does it. */
  static boolean isPlain(AnalysedQuery query) {
    return query.aggregate().map(a -> a.window().isEmpty()).orElse(false)
        && !query.from().isTable();
  }

  /**
   * A stream without windows: one node does everything after the repartition, if there is one.
   *
   * @return the rows that leave the query
   */
  KStream<Object, @Nullable Object[]> buildRows(
      AnalysedAggregate aggregate, StreamsBuilder builder) {
    AggregateState state = new AggregateState(aggregate, false);
    KStream<Object, @Nullable Object[]> rows = topology.stream(query.from());
    if (aggregate.rekeyed()) {
      topology.addInternalTopic(GROUP_BY + "-repartition", keyFormat(query));
      rows =
          rows.process(StreamStep.rekeying(() -> groupStep(aggregate)), Named.as(GROUP_BY))
              .repartition(
                  Repartitioned.<Object, @Nullable Object[]>as(GROUP_BY)
                      .withKeySerde(keySerde(aggregate))
                      .withValueSerde(argumentSerde(aggregate)));
    }
    builder.addStateStore(
        new AggregateStore.Builder(STORE, keySerde(aggregate), stateSerde(aggregate), state));
    return rows.process(
        () ->
            new AggregateNode(
                STORE,
                aggregate.rekeyed() ? Optional.empty() : Optional.of(groupStep(aggregate)),
                state,
                topology.reader(aggregate.groupBy().size(), List.of(), "Aggregate.Project"),
                query.having(),
                query.projection().values()),
        Named.as("Aggregate"),
        STORE);
  }

  private GroupStep groupStep(AnalysedAggregate aggregate) {
    return new GroupStep(
        topology.reader(query.from(), "Aggregate.GroupBy"), query.where(), aggregate);
  }

  private KTable<Object, @Nullable Object[]> windowed(
      AnalysedAggregate aggregate, AggregateWindow window, AggregateState state) {
    StreamStep.Factory step = () -> groupStep(aggregate);
    KStream<Object, @Nullable Object[]> rows = topology.stream(query.from());
    KStream<Object, @Nullable Object[]> grouped =
        aggregate.rekeyed()
            ? rows.process(StreamStep.rekeying(step), Named.as(GROUP_BY))
            : rows.processValues(StreamStep.keepingKeys(step), Named.as("Aggregate-Prepare"));
    if (aggregate.rekeyed()) {
      topology.addInternalTopic(GROUP_BY + "-repartition", keyFormat(query));
    }
    KGroupedStream<Object, @Nullable Object[]> groups =
        grouped.groupByKey(
            Grouped.with(
                GROUP_BY + (aggregate.rekeyed() ? "" : "-Key"),
                keySerde(aggregate),
                argumentSerde(aggregate)));
    return window.kind() == WindowKind.SESSION
        ? sessions(groups, aggregate, window, state)
        : timeWindows(groups, aggregate, window, state);
  }

  private KTable<Object, @Nullable Object[]> timeWindows(
      KGroupedStream<Object, @Nullable Object[]> groups,
      AnalysedAggregate aggregate,
      AggregateWindow window,
      AggregateState state) {
    Duration grace = grace(window, aggregate);
    TimeWindowedKStream<Object, @Nullable Object[]> windowed =
        groups.windowedBy(
            TimeWindows.ofSizeAndGrace(window.size(), grace).advanceBy(window.advance()));
    if (aggregate.emitFinal()) {
      windowed = windowed.emitStrategy(EmitStrategy.onWindowClose());
    }
    Materialized<Object, @Nullable Object[], WindowStore<Bytes, byte[]>> store =
        Materialized.<Object, @Nullable Object[], WindowStore<Bytes, byte[]>>as(STORE)
            .withKeySerde(keySerde(aggregate))
            .withValueSerde(stateSerde(aggregate));
    store.withRetention(retention(window, window.size().plus(grace)));
    return erased(windowed.aggregate(state.initializer(), state.adder(), store));
  }

  private KTable<Object, @Nullable Object[]> sessions(
      KGroupedStream<Object, @Nullable Object[]> groups,
      AnalysedAggregate aggregate,
      AggregateWindow window,
      AggregateState state) {
    Duration grace = grace(window, aggregate);
    SessionWindowedKStream<Object, @Nullable Object[]> windowed =
        groups.windowedBy(SessionWindows.ofInactivityGapAndGrace(window.size(), grace));
    if (aggregate.emitFinal()) {
      windowed = windowed.emitStrategy(EmitStrategy.onWindowClose());
    }
    Materialized<Object, @Nullable Object[], SessionStore<Bytes, byte[]>> store =
        Materialized.<Object, @Nullable Object[], SessionStore<Bytes, byte[]>>as(STORE)
            .withKeySerde(keySerde(aggregate))
            .withValueSerde(stateSerde(aggregate));
    store.withRetention(retention(window, window.size().plus(grace)));
    return erased(windowed.aggregate(state.initializer(), state.adder(), state.merger(), store));
  }

  /** Late rows are waited for a day less the window, and not at all for EMIT FINAL. */
  private static Duration grace(AggregateWindow window, AnalysedAggregate aggregate) {
    if (window.grace().isPresent()) {
      return window.grace().get();
    }
    if (aggregate.emitFinal()) {
      return Duration.ZERO;
    }
    Duration grace = DEFAULT_GRACE.minus(window.size());
    return grace.isNegative() ? Duration.ZERO : grace;
  }

  private static Duration retention(AggregateWindow window, Duration least) {
    return window.retention().filter(wanted -> wanted.compareTo(least) > 0).orElse(least);
  }

  /** A change of a table's row is taken back from its old group and added to its new one. */
  private KTable<Object, @Nullable Object[]> ofTable(
      AnalysedAggregate aggregate, AggregateState state) {
    int keyWidth = aggregate.groupBy().size();
    topology.addInternalTopic(GROUP_BY + "-repartition", keyFormat(query));
    return topology
        .table(query.from())
        .transformValues(
            TableStep.supplier(() -> new PrepareStep(aggregate)), Named.as("Aggregate-Prepare"))
        .groupBy(
            (key, row) -> {
              RowKey group = new RowKey(Arrays.copyOf(row, keyWidth));
              return KeyValue.<@Nullable Object, @Nullable Object[]>pair(
                  group.hasNull() ? null : group, Arrays.copyOfRange(row, keyWidth, row.length));
            },
            Grouped.with(GROUP_BY, keySerde(aggregate), argumentSerde(aggregate)))
        .aggregate(
            state.initializer(), state.adder(), state.subtractor(), keyValueStore(aggregate));
  }

  /** WHERE, then the group's key and the functions' arguments side by side. */
  private final class PrepareStep implements TableStep {
    private final RowReader reader = topology.reader(query.from(), "Aggregate.Prepare");
    private final List<AnalysedColumn> columns;

    PrepareStep(AnalysedAggregate aggregate) {
      columns = new ArrayList<>(aggregate.groupBy());
      columns.addAll(aggregate.arguments());
    }

    @Override
    public RowReader reader() {
      return reader;
    }

    @Override
    public @Nullable Object @Nullable [] apply(
        Object key, @Nullable Object[] value, long timestamp, Headers headers) {
      reader.read(key, value, timestamp, headers);
      Optional<AnalysedFilter> where = query.where();
      return where.isPresent() && !reader.meets(where.get()) ? null : reader.evaluateAll(columns);
    }
  }

  /** From a state to the row that leaves the query: results, HAVING, the SELECT list. */
  static TableStep.Factory toRow(TopologyBuilder topology, AnalysedQuery query) {
    AnalysedAggregate aggregate = query.aggregate().orElseThrow();
    AggregateState states = new AggregateState(aggregate, false);
    Optional<AnalysedFilter> having = query.having();
    List<AnalysedColumn> values = query.projection().values();
    return () ->
        new TableStep() {
          private final RowReader reader =
              topology.reader(aggregate.groupBy().size(), List.of(), "Aggregate.Project");

          @Override
          public RowReader reader() {
            return reader;
          }

          @Override
          public @Nullable Object @Nullable [] apply(
              Object key, @Nullable Object[] state, long timestamp, Headers headers) {
            reader.read(key, states.results(state), timestamp, headers);
            return having.isPresent() && !reader.meets(having.get())
                ? null
                : reader.evaluateAll(values);
          }
        };
  }

  private Serde<Object> keySerde(AnalysedAggregate aggregate) {
    return topology.internalKeySerde(
        aggregate.groupBy().stream().map(AnalysedColumn::column).toList(), keyFormat(query));
  }

  /** Repartitioned keys are written as the result's are, so that they are where those belong. */
  private static FormatSpec keyFormat(AnalysedQuery query) {
    return query.sink().map(sink -> sink.keyFormat()).orElseGet(() -> query.from().keyFormat());
  }

  private static Serde<@Nullable Object[]> argumentSerde(AnalysedAggregate aggregate) {
    return InternalRowSerde.of(
        aggregate.arguments().stream().<SqlType>map(AnalysedColumn::type).toList());
  }

  private static Serde<@Nullable Object[]> stateSerde(AnalysedAggregate aggregate) {
    return InternalRowSerde.ofState(
        aggregate.state().stream().map(Column::type).toList(),
        aggregate.functions().stream().map(function -> function.body().takesTextLists()).toList());
  }

  private Materialized<Object, @Nullable Object[], KeyValueStore<Bytes, byte[]>> keyValueStore(
      AnalysedAggregate aggregate) {
    return Materialized.<Object, @Nullable Object[], KeyValueStore<Bytes, byte[]>>as(STORE)
        .withKeySerde(keySerde(aggregate))
        .withValueSerde(stateSerde(aggregate));
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static KTable<Object, @Nullable Object[]> erased(
      KTable<Windowed<Object>, @Nullable Object[]> table) {
    return (KTable) table;
  }
}
