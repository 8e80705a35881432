// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.catalog.DataSource.WindowKind;
import io.lastfive.ksqlengine.functions.FunctionCatalog.AggregateBody;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * GROUP BY with its aggregate functions. What follows (HAVING, the projection) reads rows whose key
 * is the group's and whose value holds one result a function.
 *
 * @param groupBy the columns of the group's key
 * @param rekeyed whether that is another key than the source's, so that records are repartitioned
 * @param arguments the arguments of all functions, one after the other
 * @param emitFinal EMIT FINAL: a window's result only once, when it is closed
 * @param required the source's columns that it reads, for the plan
 */
public record AnalysedAggregate(
    List<AnalysedColumn> groupBy,
    boolean rekeyed,
    List<AnalysedColumn> arguments,
    List<AggregateColumn> functions,
    Optional<AggregateWindow> window,
    boolean emitFinal,
    List<Column> required) {

  public AnalysedAggregate {
    groupBy = List.copyOf(groupBy);
    arguments = List.copyOf(arguments);
    functions = List.copyOf(functions);
    required = List.copyOf(required);
  }

  /** What the state store holds of each function. */
  public List<Column> state() {
    return functions.stream()
        .map(function -> new Column(function.name(), function.body().aggregateType()))
        .toList();
  }

  /**
   * One function.
   *
   * @param firstArgument where its arguments begin among {@link #arguments()}
   * @param text the call as SQL
   */
  public record AggregateColumn(
      String name,
      SqlType type,
      AggregateBody body,
      int firstArgument,
      int argumentCount,
      String text) {}

  /**
   * @param size of the windows; for sessions the gap that ends one
   * @param advance of hopping windows, otherwise the size
   */
  public record AggregateWindow(
      WindowKind kind,
      Duration size,
      Duration advance,
      Optional<Duration> grace,
      Optional<Duration> retention) {}
}
