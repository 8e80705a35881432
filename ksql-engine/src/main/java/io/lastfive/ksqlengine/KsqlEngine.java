// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine;

import io.lastfive.ksqlengine.Prepared.Groundwork;
import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.SourceRelation;
import io.lastfive.ksqlengine.analysis.AnalysedStatement;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AlreadyDone;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedAlter;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreate;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreateAs;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreateType;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedDrop;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedDropType;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedInsertInto;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedInsertValues;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedPull;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedPush;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.TopicSettings;
import io.lastfive.ksqlengine.analysis.Analyser;
import io.lastfive.ksqlengine.analysis.CoPartitioning;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.ast.Statement.QueryControl;
import io.lastfive.ksqlengine.ast.Statement.SourceKind;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.functions.FunctionCatalog;
import io.lastfive.ksqlengine.parser.KsqlParser;
import io.lastfive.ksqlengine.parser.SqlFormatter;
import io.lastfive.ksqlengine.parser.StatementText;
import io.lastfive.ksqlengine.query.PersistentQueries;
import io.lastfive.ksqlengine.query.PersistentQuery;
import io.lastfive.ksqlengine.query.PullRows;
import io.lastfive.ksqlengine.query.PushQuery;
import io.lastfive.ksqlengine.query.RowInserter;
import io.lastfive.ksqlengine.query.StreamsSettings;
import io.lastfive.ksqlengine.query.TopicProcessingLog;
import io.lastfive.ksqlengine.query.Topics;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import io.lastfive.ksqlengine.serde.RegisteredSchemas;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Entry point: the embedded engine. It reads ksqlDB's language, runs every persistent query as a
 * Kafka Streams instance of its own, and answers push and pull queries. A statement goes this way:
 *
 * <ol>
 *   <li>{@link #sandbox()} prepares it: parsed, completed, analysed against a copy of the catalog;
 *   <li>{@link #lay} makes the topics and schemas it stands on;
 *   <li>the server appends what changes something to the command log;
 *   <li>{@link #execute} carries it out, when it is read from there. At a start the whole log is
 *       executed, and {@link #startQueries} then starts the queries that are left; they resume at
 *       their committed offsets.
 * </ol>
 *
 * Commands are executed one at a time; everything else may be called from any thread.
 */
public final class KsqlEngine implements AutoCloseable {
  private final EngineConfig config;
  private final FunctionCatalog functions;
  private final Analyser analyser;
  private final Topics topics;
  private final SchemaStore schemas;
  private final TopicProcessingLog log;
  private final PersistentQueries queries;
  private final RowInserter inserter;
  private final Catalog catalog = new Catalog();

  public KsqlEngine(EngineConfig config, FunctionCatalog functions, SchemaStore schemas) {
    this.config = config;
    this.functions = functions;
    this.schemas = schemas;
    this.analyser = new Analyser(functions, schemas, SqlFormatter::format);
    this.topics = new Topics(config.kafka());
    this.log = new TopicProcessingLog(config);
    this.queries = new PersistentQueries(config, schemas, log, topics);
    this.inserter = new RowInserter(config, schemas);
  }

  public EngineConfig config() {
    return config;
  }

  public FunctionCatalog functions() {
    return functions;
  }

  public Topics topics() {
    return topics;
  }

  public SchemaStore schemas() {
    return schemas;
  }

  /** A copy of what is known now. */
  public Catalog catalog() {
    synchronized (catalog) {
      return catalog.copy();
    }
  }

  /** The persistent queries, the oldest first. */
  public List<PersistentQuery> queries() {
    return queries.all();
  }

  public Optional<PersistentQuery> query(String id) {
    return queries.find(id);
  }

  /** A copy of the engine's knowledge, in which a request's statements are tried in order. */
  public Sandbox sandbox() {
    Map<String, AnalysedQuery> running = new HashMap<>();
    queries.all().forEach(query -> running.put(query.id(), query.query()));
    return new Sandbox(analyser, catalog(), topics, running);
  }

  /** Makes the topics and registers the schemas that a command stands on; may run twice. */
  public void lay(List<Groundwork> groundwork) {
    for (Groundwork work : groundwork) {
      if (work instanceof Groundwork.MakeTopic make) {
        makeTopic(make.topic());
      } else if (work instanceof Groundwork.RegisterSource register) {
        DataSource source = register.source();
        RegisteredSchemas.registerIfAbsent(
            source.schema().key(), source.keyFormat(), true, source.topic(), schemas);
        RegisteredSchemas.registerIfAbsent(
            source.schema().value(), source.valueFormat(), false, source.topic(), schemas);
      } else if (work instanceof Groundwork.RegisterSink register) {
        DataSource sink = register.sink();
        RegisteredSchemas.registerForQuery(
            sink.schema().key(), sink.keyFormat(), true, sink.topic(), schemas);
        RegisteredSchemas.registerForQuery(
            sink.schema().value(), sink.valueFormat(), false, sink.topic(), schemas);
      } else if (work instanceof Groundwork.DeleteTopic delete) {
        // A query that cannot write any more would take half a minute to end.
        queries.stopWritersOf(delete.topic());
        topics.delete(List.of(delete.topic()));
      } else {
        throw new IllegalStateException("unknown groundwork " + work.getClass().getName());
      }
    }
  }

  private void makeTopic(TopicSettings settings) {
    if (topics.find(settings.name()).isPresent()) {
      return;
    }
    Map<String, String> topicConfig = new HashMap<>();
    if (!settings.cleanupPolicy().isEmpty()) {
      topicConfig.put(
          TopicConfig.CLEANUP_POLICY_CONFIG, String.join(",", settings.cleanupPolicy()));
    }
    settings
        .retentionMillis()
        .ifPresent(
            millis -> topicConfig.put(TopicConfig.RETENTION_MS_CONFIG, String.valueOf(millis)));
    topics.create(
        settings.name(),
        settings.partitions().orElse(1),
        settings.replicas().orElse(1),
        topicConfig);
  }

  /**
   * Carries a command out.
   *
   * @param start whether a query it makes is started at once; while the log is replayed it is not
   * @throws KsqlException where it makes no sense any more
   */
  public CommandOutcome execute(Command command, boolean start) {
    Statement statement =
        KsqlParser.parse(new StatementText(command.statement()), name -> catalog().type(name));
    if (statement instanceof QueryControl control) {
      return control(control);
    }
    AnalysedStatement analysed =
        analyser.analyseCommand(command.statement(), statement, catalog(), command.properties());
    if (analysed instanceof AnalysedDrop drop) {
      // The query that made it goes with it, or the one that keeps it.
      String name = drop.source().name();
      catalog().writersOf(name).forEach(this::terminate);
      catalog().readersOf(name).stream()
          .filter(id -> SourceTables.keeps(id, name))
          .forEach(this::terminate);
    }
    change(known -> Analyser.apply(analysed, known));
    if (analysed instanceof AnalysedCreate create && command.queryId().isPresent()) {
      return keep(command, create.source(), start);
    }
    if (analysed instanceof AnalysedCreate create) {
      return new CommandOutcome(created(create.source().kind()), Optional.empty());
    }
    if (analysed instanceof AnalysedCreateAs create) {
      return runOrForget(command, create, start);
    }
    if (analysed instanceof AnalysedInsertInto insert) {
      return run(command, insert.query(), insert.target(), start);
    }
    if (analysed instanceof AnalysedDrop drop) {
      return new CommandOutcome(
          "Source `"
              + drop.source().name()
              + "` (topic: "
              + drop.source().topic()
              + ") was dropped.",
          Optional.empty());
    }
    if (analysed instanceof AnalysedAlter alter) {
      String kind = alter.altered().isStream() ? "Stream " : "Table ";
      return new CommandOutcome(kind + alter.altered().name() + " altered.", Optional.empty());
    }
    if (analysed instanceof AnalysedCreateType create) {
      return new CommandOutcome(
          "Registered custom type with name '"
              + create.name()
              + "' and SQL type "
              + create.type().toSql(true),
          Optional.empty());
    }
    if (analysed instanceof AnalysedDropType drop) {
      return new CommandOutcome("Dropped type '" + drop.name() + "'", Optional.empty());
    }
    if (analysed instanceof AlreadyDone done) {
      return new CommandOutcome(done.message(), Optional.empty());
    }
    throw new IllegalStateException("not a command: " + analysed.getClass().getName());
  }

  /** Starts the queries that the replayed commands left; afterwards commands start their own. */
  public void startQueries() {
    queries.startAll();
  }

  /** Writes a row and waits until Kafka has it. */
  public void insert(AnalysedInsertValues row) {
    inserter.insert(row);
  }

  /** Starts a push query; the caller closes it. */
  public PushQuery push(AnalysedPush push, Map<String, String> properties) {
    CoPartitioning.check(push.query(), name -> topics.find(name).map(Topics.Topic::partitions));
    return PushQuery.start(
        config, schemas, log, topics, push.query(), properties, isScalable(push, properties));
  }

  /** Whether ksqlDB would take the rows from the one query that writes them, where that is on. */
  private boolean isScalable(AnalysedPush push, Map<String, String> properties) {
    AnalysedQuery query = push.query();
    return StreamsSettings.own(config, properties, "ksql.query.push.v2.enabled")
            .map(Boolean::parseBoolean)
            .orElse(false)
        && query.from() instanceof SourceRelation source
        && query.aggregate().isEmpty()
        && query.tableFunctions().isEmpty()
        && catalog().writersOf(source.source().name()).size() == 1
        && StreamsSettings.value(config, properties, "auto.offset.reset").equals("latest");
  }

  /** The rows a materialized table has now. */
  public PullRows pull(AnalysedPull pull) {
    return queries.pull(pull.query());
  }

  /** Analyses a SELECT for {@link #push} or {@link #pull}. */
  public AnalysedStatement analyseQuery(
      String text, Statement statement, Map<String, String> properties) {
    Map<String, String> effective = new HashMap<>(config.defaults());
    effective.putAll(properties);
    return analyser.analyse(text, statement, catalog(), effective);
  }

  /** Stops every query; their offsets and stores stay, so that the next engine resumes them. */
  @Override
  public void close() {
    queries.close();
    inserter.close();
    log.close();
    topics.close();
  }

  private CommandOutcome control(QueryControl control) {
    List<String> ids = control.queryId().map(List::of).orElseGet(queries::ids);
    for (String id : ids) {
      switch (control.action()) {
        case PAUSE -> queries.pause(id);
        case RESUME -> queries.resume(id);
        case TERMINATE -> terminate(id);
      }
    }
    String done =
        switch (control.action()) {
          case PAUSE -> "Query paused.";
          case RESUME -> "Query resumed.";
          case TERMINATE -> "Query terminated.";
        };
    return new CommandOutcome(done, Optional.empty());
  }

  /** A table or stream whose query cannot be run is not left without it: nobody could drop it. */
  private CommandOutcome runOrForget(Command command, AnalysedCreateAs create, boolean start) {
    boolean replaces = command.queryId().flatMap(queries::find).isPresent();
    try {
      return run(command, create.query(), create.sink(), start);
    } catch (RuntimeException e) {
      if (!replaces) {
        change(known -> known.remove(create.sink().name()));
      }
      throw e;
    }
  }

  private CommandOutcome run(Command command, AnalysedQuery query, DataSource sink, boolean start) {
    String queryId = command.queryId().orElseThrow();
    queries.add(queryId, command, query, start);
    change(known -> known.linkQuery(queryId, query.sourceNames(), Optional.of(sink.name())));
    return new CommandOutcome("Created query with ID " + queryId, Optional.of(queryId));
  }

  private CommandOutcome keep(Command command, DataSource table, boolean start) {
    String queryId = command.queryId().orElseThrow();
    AnalysedQuery query = SourceTables.query(analyser, catalog(), table);
    change(known -> known.linkQuery(queryId, query.sourceNames(), Optional.empty()));
    Command fromBeginning =
        new Command(
            command.id(), command.statement(), SourceTables.FROM_BEGINNING, command.queryId());
    queries.add(queryId, fromBeginning, query, start);
    return new CommandOutcome("Created query with ID " + queryId, Optional.of(queryId));
  }

  private void terminate(String queryId) {
    queries.terminate(queryId);
    change(known -> known.unlinkQuery(queryId));
  }

  private static String created(SourceKind kind) {
    return kind == SourceKind.STREAM ? "Stream created" : "Table created";
  }

  private void change(Consumer<Catalog> change) {
    synchronized (catalog) {
      change.accept(catalog);
    }
  }

  /** The command id that ksqlDB gives: {@code stream/PAYMENTS/drop}. */
  static String commandId(String type, String entity, String action) {
    return type.toLowerCase(Locale.ROOT) + "/" + entity + "/" + action;
  }
}
