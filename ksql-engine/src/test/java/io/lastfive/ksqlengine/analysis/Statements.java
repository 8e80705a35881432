// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.functions.BuiltInFunctions;
import io.lastfive.ksqlengine.parser.KsqlParser;
import io.lastfive.ksqlengine.parser.SqlFormatter;
import io.lastfive.ksqlengine.parser.StatementText;
import io.lastfive.ksqlengine.serde.InMemorySchemaStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Analyzes statements one after the other, each taking effect before the next. */
public final class Statements {
  private final Catalog catalog = new Catalog();
  private final InMemorySchemaStore schemas = new InMemorySchemaStore();
  private final Analyser analyser =
      new Analyser(new BuiltInFunctions(), schemas, SqlFormatter::format);

  /** The last of the statements, as analyzed. */
  public AnalysedStatement analyse(String sql) {
    List<AnalysedStatement> analysed = new ArrayList<>();
    for (StatementText text : KsqlParser.split(sql)) {
      Statement statement = KsqlParser.parse(text, catalog::type);
      AnalysedStatement result =
          analyser.analyse(SqlFormatter.format(statement), statement, catalog, Map.of());
      Analyser.apply(result, catalog);
      analysed.add(result);
    }
    return analysed.get(analysed.size() - 1);
  }

  public Catalog catalog() {
    return catalog;
  }

  public InMemorySchemaStore schemas() {
    return schemas;
  }
}
