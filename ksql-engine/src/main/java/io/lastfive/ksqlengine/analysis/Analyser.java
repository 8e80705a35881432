// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.UnsupportedKsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AlreadyDone;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedAlter;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreateAs;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreateType;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedDrop;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedDropType;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedInsertInto;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedPush;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Query;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.ast.Statement.AlterSource;
import io.lastfive.ksqlengine.ast.Statement.ColumnDefinition;
import io.lastfive.ksqlengine.ast.Statement.CreateAsSelect;
import io.lastfive.ksqlengine.ast.Statement.CreateSource;
import io.lastfive.ksqlengine.ast.Statement.CreateType;
import io.lastfive.ksqlengine.ast.Statement.DropSource;
import io.lastfive.ksqlengine.ast.Statement.DropType;
import io.lastfive.ksqlengine.ast.Statement.InsertInto;
import io.lastfive.ksqlengine.ast.Statement.InsertValues;
import io.lastfive.ksqlengine.ast.Statement.SelectQuery;
import io.lastfive.ksqlengine.ast.Statement.SourceKind;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.functions.FunctionCatalog;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.RowSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Entry point: resolves a statement against the catalog, or says in ksqlDB's words why it cannot
 * be. It changes nothing: {@link #apply} does, once the statement is to take effect. What parses
 * but is left out is refused with {@link UnsupportedKsqlException}.
 */
public final class Analyser {
  private final FunctionCatalog functions;
  private final SchemaStore schemas;
  private final Function<Expression, String> format;

  /**
   * @param format expressions as SQL, for messages and plans
   */
  public Analyser(
      FunctionCatalog functions, SchemaStore schemas, Function<Expression, String> format) {
    this.functions = functions;
    this.schemas = schemas;
    this.format = format;
  }

  /** A statement of the command log: completed when it was written there. */
  public AnalysedStatement analyseCommand(
      String text, Statement statement, Catalog catalog, Map<String, String> config) {
    return statement instanceof CreateSource create
        ? new SourceAnalyser(schemas, true).analyse(text, create, catalog, config)
        : analyse(text, statement, catalog, config);
  }

  /**
   * @param text the statement as it is to be shown: in messages and by DESCRIBE
   * @param config the properties that hold for the statement ({@code ksql.persistence....})
   */
  public AnalysedStatement analyse(
      String text, Statement statement, Catalog catalog, Map<String, String> config) {
    if (statement instanceof CreateSource create) {
      return new SourceAnalyser(schemas, false).analyse(text, create, catalog, config);
    }
    if (statement instanceof CreateAsSelect create) {
      return createAs(text, create, catalog, config);
    }
    if (statement instanceof InsertInto insert) {
      return insertInto(insert, catalog);
    }
    if (statement instanceof SelectQuery select) {
      return select(select, catalog, config);
    }
    if (statement instanceof InsertValues insert) {
      return new InsertValuesAnalyser(functions, format).analyse(insert, catalog, config);
    }
    if (statement instanceof DropSource drop) {
      return drop(drop, catalog);
    }
    if (statement instanceof AlterSource alter) {
      return alter(text, alter, catalog);
    }
    if (statement instanceof CreateType create) {
      return createType(create, catalog);
    }
    if (statement instanceof DropType drop) {
      return dropType(drop, catalog);
    }
    throw new UnsupportedKsqlException(
        statement.getClass().getSimpleName(),
        "Only statements that define, change or query streams and tables are analyzed.");
  }

  /** Lets a statement take effect on the catalog; queries and their topics are others' work. */
  public static void apply(AnalysedStatement statement, Catalog catalog) {
    if (statement instanceof AnalysedStatement.AnalysedCreate create) {
      catalog.put(create.source());
    } else if (statement instanceof AnalysedCreateAs create) {
      catalog.put(create.sink());
    } else if (statement instanceof AnalysedDrop drop) {
      catalog.remove(drop.source().name());
    } else if (statement instanceof AnalysedAlter alter) {
      catalog.put(alter.altered());
    } else if (statement instanceof AnalysedCreateType create) {
      catalog.putType(create.name(), create.type());
    } else if (statement instanceof AnalysedDropType drop) {
      catalog.removeType(drop.name());
    }
  }

  private AnalysedStatement createAs(
      String text, CreateAsSelect create, Catalog catalog, Map<String, String> config) {
    WithProperties with = WithProperties.ofCreateAs(create.properties());
    Optional<String> exists = SourceAnalyser.alreadyExists(create.kind(), create.name(), catalog);
    if (exists.isPresent() && create.ifNotExists()) {
      return new AlreadyDone(exists.get());
    }
    refuseLimit("CREATE " + create.kind() + " AS SELECT", create.query());
    try {
      AnalysedQuery query =
          new QueryAnalyser(functions.withProperties(config), format)
              .analyse(create.query(), catalog, Optional.of(create.name()));
      checkResult(create, query, text);
      AnalysedCreateAs analysed =
          new SinkAnalyser(schemas).createAs(text, create, with, query, config);
      catalog
          .source(create.name())
          .ifPresent(
              old -> {
                if (!create.orReplace()) {
                  throw SourceAnalyser.alreadyThere(create.kind(), old);
                }
                if (catalog.writersOf(old.name()).size() > 1) {
                  throw new KsqlException(
                      "REPLACE for sink "
                          + old.name()
                          + " is not supported because there are multiple queries writing into"
                          + " it: "
                          + catalog.writersOf(old.name()));
                }
                SchemaRules.checkUpgrade(old, analysed.sink());
              });
      return analysed;
    } catch (UnsupportedKsqlException e) {
      throw e;
    } catch (KsqlException e) {
      throw isPreparing(e)
          ? e
          : new KsqlException(
              "Could not determine output schema for query due to error: " + e.getMessage(), e);
    }
  }

  /** A query that runs for ever has no last row. */
  private static void refuseLimit(String statement, Query query) {
    if (query.limit().isPresent()) {
      throw new KsqlException(statement + " statements don't support LIMIT clause.");
    }
  }

  /** What ksqlDB notices before it looks at the schema keeps its own words. */
  private static boolean isPreparing(KsqlException e) {
    String message = String.valueOf(e.getMessage());
    return message.startsWith("Failed to prepare statement: ")
        || message.startsWith("Exception while preparing statement: ")
        || message.startsWith("Cannot add ")
        || message.startsWith("REPLACE for sink ")
        || message.startsWith("Cannot upgrade ");
  }

  private static void checkResult(CreateAsSelect create, AnalysedQuery query, String text) {
    if (query.isTable() && create.kind() == SourceKind.STREAM) {
      throw new KsqlException(
          "Invalid result type. Your SELECT query produces a TABLE. Please use CREATE TABLE AS"
              + " SELECT statement instead.\nStatement: "
              + text);
    }
    if (!query.isTable() && create.kind() == SourceKind.TABLE) {
      throw new KsqlException(
          "Invalid result type. Your SELECT query produces a STREAM. Please use CREATE STREAM AS"
              + " SELECT statement instead.\nStatement: "
              + text);
    }
  }

  private AnalysedStatement insertInto(InsertInto insert, Catalog catalog) {
    refuseLimit("INSERT INTO", insert.query());
    WithProperties with = WithProperties.ofInsertInto(insert.properties());
    DataSource target =
        catalog
            .source(insert.target())
            .orElseThrow(
                () ->
                    new KsqlException(
                        Layout.at(insert.position())
                            + "Source `"
                            + insert.target()
                            + "` does not exist."));
    if (!target.isStream()) {
      throw new KsqlException(
          "INSERT INTO can only be used to insert into a stream. "
              + target.name()
              + " is a table.");
    }
    if (!target.schema().headers().isEmpty()) {
      throw new KsqlException(
          "Cannot insert into " + target.name() + " because it has header columns");
    }
    if (target.isSource()) {
      throw new KsqlException("Cannot insert into read-only stream: " + target.name());
    }
    AnalysedQuery query =
        new QueryAnalyser(functions, format)
            .analyse(insert.query(), catalog, Optional.of(target.name()));
    if (query.isTable()) {
      throw new KsqlException(
          "Invalid result type. Your SELECT query produces a TABLE. Please use CREATE TABLE AS"
              + " SELECT statement instead.");
    }
    return new AnalysedInsertInto(
        target, new SinkAnalyser(schemas).insertInto(target, query), with.queryId());
  }

  private AnalysedStatement select(
      SelectQuery select, Catalog catalog, Map<String, String> config) {
    if (select.query().emit().isEmpty()) {
      Optional<AnalysedStatement> pull =
          new PullAnalyser(functions, format).analyse(select.query(), catalog, config);
      if (pull.isPresent()) {
        return pull.get();
      }
    }
    return new AnalysedPush(
        new QueryAnalyser(functions.withProperties(config), format)
            .analyse(select.query(), catalog, Optional.empty()));
  }

  private static AnalysedStatement drop(DropSource drop, Catalog catalog) {
    Optional<DataSource> source = catalog.source(drop.name());
    String kind = drop.kind() == SourceKind.STREAM ? "Stream" : "Table";
    if (source.isEmpty()) {
      if (drop.ifExists()) {
        return new AlreadyDone("Source `" + drop.name() + "` does not exist.");
      }
      throw new KsqlException(kind + " " + drop.name() + " does not exist.");
    }
    if (source.get().kind() != drop.kind()) {
      throw new KsqlException(
          "Incompatible data source type is "
              + lower(source.get().kind())
              + ", but statement was DROP "
              + lower(drop.kind()));
    }
    if (drop.deleteTopic() && source.get().isSource()) {
      throw new KsqlException("Cannot delete topic for read-only source: " + drop.name());
    }
    return new AnalysedDrop(source.get(), drop.deleteTopic());
  }

  private static String lower(SourceKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static AnalysedStatement alter(String text, AlterSource alter, Catalog catalog) {
    String kind = lower(alter.kind());
    DataSource source =
        catalog
            .source(alter.name())
            .orElseThrow(() -> new KsqlException("Source " + alter.name() + " does not exist."));
    if (source.kind() != alter.kind()) {
      throw new KsqlException(
          "Incompatible data source type is "
              + lower(source.kind())
              + ", but statement was ALTER "
              + lower(alter.kind()));
    }
    if (source.asSelect()) {
      throw new KsqlException("ALTER command is not supported for CREATE ... AS statements.");
    }
    if (source.isSource()) {
      throw new KsqlException(
          "Cannot alter "
              + kind
              + " '"
              + alter.name()
              + "': ALTER operations are not supported on source "
              + kind
              + "s.");
    }
    List<Column> values = new ArrayList<>(source.schema().value());
    for (ColumnDefinition added : alter.added()) {
      boolean there =
          source.schema().columns().stream().anyMatch(c -> c.name().equals(added.name()));
      if (there) {
        throw new KsqlException(
            "Cannot add column `"
                + added.name()
                + "` to schema. A column with the same name"
                + " already exists.");
      }
      values.add(new Column(added.name(), added.type()));
    }
    RowSchema schema = new RowSchema(source.schema().key(), values, source.schema().headers());
    SchemaRules.checkNoDuplicates(schema);
    SchemaRules.checkFormats(schema, source.keyFormat(), source.valueFormat());
    return new AnalysedAlter(source.altered(schema, text));
  }

  private static AnalysedStatement createType(CreateType create, Catalog catalog) {
    if (catalog.type(create.name()).isPresent()) {
      String message =
          "Cannot register custom type '"
              + create.name()
              + "' since it is already registered with type: "
              + catalog.type(create.name()).get().toSql(true);
      if (create.ifNotExists()) {
        return new AlreadyDone(message);
      }
      throw new KsqlException(message);
    }
    return new AnalysedCreateType(create.name(), create.type());
  }

  private static AnalysedStatement dropType(DropType drop, Catalog catalog) {
    if (catalog.type(drop.name()).isEmpty()) {
      if (drop.ifExists()) {
        return new AlreadyDone("Type '" + drop.name() + "' does not exist");
      }
      throw new KsqlException("Type " + drop.name() + " does not exist.");
    }
    return new AnalysedDropType(drop.name());
  }
}
