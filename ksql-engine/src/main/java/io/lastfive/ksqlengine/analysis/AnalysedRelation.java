// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Query.JoinType;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.catalog.DataSource.WindowSpec;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.types.Column;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a query reads: one stream or table, or several joined. */
public sealed interface AnalysedRelation {

  Layout layout();

  /** Whether its rows are a table's. */
  boolean isTable();

  /** The columns of its records' key. */
  List<Column> key();

  FormatSpec keyFormat();

  Optional<WindowSpec> window();

  /**
   * The qualified columns that always equal the key, where the key is one column; a later join on
   * one of them needs no new key.
   */
  List<Expression> keyEquivalents();

  /**
   * A stream or table of the catalog. Its rows are the value columns followed by the header
   * columns.
   */
  record SourceRelation(
      DataSource source, String alias, Layout layout, List<Expression> keyEquivalents)
      implements AnalysedRelation {

    @Override
    public boolean isTable() {
      return !source.isStream();
    }

    @Override
    public List<Column> key() {
      return source.schema().key();
    }

    @Override
    public FormatSpec keyFormat() {
      return source.keyFormat();
    }

    @Override
    public Optional<WindowSpec> window() {
      return source.window();
    }
  }

  /** How two relations meet. */
  enum JoinKind {
    STREAM_STREAM,
    STREAM_TABLE,
    TABLE_TABLE,
    /** The left table's key stays, an expression of its row is the right table's key. */
    FOREIGN_KEY
  }

  /**
   * Two relations joined. Its rows are the left side's columns followed by the right side's.
   *
   * @param key the columns of the result's key
   */
  record JoinRelation(
      JoinKind kind,
      JoinType type,
      JoinSide left,
      JoinSide right,
      Optional<JoinWindow> within,
      Layout layout,
      List<Column> key,
      FormatSpec keyFormat,
      Optional<WindowSpec> window,
      List<Expression> keyEquivalents,
      boolean isTable)
      implements AnalysedRelation {}

  /**
   * One side of a join.
   *
   * @param row what the join sees of the side: key, window bounds, value, headers, pseudo columns
   * @param joinKey the join's expression for this side
   * @param rekeyed whether the side's records must be given that key, and so repartitioned
   */
  record JoinSide(
      AnalysedRelation relation,
      List<AnalysedColumn> row,
      AnalysedColumn joinKey,
      boolean rekeyed) {

    public JoinSide {
      row = List.copyOf(row);
    }
  }

  /**
   * @param grace empty: results come as soon as they can, the old way
   */
  record JoinWindow(Duration before, Duration after, Optional<Duration> grace) {

    /** The same window seen from the other side. */
    public JoinWindow mirrored() {
      Duration otherBefore = after;
      Duration otherAfter = before;
      return new JoinWindow(otherBefore, otherAfter, grace);
    }
  }
}
