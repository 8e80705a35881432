// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.catalog.DataSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A pull query: rows of a materialized table are looked up by key where the WHERE clause names
 * keys, otherwise all are read; then the whole condition and the projection are applied. The
 * expressions read rows as the table's topic has them: its key columns, its value columns.
 *
 * @param keys the keys to look up, each in the order of the key columns; empty: scan
 * @param windowStart the bounds of WINDOWSTART that the condition implies, for windowed tables
 * @param columns the answer's columns in the order of the SELECT clause
 * @param isKey for each of them whether it is a key column or window bound of the table
 */
public record PullQuery(
    DataSource table,
    Optional<List<@Nullable Object[]>> keys,
    Bounds windowStart,
    Bounds windowEnd,
    Optional<AnalysedFilter> where,
    List<AnalysedColumn> columns,
    List<Boolean> isKey,
    OptionalInt limit) {

  /** Epoch milliseconds, both inclusive; empty: open. */
  public record Bounds(OptionalLong lowest, OptionalLong highest) {
    public static final Bounds OPEN = new Bounds(OptionalLong.empty(), OptionalLong.empty());
  }
}
