// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedColumn;
import io.lastfive.ksqlengine.analysis.AnalysedFilter;
import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.analysis.AnalysedRelation;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinRelation;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.SourceRelation;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.catalog.DataSource.WindowSpec;
import io.lastfive.ksqlengine.serde.Format;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import io.lastfive.ksqlengine.serde.Formats;
import io.lastfive.ksqlengine.serde.InternalRowSerde;
import io.lastfive.ksqlengine.serde.ProtobufDefaults;
import io.lastfive.ksqlengine.topology.QueryTopology.InternalTopic;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.RowSchema.HeaderColumn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.WindowedSerdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Entry point: turns one analyzed query into a topology. Few nodes: whatever a row goes through
 * between two stores or topics is one of them.
 *
 * <pre>
 *   stream -> stream     source --> Project ------------------------------------> sink
 *   stream -> table      source --> GroupBy [-> repartition ->] Aggregate(store)
 *                                     --> ToRow (results, HAVING, SELECT) ------> sink
 *   table -> table       source(store) --> ToRow (WHERE, SELECT) ---------------> sink
 *   table -> aggregate   source(store) --> Prepare --> repartition
 *                                     --> Aggregate(store) --> ToRow -----------> sink
 *   join                 left  --> [Rekey --> repartition] -+
 *                        right --> [Rekey --> repartition] -+-> Join(stores) ---> as above
 * </pre>
 *
 * The result holds no state of its own: it may be run by any number of threads.
 */
public final class TopologyBuilder {
  static final String SOURCE = "KsqlTopic";

  private final SchemaStore schemas;
  private final ProcessingLog log;
  private final String queryId;
  private final StreamsBuilder builder = new StreamsBuilder();
  private final List<InternalTopic> internalTopics = new ArrayList<>();
  private int joinDepth;

  private TopologyBuilder(SchemaStore schemas, ProcessingLog log, String queryId) {
    this.schemas = schemas;
    this.log = log;
    this.queryId = queryId;
  }

  /** A query that writes to its sink. */
  public static QueryTopology build(
      AnalysedQuery query, String queryId, SchemaStore schemas, ProcessingLog log) {
    return new TopologyBuilder(schemas, log, queryId).build(query, Optional.empty());
  }

  /**
   * A push query, whose rows go to whoever asked.
   *
   * @param withoutKey whether records of a stream with key columns are told that have no key
   */
  public static QueryTopology build(
      AnalysedQuery query,
      String queryId,
      SchemaStore schemas,
      ProcessingLog log,
      RowConsumer consumer,
      boolean withoutKey) {
    TopologyBuilder topology = new TopologyBuilder(schemas, log, queryId);
    boolean keyed = !withoutKey && !query.from().key().isEmpty();
    return topology.build(
        query,
        Optional.of(() -> new PushOutput(query, topology.pushReader(query), consumer, keyed)));
  }

  private QueryTopology build(AnalysedQuery query, Optional<Supplier<PushOutput>> output) {
    joinDepth = JoinTopology.depth(query.from());
    Optional<Materialization> materialization = Optional.empty();
    KStream<Object, @Nullable Object[]> result;
    if (AggregateTopology.isPlain(query)) {
      result =
          new AggregateTopology(this, query).buildRows(query.aggregate().orElseThrow(), builder);
      materialization =
          Optional.of(
              new Materialization(
                  AggregateTopology.STORE, Optional.empty(), AggregateTopology.toRow(this, query)));
    } else if (query.aggregate().isPresent()) {
      KTable<Object, @Nullable Object[]> table =
          new AggregateTopology(this, query).build(query.aggregate().get());
      TableStep.Factory toRow = AggregateTopology.toRow(this, query);
      KTable<Object, @Nullable Object[]> rows =
          table.transformValues(TableStep.supplier(toRow), Named.as("Aggregate-Project"));
      if (query.having().isPresent()) {
        rows = rows.filter((key, row) -> row != null, Named.as("HavingFilter-ApplyPredicate"));
      }
      materialization =
          Optional.of(
              new Materialization(
                  AggregateTopology.STORE,
                  query.aggregate().get().window().map(window -> window.kind()),
                  toRow));
      result = rows.toStream();
    } else if (query.isTable()) {
      KTable<Object, @Nullable Object[]> table = table(query.from());
      TableStep.Factory toRow = toTableRow(query);
      KTable<Object, @Nullable Object[]> rows =
          table.transformValues(TableStep.supplier(toRow), Named.as("Project"));
      if (query.where().isPresent()) {
        rows = rows.filter((key, row) -> row != null, Named.as("WhereFilter-ApplyPredicate"));
      }
      materialization =
          Optional.of(
              new Materialization(
                  tableStore(query.from()), Optional.empty(), asKept(query, toRow)));
      result = rows.toStream();
    } else {
      result =
          stream(query.from())
              .process(
                  StreamStep.rekeying(
                      () ->
                          new ProjectStep(
                              reader(query.from(), "Project"),
                              query.where(),
                              query.tableFunctions(),
                              query.projection().partitionBy(),
                              query.projection().values(),
                              sinkTimestamp(query))),
                  Named.as("Project"));
    }
    if (output.isPresent()) {
      result.process(output.get()::get, Named.as("Push"));
    } else {
      query.sink().ifPresent(sink -> write(query, result, sink));
    }
    return new QueryTopology(builder.build(), internalTopics, materialization);
  }

  private static Optional<RowTimestamp> sinkTimestamp(AnalysedQuery query) {
    return query
        .sink()
        .flatMap(sink -> sink.timestamp().map(column -> RowTimestamp.of(column, sink.schema())));
  }

  private void write(
      AnalysedQuery query, KStream<Object, @Nullable Object[]> result, DataSource sink) {
    KStream<Object, @Nullable Object[]> timed = result;
    if (query.isTable() && sink.timestamp().isPresent()) {
      timed =
          result.process(
              StreamStep.rekeying(
                  () ->
                      new TimestampStep(
                          new RowReader(
                              sink.schema().key().size(),
                              List.of(),
                              queryId + "." + sink.name(),
                              log),
                          RowTimestamp.of(sink.timestamp().get(), sink.schema()))),
              Named.as("ApplyTimestampTransform-" + sink.name()));
    }
    timed.to(
        sink.topic(),
        Produced.with(
            keySerde(sink.schema().key(), sink.keyFormat(), sink.window(), sink.topic()),
            valueSerde(sink.schema().value(), sink.valueFormat(), sink.topic())));
  }

  // --- sources

  /** The rows of a stream, or of a join whose result is one. */
  KStream<Object, @Nullable Object[]> stream(AnalysedRelation relation) {
    if (relation instanceof SourceRelation source) {
      return builder.stream(source.source().topic(), consumed(source));
    }
    if (relation instanceof JoinRelation join) {
      return new JoinTopology(this, joinDepth).stream(join);
    }
    throw new IllegalStateException("Unknown relation " + relation.getClass().getName());
  }

  /** The rows of a table, or of a join whose result is one. */
  KTable<Object, @Nullable Object[]> table(AnalysedRelation relation) {
    if (relation instanceof SourceRelation source) {
      String name = sourceStore(source);
      return builder.table(
          source.source().topic(),
          consumed(source),
          Materialized.<Object, @Nullable Object[], KeyValueStore<Bytes, byte[]>>as(name)
              .withKeySerde(sourceKeySerde(source))
              .withValueSerde(InternalRowSerde.ofColumns(source.source().schema().value())));
    }
    if (relation instanceof JoinRelation join) {
      return new JoinTopology(this, joinDepth).table(join);
    }
    throw new IllegalStateException("Unknown relation " + relation.getClass().getName());
  }

  private static String tableStore(AnalysedRelation relation) {
    return relation instanceof SourceRelation source ? sourceStore(source) : JoinTopology.STORE;
  }

  private static String sourceStore(SourceRelation source) {
    return SOURCE + "-" + source.alias().replaceAll("[^A-Za-z0-9._-]", "_") + "-Reduce";
  }

  private Consumed<Object, @Nullable Object[]> consumed(SourceRelation relation) {
    DataSource source = relation.source();
    Consumed<Object, @Nullable Object[]> consumed =
        Consumed.with(
            sourceKeySerde(relation),
            valueSerde(source.schema().value(), source.valueFormat(), source.topic()));
    if (source.timestamp().isPresent()) {
      return consumed.withTimestampExtractor(
          new ColumnTimestampExtractor(
              RowTimestamp.of(source.timestamp().get(), source.schema()),
              reader(relation, SOURCE + ".Source")));
    }
    return consumed;
  }

  private Serde<Object> sourceKeySerde(SourceRelation relation) {
    DataSource source = relation.source();
    return keySerde(source.schema().key(), source.keyFormat(), source.window(), source.topic());
  }

  // --- what the parts share

  RowReader reader(AnalysedRelation relation, String step) {
    List<HeaderColumn> headers =
        relation instanceof SourceRelation source ? source.source().schema().headers() : List.of();
    return reader(relation.key().size(), headers, step);
  }

  private RowReader pushReader(AnalysedQuery query) {
    return query.aggregate().isPresent()
        ? reader(query.aggregate().get().groupBy().size(), List.of(), "Push")
        : reader(query.from(), "Push");
  }

  RowReader reader(int keyWidth, List<HeaderColumn> headers, String step) {
    return new RowReader(keyWidth, headers, queryId + "." + step, log);
  }

  void addInternalTopic(String name, FormatSpec keyFormat) {
    internalTopics.add(new InternalTopic(name, keyFormat));
  }

  Serde<@Nullable Object[]> valueSerde(List<Column> columns, FormatSpec spec, String topic) {
    return Formats.of(spec).serde(columns, spec, false, topic, schemas);
  }

  Serde<Object> keySerde(
      List<Column> columns, FormatSpec spec, Optional<WindowSpec> window, String topic) {
    Serde<RowKey> plain = KeySerde.of(Formats.of(spec).serde(columns, spec, true, topic, schemas));
    return windowed(plain, window);
  }

  /**
   * The keys of internal topics: as the format has them, so that records meet others of that format
   * in the same partition; the engine's own form where schemas would have to be registered.
   */
  Serde<Object> internalKeySerde(List<Column> columns, FormatSpec spec) {
    Format format = Formats.of(spec);
    boolean own = format.usesSchemaRegistry() || !carries(format, columns, spec);
    return erased(
        KeySerde.of(
            own
                ? InternalRowSerde.ofColumns(columns)
                : format.serde(columns, spec, true, "", schemas)));
  }

  private static boolean carries(Format format, List<Column> columns, FormatSpec spec) {
    try {
      format.validate(columns, spec, true);
      return true;
    } catch (KsqlException e) {
      return false;
    }
  }

  static Serde<Object> windowed(Serde<RowKey> plain, Optional<WindowSpec> window) {
    if (window.isEmpty()) {
      return erased(plain);
    }
    Optional<Duration> size = window.get().size();
    return size.isPresent()
        ? erased(new WindowedSerdes.TimeWindowedSerde<>(plain, size.get().toMillis()))
        : erased(new WindowedSerdes.SessionWindowedSerde<>(plain));
  }

  /** Keys are {@link RowKey}s or windowed ones: which, every node knows from the query. */
  @SuppressWarnings("unchecked")
  static Serde<Object> erased(Serde<?> serde) {
    return (Serde<Object>) serde;
  }

  /**
   * A table is kept in its first source's format: what that cannot say, a pull query cannot see.
   */
  private static TableStep.Factory asKept(AnalysedQuery query, TableStep.Factory toRow) {
    if (!ProtobufDefaults.loseNulls(query.sources().get(0).source().valueFormat())) {
      return toRow;
    }
    List<Column> columns = query.schema().value();
    return () -> {
      TableStep step = toRow.make();
      return new TableStep() {
        @Override
        public RowReader reader() {
          return step.reader();
        }

        @Override
        public @Nullable Object @Nullable [] apply(
            Object key, @Nullable Object[] value, long timestamp, Headers headers) {
          @Nullable Object @Nullable [] row = step.apply(key, value, timestamp, headers);
          return row == null ? null : ProtobufDefaults.fill(columns, row);
        }
      };
    };
  }

  private TableStep.Factory toTableRow(AnalysedQuery query) {
    Optional<AnalysedFilter> where = query.where();
    List<AnalysedColumn> values = query.projection().values();
    return () ->
        new TableStep() {
          private final RowReader reader = TopologyBuilder.this.reader(query.from(), "Project");

          @Override
          public RowReader reader() {
            return reader;
          }

          @Override
          public @Nullable Object @Nullable [] apply(
              Object key, @Nullable Object[] value, long timestamp, Headers headers) {
            reader.read(key, value, timestamp, headers);
            return where.isPresent() && !reader.meets(where.get())
                ? null
                : reader.evaluateAll(values);
          }
        };
  }
}
