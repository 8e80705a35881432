// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.catalog.DataSource.WindowSpec;
import io.lastfive.ksqlengine.functions.FunctionCatalog.TableBody;
import io.lastfive.ksqlengine.types.RowSchema;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * A SELECT with every name resolved and every expression compiled. Rows pass its parts in this
 * order: from, where, table functions, aggregate, having, projection, sink.
 *
 * @param isTable whether the result is a table
 * @param window of the result's key
 * @param schema the result's columns; a push query has no key columns, every column is a value
 * @param sink empty for push queries
 */
public record AnalysedQuery(
    AnalysedRelation from,
    Optional<AnalysedFilter> where,
    List<AnalysedTableFunction> tableFunctions,
    Optional<AnalysedAggregate> aggregate,
    Optional<AnalysedFilter> having,
    AnalysedProjection projection,
    boolean isTable,
    Optional<WindowSpec> window,
    RowSchema schema,
    OptionalInt limit,
    Optional<DataSource> sink) {

  public AnalysedQuery {
    tableFunctions = List.copyOf(tableFunctions);
  }

  /**
   * A table function: each value it answers makes a row, in which it stands after the columns of
   * the row it came from.
   */
  public record AnalysedTableFunction(
      TableBody body, List<Evaluator> arguments, SqlType type, String text) {

    public AnalysedTableFunction {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * The columns that leave the query.
   *
   * @param partitionBy the new key; empty where records keep theirs; an empty list: no key
   */
  public record AnalysedProjection(
      Optional<List<PartitionColumn>> partitionBy, List<AnalysedColumn> values) {

    public AnalysedProjection {
      values = List.copyOf(values);
    }
  }

  /**
   * @param keyOnly whether it can be told from the key alone, and so without a value
   */
  public record PartitionColumn(AnalysedColumn column, boolean keyOnly) {}

  /** The names of the streams and tables it reads, sorted. */
  public Set<String> sourceNames() {
    Set<String> names = new TreeSet<>();
    sources(from).forEach(source -> names.add(source.source().name()));
    return names;
  }

  /** The streams and tables it reads, in the order of the FROM clause. */
  public List<AnalysedRelation.SourceRelation> sources() {
    return sources(from);
  }

  /** The streams and tables of a relation, from left to right. */
  static List<AnalysedRelation.SourceRelation> sources(AnalysedRelation relation) {
    if (relation instanceof AnalysedRelation.SourceRelation source) {
      return List.of(source);
    }
    if (relation instanceof AnalysedRelation.JoinRelation join) {
      return java.util.stream.Stream.concat(
              sources(join.left().relation()).stream(), sources(join.right().relation()).stream())
          .toList();
    }
    throw new IllegalStateException("Unknown relation " + relation.getClass().getName());
  }
}
