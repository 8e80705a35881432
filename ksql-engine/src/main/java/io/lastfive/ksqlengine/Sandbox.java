// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine;

import io.lastfive.ksqlengine.Prepared.Groundwork;
import io.lastfive.ksqlengine.Prepared.Groundwork.DeleteTopic;
import io.lastfive.ksqlengine.Prepared.Groundwork.MakeTopic;
import io.lastfive.ksqlengine.Prepared.Groundwork.RegisterSink;
import io.lastfive.ksqlengine.Prepared.Groundwork.RegisterSource;
import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.analysis.AnalysedStatement;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AlreadyDone;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreate;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreateAs;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedDrop;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedInsertInto;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedInsertValues;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.TopicSettings;
import io.lastfive.ksqlengine.analysis.Analyser;
import io.lastfive.ksqlengine.analysis.CoPartitioning;
import io.lastfive.ksqlengine.ast.Expression.Literal;
import io.lastfive.ksqlengine.ast.Query.Relation;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.ast.Statement.AlterSource;
import io.lastfive.ksqlengine.ast.Statement.CreateAsSelect;
import io.lastfive.ksqlengine.ast.Statement.CreateSource;
import io.lastfive.ksqlengine.ast.Statement.CreateType;
import io.lastfive.ksqlengine.ast.Statement.DropSource;
import io.lastfive.ksqlengine.ast.Statement.DropType;
import io.lastfive.ksqlengine.ast.Statement.InsertInto;
import io.lastfive.ksqlengine.ast.Statement.InsertValues;
import io.lastfive.ksqlengine.ast.Statement.QueryControl;
import io.lastfive.ksqlengine.ast.Statement.SourceKind;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.parser.KsqlParser;
import io.lastfive.ksqlengine.parser.SqlFormatter;
import io.lastfive.ksqlengine.parser.StatementText;
import io.lastfive.ksqlengine.query.QueryUpgrade;
import io.lastfive.ksqlengine.query.StatementCompletion;
import io.lastfive.ksqlengine.query.Topics;
import io.lastfive.ksqlengine.query.Topics.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A copy of the engine's knowledge in which the statements of a request are tried, one after
 * another, before any of them takes effect: topics are made on paper only. For one request and one
 * thread.
 */
public final class Sandbox {
  /** So begins what is found before anything is filled in. */
  private static final String NOT_PREPARED = "Failed to prepare statement: ";

  private final Analyser analyser;
  private final Catalog catalog;
  private final Topics topics;
  private final Map<String, AnalysedQuery> queries;
  private final Map<String, Topic> madeTopics = new HashMap<>();

  /**
   * @param queries the queries that run, by id
   */
  Sandbox(Analyser analyser, Catalog catalog, Topics topics, Map<String, AnalysedQuery> queries) {
    this.analyser = analyser;
    this.catalog = catalog;
    this.topics = topics;
    this.queries = new TreeMap<>(queries);
  }

  public Statement parse(StatementText text) {
    return KsqlParser.parse(text, catalog::type);
  }

  /**
   * Tries a statement: completed, analysed, and taken into the sandbox's knowledge.
   *
   * @param properties what SET said, for this statement
   * @param nextQueryNumber the number that the id of a new query ends with
   * @throws KsqlStatementException what ksqlDB says of the statement
   * @throws KsqlException what ksqlDB says without naming the statement
   */
  public Prepared prepare(
      StatementText text,
      Statement statement,
      Map<String, String> properties,
      long nextQueryNumber) {
    if (statement instanceof CreateSource create) {
      return createSource(text, create, properties, nextQueryNumber);
    }
    if (statement instanceof CreateAsSelect create) {
      return createAs(text, create, properties, nextQueryNumber);
    }
    if (statement instanceof InsertInto insert) {
      return insertInto(text, insert, properties, nextQueryNumber);
    }
    if (statement instanceof InsertValues insert) {
      return insertValues(insert, properties);
    }
    if (statement instanceof DropSource drop) {
      return drop(text, drop, properties);
    }
    if (statement instanceof AlterSource alter) {
      AnalysedStatement analysed = analyse(text.text(), text.text(), alter, properties);
      Analyser.apply(analysed, catalog);
      return command(alter.kind().name(), alter.name(), "alter", text.text(), properties);
    }
    if (statement instanceof CreateType create) {
      AnalysedStatement analysed = analyse(text.text(), text.text(), create, properties);
      if (analysed instanceof AlreadyDone done) {
        return new Prepared.Nothing(done.message());
      }
      Analyser.apply(analysed, catalog);
      return command("type", create.name(), "create", text.text(), properties);
    }
    if (statement instanceof DropType drop) {
      Analyser.apply(analyse(text.text(), text.text(), drop, properties), catalog);
      return command("type", drop.name(), "drop", text.text(), properties);
    }
    if (statement instanceof QueryControl control) {
      return control(text, control, properties);
    }
    return new Prepared.Look(statement);
  }

  private Prepared insertValues(InsertValues insert, Map<String, String> properties) {
    // Without its values, a payment among them, the statement may be shown.
    String shown = SqlFormatter.masked(insert);
    AnalysedStatement row =
        catalog.source(insert.target()).isPresent()
            ? analyse(shown, shown, insert, properties)
            : analyser.analyse(shown, insert, catalog, properties);
    return new Prepared.Insert((AnalysedInsertValues) row);
  }

  private Optional<Topic> topic(String name) {
    Optional<Topic> made = Optional.ofNullable(madeTopics.get(name));
    return made.isPresent() ? made : topics.find(name);
  }

  private MakeTopic makeTopic(TopicSettings settings) {
    if (topic(settings.name()).isEmpty()) {
      madeTopics.put(
          settings.name(),
          new Topic(
              settings.name(),
              settings.partitions().orElse(1),
              settings.replicas().orElse(1),
              settings.retentionMillis().isPresent()
                  ? Optional.of(settings.retentionMillis().getAsLong())
                  : Optional.empty()));
    }
    return new MakeTopic(settings);
  }

  private Prepared createSource(
      StatementText text, CreateSource written, Map<String, String> properties, long number) {
    CreateSource create = StatementCompletion.withFormats(written, properties);
    AnalysedStatement analysed = analyse(text.text(), create, properties);
    if (analysed instanceof AlreadyDone done) {
      return new Prepared.Nothing(done.message());
    }
    AnalysedCreate found = (AnalysedCreate) analysed;
    if (topic(found.topic().name()).isEmpty() && found.topic().partitions().isEmpty()) {
      throw missingTopic(create, found.topic().name());
    }
    CreateSource complete =
        StatementCompletion.withCleanupPolicy(StatementCompletion.withColumns(create, found));
    catalog.put(found.source());
    Optional<String> queryId =
        SourceTables.isKept(found.source())
            ? Optional.of(SourceTables.queryId(create.name(), number))
            : Optional.empty();
    queryId.ifPresent(
        id -> {
          queries.put(id, SourceTables.query(analyser, catalog, found.source()));
          catalog.linkQuery(id, List.of(create.name()), Optional.empty());
        });
    return new Prepared.Distributed(
        new Command(
            KsqlEngine.commandId(create.kind().name(), "`" + create.name() + "`", "create"),
            SqlFormatter.format(complete),
            properties,
            queryId),
        List.of(
            makeTopic(topicOf(found.topic(), complete.properties())),
            new RegisterSource(found.source())));
  }

  private static TopicSettings topicOf(TopicSettings said, Map<String, Literal> properties) {
    String cleanupPolicy =
        Optional.ofNullable(properties.get("CLEANUP_POLICY"))
            .map(policy -> String.valueOf(policy.value()))
            .orElse("delete");
    return new TopicSettings(
        said.name(),
        said.partitions(),
        said.replicas(),
        said.retentionMillis(),
        List.of(cleanupPolicy.split(",")));
  }

  private static KsqlException missingTopic(CreateSource create, String topic) {
    Map<String, Literal> example = new HashMap<>(create.properties());
    example.put("PARTITIONS", new Literal(2, create.position()));
    return new KsqlException(
        "Topic '"
            + topic
            + "' does not exist. If you want to create a new topic for the stream/table please re-run the statement providing the required 'PARTITIONS' configuration in the WITH clause (and optionally 'REPLICAS'). For example: "
            + SqlFormatter.format(
                new CreateSource(
                    create.kind(),
                    create.name(),
                    create.columns(),
                    example,
                    create.orReplace(),
                    create.ifNotExists(),
                    create.isSource(),
                    create.position())));
  }

  private Prepared createAs(
      StatementText text, CreateAsSelect written, Map<String, String> properties, long number) {
    if (written.ifNotExists() && catalog.source(written.name()).isPresent()) {
      return new Prepared.Nothing(
          ((AlreadyDone) analyse(text.text(), text.text(), written, properties)).message());
    }
    refuseUnknownSources(text, written, properties);
    CreateAsSelect create = new StatementCompletion(this::topic, catalog).complete(written);
    String completed = SqlFormatter.format(create);
    // Analysed as written, so that positions are the user's; shown as completed.
    AnalysedCreateAs found =
        (AnalysedCreateAs)
            analyse(
                text.text(),
                completed,
                new CreateAsSelect(
                    create.kind(),
                    create.name(),
                    create.properties(),
                    written.query(),
                    create.orReplace(),
                    create.ifNotExists(),
                    create.position()),
                properties);
    refuseUnlikePartitions(found.query(), completed);
    String queryId =
        replaced(create, found.query())
            .orElse(
                (create.kind() == SourceKind.STREAM ? "CSAS_" : "CTAS_")
                    + create.name()
                    + "_"
                    + number);
    catalog.put(found.sink());
    queries.put(queryId, found.query());
    catalog.linkQuery(queryId, found.query().sourceNames(), Optional.of(create.name()));
    return new Prepared.Distributed(
        new Command(
            KsqlEngine.commandId(create.kind().name(), "`" + create.name() + "`", "create"),
            completed,
            properties,
            Optional.of(queryId)),
        List.of(makeTopic(found.topic()), new RegisterSink(found.sink())));
  }

  /** The query whose place a CREATE OR REPLACE takes, if there is one and it may. */
  private Optional<String> replaced(CreateAsSelect create, AnalysedQuery replacement) {
    List<String> writers = catalog.writersOf(create.name());
    if (writers.size() > 1) {
      throw new KsqlException(
          "REPLACE for sink "
              + create.name()
              + " is not supported because there are multiple queries writing into it: "
              + writers);
    }
    Optional<String> replaced = writers.stream().findFirst();
    replaced
        .map(queries::get)
        .ifPresent(running -> QueryUpgrade.refuseImpossible(running, replacement));
    return replaced;
  }

  private void refuseUnlikePartitions(AnalysedQuery query, String text) {
    try {
      CoPartitioning.check(query, name -> topic(name).map(Topic::partitions));
    } catch (KsqlException e) {
      throw new KsqlStatementException(String.valueOf(e.getMessage()), text, e);
    }
  }

  /** Before anything is filled in, so that the statement is shown as it was written. */
  private void refuseUnknownSources(
      StatementText text, CreateAsSelect create, Map<String, String> properties) {
    if (create.query().from() instanceof Relation.Source source
        && catalog.source(source.name()).isEmpty()) {
      analyse(text.text(), text.text(), create, properties);
    }
  }

  private Prepared insertInto(
      StatementText text, InsertInto insert, Map<String, String> properties, long number) {
    AnalysedInsertInto found =
        (AnalysedInsertInto) analyse(text.text(), text.text(), insert, properties);
    refuseUnlikePartitions(found.query(), text.text());
    String queryId = found.queryId().orElse("INSERTQUERY_" + number);
    if (queries.putIfAbsent(queryId, found.query()) != null) {
      throw new KsqlStatementException(
          "Query ID '" + queryId + "' already exists.", text.text(), new KsqlException(queryId));
    }
    catalog.linkQuery(queryId, found.query().sourceNames(), Optional.of(insert.target()));
    return new Prepared.Distributed(
        new Command(
            KsqlEngine.commandId(
                found.target().kind().name(), "`" + insert.target() + "`", "create"),
            text.text(),
            properties,
            Optional.of(queryId)),
        List.of(new RegisterSink(found.target())));
  }

  private Prepared drop(StatementText text, DropSource drop, Map<String, String> properties) {
    AnalysedStatement analysed = analyse(text.text(), text.text(), drop, properties);
    String shown = text.text();
    List<Groundwork> groundwork = List.of();
    if (analysed instanceof AnalysedDrop found) {
      List<String> readers =
          catalog.readersOf(drop.name()).stream()
              .filter(id -> made(id).isEmpty() && !SourceTables.keeps(id, drop.name()))
              .toList();
      List<String> writers =
          catalog.writersOf(drop.name()).stream().filter(id -> made(id).isEmpty()).toList();
      List<String> dependents =
          catalog.readersOf(drop.name()).stream().flatMap(id -> made(id).stream()).toList();
      if (!readers.isEmpty() || !writers.isEmpty()) {
        throw new KsqlStatementException(
            "Cannot drop "
                + drop.name()
                + ".\nThe following queries read from this source: "
                + readers
                + ".\nThe following queries write into this source: "
                + writers
                + ".\nYou need to terminate them before dropping "
                + drop.name()
                + ".",
            text.text(),
            new KsqlException(drop.name()));
      }
      if (!dependents.isEmpty()) {
        throw new KsqlStatementException(
            "Cannot drop "
                + drop.name()
                + ".\nThe following streams and/or tables read from this source: "
                + dependents
                + ".\nYou need to drop them before dropping "
                + drop.name()
                + ".",
            text.text(),
            new KsqlException(drop.name()));
      }
      if (found.deleteTopic()) {
        groundwork = List.of(new DeleteTopic(found.source().topic()));
        shown =
            SqlFormatter.format(
                new DropSource(drop.kind(), drop.name(), drop.ifExists(), false, drop.position()));
      }
      catalog.remove(drop.name());
    }
    return new Prepared.Distributed(
        new Command(
            KsqlEngine.commandId(drop.kind().name(), drop.name(), "drop"),
            shown,
            properties,
            Optional.empty()),
        groundwork);
  }

  /** The stream or table that a query was made with, and ends with. */
  private Optional<String> made(String queryId) {
    return Optional.ofNullable(queries.get(queryId))
        .flatMap(AnalysedQuery::sink)
        .map(DataSource::name)
        .filter(
            sink ->
                queryId.startsWith("CSAS_" + sink + "_")
                    || queryId.startsWith("CTAS_" + sink + "_"));
  }

  private Prepared control(
      StatementText text, QueryControl control, Map<String, String> properties) {
    if (control.queryId().isPresent() && !queries.containsKey(control.queryId().get())) {
      String id = control.queryId().get();
      throw new KsqlStatementException(
          "Unknown queryId: " + id, text.text(), new KsqlException(id));
    }
    if (control.action() == QueryControl.Action.TERMINATE) {
      control.queryId().ifPresent(id -> refuseSourceTable(id, text.text()));
    }
    String type = control.action().name().toLowerCase(Locale.ROOT);
    if (control.action() == QueryControl.Action.TERMINATE) {
      List<String> ended =
          control.queryId().map(List::of).orElseGet(() -> List.copyOf(queries.keySet()));
      ended.forEach(catalog::unlinkQuery);
      queries.keySet().removeAll(ended);
    }
    return command(type, control.queryId().orElse("ALL"), "execute", text.text(), properties);
  }

  private void refuseSourceTable(String queryId, String text) {
    AnalysedQuery query = queries.get(queryId);
    if (query != null && query.sink().isEmpty()) {
      throw new KsqlStatementException(
          "Cannot terminate query '" + queryId + "' as it is linked to a source table.",
          text,
          new KsqlException(queryId));
    }
  }

  /** What ksqlDB shows of a CREATE depends on how far it had come when it found the mistake. */
  private AnalysedStatement analyse(
      String written, CreateSource create, Map<String, String> properties) {
    String complete = SqlFormatter.format(StatementCompletion.withCleanupPolicy(create));
    boolean isThere = catalog.source(create.name()).isPresent();
    String shown = isThere ? complete : SqlFormatter.format(create);
    try {
      return analyser.analyse(complete, create, catalog, properties);
    } catch (KsqlException e) {
      throw refused(e, written, shown);
    }
  }

  private AnalysedStatement analyse(
      String written, String shown, Statement statement, Map<String, String> properties) {
    try {
      return analyser.analyse(shown, statement, catalog, properties);
    } catch (KsqlException e) {
      throw refused(e, written, shown);
    }
  }

  private static KsqlStatementException refused(KsqlException e, String written, String shown) {
    String message = String.valueOf(e.getMessage());
    return new KsqlStatementException(
        message, message.startsWith(NOT_PREPARED) ? written : shown, e);
  }

  private static Prepared command(
      String type, String entity, String action, String text, Map<String, String> properties) {
    return new Prepared.Distributed(
        new Command(KsqlEngine.commandId(type, entity, action), text, properties, Optional.empty()),
        List.of());
  }
}
