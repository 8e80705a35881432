// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine;

import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedPush;
import io.lastfive.ksqlengine.analysis.Analyser;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.parser.KsqlParser;
import io.lastfive.ksqlengine.parser.SqlFormatter;
import io.lastfive.ksqlengine.parser.StatementText;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * CREATE SOURCE TABLE: the rows of its topic are kept by a query without a sink, from the first
 * record on, so that pull queries find them.
 */
final class SourceTables {
  static final Map<String, String> FROM_BEGINNING = Map.of("auto.offset.reset", "earliest");

  private SourceTables() {}

  /** Whether a table is kept: it has a key to look rows up by, and something to be found there. */
  static boolean isKept(DataSource source) {
    return source.isSource()
        && !source.isStream()
        && source.window().isEmpty()
        && !source.schema().value().isEmpty();
  }

  static String queryId(String table, long number) {
    return prefix(table) + number;
  }

  /** Whether it is the query that keeps the table. */
  static boolean keeps(String queryId, String table) {
    return queryId.startsWith(prefix(table));
  }

  private static String prefix(String table) {
    return "CST_" + table + "_";
  }

  /** Reads the table's value columns, in their order. */
  static AnalysedQuery query(Analyser analyser, Catalog catalog, DataSource table) {
    String columns =
        table.schema().value().stream()
            .map(column -> SqlFormatter.quoted(column.name()))
            .collect(Collectors.joining(", "));
    String sql =
        "SELECT " + columns + " FROM " + SqlFormatter.quoted(table.name()) + " EMIT CHANGES;";
    Statement select = KsqlParser.parse(new StatementText(sql), catalog::type);
    return ((AnalysedPush) analyser.analyse(sql, select, catalog, Map.of())).query();
  }
}
