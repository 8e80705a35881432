// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import io.lastfive.ksqlengine.analysis.AnalysedColumn;
import io.lastfive.ksqlengine.analysis.AnalysedRelation;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinKind;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinRelation;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinSide;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinWindow;
import io.lastfive.ksqlengine.ast.Query.JoinType;
import io.lastfive.ksqlengine.serde.InternalRowSerde;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.kstream.TableJoined;
import org.apache.kafka.streams.kstream.ValueJoiner;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Joins: each side's row is laid out with all its columns, under the join's key; the joined row has
 * the left side's columns, then the right side's, nulls where a side is missing.
 */
final class JoinTopology {
  static final String STORE = "Join-Materialize";
  private static final String LEFT = "Left";
  private static final Duration OLD_GRACE = Duration.ofHours(24);

  private final TopologyBuilder topology;
  private final int depth;

  /**
   * @param depth the number of joins of the whole query
   */
  JoinTopology(TopologyBuilder topology, int depth) {
    this.topology = topology;
    this.depth = depth;
  }

  KStream<Object, @Nullable Object[]> stream(JoinRelation join) {
    return join.kind() == JoinKind.STREAM_TABLE ? streamTable(join) : streamStream(join);
  }

  KTable<Object, @Nullable Object[]> table(JoinRelation join) {
    return join.kind() == JoinKind.FOREIGN_KEY ? foreignKey(join) : tableTable(join);
  }

  private KStream<Object, @Nullable Object[]> streamStream(JoinRelation join) {
    String name = name(join) + "Join";
    KStream<Object, @Nullable Object[]> left = streamSide(join, join.left(), name + "-left");
    KStream<Object, @Nullable Object[]> right = streamSide(join, join.right(), name + "-right");
    ValueJoiner<@Nullable Object[], @Nullable Object[], @Nullable Object[]> joiner = joiner(join);
    JoinWindow within = join.within().orElseThrow();
    StreamJoined<Object, @Nullable Object[], @Nullable Object[]> joined =
        StreamJoined.with(keySerde(join), rowSerde(join.left()), rowSerde(join.right()))
            .withName(name)
            .withStoreName(name);
    return switch (join.type()) {
      case INNER -> left.join(right, joiner, windows(within), joined);
      case LEFT -> left.leftJoin(right, joiner, windows(within), joined);
      case OUTER -> left.outerJoin(right, joiner, windows(within), joined);
      case RIGHT ->
          right.leftJoin(
              left,
              swapped(joiner),
              windows(within.mirrored()),
              StreamJoined.with(keySerde(join), rowSerde(join.right()), rowSerde(join.left()))
                  .withName(name)
                  .withStoreName(name));
    };
  }

  /** Without GRACE PERIOD an outer result is not waited for, as it was before there was one. */
  @SuppressWarnings("deprecation")
  private static JoinWindows windows(JoinWindow within) {
    Duration longest =
        within.before().compareTo(within.after()) > 0 ? within.before() : within.after();
    if (within.grace().isPresent()) {
      return JoinWindows.ofTimeDifferenceAndGrace(longest, within.grace().get())
          .before(within.before())
          .after(within.after());
    }
    Duration size = within.before().plus(within.after());
    Duration grace = OLD_GRACE.minus(size);
    return JoinWindows.of(longest)
        .before(within.before())
        .after(within.after())
        .grace(grace.isNegative() ? Duration.ZERO : grace);
  }

  private KStream<Object, @Nullable Object[]> streamTable(JoinRelation join) {
    String name = name(join) + "Join";
    KStream<Object, @Nullable Object[]> left = streamSide(join, join.left(), name);
    KTable<Object, @Nullable Object[]> right = tableSide(join, join.right(), "Right");
    ValueJoiner<@Nullable Object[], @Nullable Object[], @Nullable Object[]> joiner = joiner(join);
    Joined<Object, @Nullable Object[], @Nullable Object[]> joined =
        Joined.with(keySerde(join), rowSerde(join.left()), rowSerde(join.right()), name);
    return join.type() == JoinType.INNER
        ? left.join(right, joiner, joined)
        : left.leftJoin(right, joiner, joined);
  }

  private KTable<Object, @Nullable Object[]> tableTable(JoinRelation join) {
    KTable<Object, @Nullable Object[]> left = tableSide(join, join.left(), LEFT);
    KTable<Object, @Nullable Object[]> right = tableSide(join, join.right(), "Right");
    ValueJoiner<@Nullable Object[], @Nullable Object[], @Nullable Object[]> joiner = joiner(join);
    Materialized<Object, @Nullable Object[], KeyValueStore<Bytes, byte[]>> store = store(join);
    Named named = Named.as(name(join) + "Join");
    return switch (join.type()) {
      case INNER -> left.join(right, joiner, named, store);
      case LEFT -> left.leftJoin(right, joiner, named, store);
      case OUTER -> left.outerJoin(right, joiner, named, store);
      case RIGHT -> right.leftJoin(left, swapped(joiner), named, store);
    };
  }

  private KTable<Object, @Nullable Object[]> foreignKey(JoinRelation join) {
    KTable<Object, @Nullable Object[]> left = tableSide(join, join.left(), LEFT);
    KTable<Object, @Nullable Object[]> right = tableSide(join, join.right(), "Right");
    ForeignKey foreignKey = new ForeignKey(topology, join);
    ValueJoiner<@Nullable Object[], @Nullable Object[], @Nullable Object[]> joiner = joiner(join);
    TableJoined<Object, Object> named = TableJoined.as(name(join) + "ForeignKeyJoin");
    return join.type() == JoinType.INNER
        ? left.join(right, foreignKey, joiner, named, store(join))
        : left.leftJoin(right, foreignKey, joiner, named, store(join));
  }

  private Materialized<Object, @Nullable Object[], KeyValueStore<Bytes, byte[]>> store(
      JoinRelation join) {
    List<SqlType> types =
        java.util.stream.Stream.concat(join.left().row().stream(), join.right().row().stream())
            .<SqlType>map(AnalysedColumn::type)
            .toList();
    return Materialized.<Object, @Nullable Object[], KeyValueStore<Bytes, byte[]>>as(
            name(join) + STORE)
        .withKeySerde(topology.internalKeySerde(join.key(), join.keyFormat()))
        .withValueSerde(InternalRowSerde.of(types));
  }

  /** The last join of a query has no prefix, those to the left of it one L_ each. */
  private String name(JoinRelation join) {
    return "L_".repeat(depth - depth(join));
  }

  static int depth(AnalysedRelation relation) {
    return relation instanceof JoinRelation join ? 1 + depth(join.left().relation()) : 0;
  }

  // --- sides

  private KStream<Object, @Nullable Object[]> streamSide(
      JoinRelation join, JoinSide side, String repartition) {
    StreamStep.Factory step =
        () -> new JoinSideStep(topology.reader(side.relation(), "PrependAlias"), side);
    KStream<Object, @Nullable Object[]> rows = topology.stream(side.relation());
    if (!side.rekeyed()) {
      return rows.processValues(StreamStep.keepingKeys(step));
    }
    topology.addInternalTopic(repartition + "-repartition", join.keyFormat());
    return rows.process(StreamStep.rekeying(step));
  }

  private KTable<Object, @Nullable Object[]> tableSide(
      JoinRelation join, JoinSide side, String position) {
    KTable<Object, @Nullable Object[]> rows =
        topology
            .table(side.relation())
            .transformValues(
                TableStep.supplier(() -> new SideStep(topology, side)),
                sideStore(join, side, position));
    if (!side.rekeyed()) {
      return rows;
    }
    String name = name(join) + position + "SourceKeyed";
    topology.addInternalTopic(name + "-SelectKey-repartition", join.keyFormat());
    return rows.toStream()
        .process(
            StreamStep.rekeying(
                () -> new SameKeyStep(topology.reader(side.relation(), "SelectKey"))),
            Named.as(name + "-SelectKey"))
        .toTable(
            Named.as(name + "-ToTable"),
            Materialized.<Object, @Nullable Object[], KeyValueStore<Bytes, byte[]>>as(
                    name + "-Materialize")
                .withKeySerde(keySerde(join))
                .withValueSerde(rowSerde(side)));
  }

  /**
   * A foreign-key join compares a row with the same row seen later, so its left side is kept as it
   * was; other sides are computed again from what their source keeps.
   */
  private Materialized<Object, @Nullable Object[], KeyValueStore<Bytes, byte[]>> sideStore(
      JoinRelation join, JoinSide side, String position) {
    Serde<Object> keys = sideKeySerde(join, side);
    return join.kind() == JoinKind.FOREIGN_KEY && position.equals(LEFT)
        ? Materialized.<Object, @Nullable Object[], KeyValueStore<Bytes, byte[]>>as(
                name(join) + position + "SourceKeyed-Materialize")
            .withKeySerde(keys)
            .withValueSerde(rowSerde(side))
        : Materialized.with(keys, rowSerde(side));
  }

  private Serde<Object> sideKeySerde(JoinRelation join, JoinSide side) {
    return join.window().isPresent()
        ? keySerde(join)
        : topology.internalKeySerde(side.relation().key(), side.relation().keyFormat());
  }

  private Serde<Object> keySerde(JoinRelation join) {
    Column key = new Column("KEY", join.left().joinKey().type());
    if (join.window().isPresent()) {
      return TopologyBuilder.windowed(
          KeySerde.of(InternalRowSerde.ofColumns(List.of(key))), join.window());
    }
    return topology.internalKeySerde(List.of(key), join.keyFormat());
  }

  private static Serde<@Nullable Object[]> rowSerde(JoinSide side) {
    return InternalRowSerde.of(side.row().stream().<SqlType>map(AnalysedColumn::type).toList());
  }

  private static ValueJoiner<@Nullable Object[], @Nullable Object[], @Nullable Object[]> joiner(
      JoinRelation join) {
    int leftWidth = join.left().row().size();
    int rightWidth = join.right().row().size();
    return (left, right) -> {
      @Nullable Object[] row = new Object[leftWidth + rightWidth];
      if (left != null) {
        System.arraycopy(left, 0, row, 0, leftWidth);
      }
      if (right != null) {
        System.arraycopy(right, 0, row, leftWidth, rightWidth);
      }
      return row;
    };
  }

  private static ValueJoiner<@Nullable Object[], @Nullable Object[], @Nullable Object[]> swapped(
      ValueJoiner<@Nullable Object[], @Nullable Object[], @Nullable Object[]> joiner) {
    return (one, other) -> joiner.apply(other, one);
  }

  /** A table's row with all its columns. */
  private static final class SideStep implements TableStep {
    private final RowReader reader;
    private final JoinSide side;

    SideStep(TopologyBuilder topology, JoinSide side) {
      this.reader = topology.reader(side.relation(), "PrependAlias");
      this.side = side;
    }

    @Override
    public RowReader reader() {
      return reader;
    }

    @Override
    public @Nullable Object @Nullable [] apply(
        Object key, @Nullable Object[] value, long timestamp, Headers headers) {
      reader.read(key, value, timestamp, headers);
      return reader.evaluateAll(side.row());
    }
  }

  /** The key stays but is written in another format, and so may belong to another partition. */
  private static final class SameKeyStep implements StreamStep {
    private final RowReader reader;

    SameKeyStep(RowReader reader) {
      this.reader = reader;
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
      output.row(key, value, timestamp);
    }
  }
}
