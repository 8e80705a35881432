// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.driver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.UnsupportedKsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.analysis.AnalysedStatement;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedAlter;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreate;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreateAs;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedDrop;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedInsertInto;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedInsertValues;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedPull;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedPush;
import io.lastfive.ksqlengine.analysis.Analyser;
import io.lastfive.ksqlengine.analysis.CoPartitioning;
import io.lastfive.ksqlengine.analysis.QueryNormalizer;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.ast.Statement.CreateAsSelect;
import io.lastfive.ksqlengine.ast.Statement.DefineVariable;
import io.lastfive.ksqlengine.ast.Statement.QueryControl;
import io.lastfive.ksqlengine.ast.Statement.SetProperty;
import io.lastfive.ksqlengine.ast.Statement.UndefineVariable;
import io.lastfive.ksqlengine.ast.Statement.UnsetProperty;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.functions.BuiltInFunctions;
import io.lastfive.ksqlengine.functions.FunctionCatalog;
import io.lastfive.ksqlengine.parser.KsqlParser;
import io.lastfive.ksqlengine.parser.SqlFormatter;
import io.lastfive.ksqlengine.parser.StatementText;
import io.lastfive.ksqlengine.parser.VariableSubstitution;
import io.lastfive.ksqlengine.serde.InMemorySchemaStore;
import io.lastfive.ksqlengine.serde.RegisteredSchemas;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;

/**
 * Entry point: the engine without a server. Statements take effect at once, each query runs in a
 * topology test driver of its own, and a record that goes in has come out of every query when
 * {@link #pipe} returns. Every intermediate result comes out: there is no cache.
 *
 * <pre>
 *   execute(sql) -> Statement -> AnalysedStatement -> Topology   one RunningQuery each
 *   pipe(record) -> TopicLog -> every query that reads the topic -> TopicLog -> ... -> records(topic)
 * </pre>
 *
 * <p>A query that begins reads from where {@code auto.offset.reset} says, {@code latest} by
 * default; one that is terminated and begun again under its id goes on where it was; CREATE OR
 * REPLACE keeps the state. Partitions, replicas and settings of topics mean nothing here. Not
 * thread-safe.
 */
public final class ScriptDriver implements AutoCloseable {
  static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final FunctionCatalog functions;
  private final InMemorySchemaStore schemas = new InMemorySchemaStore();
  private final RecordBytes bytes = new RecordBytes(schemas);
  private final Catalog catalog = new Catalog();
  private final Map<String, String> properties = new LinkedHashMap<>();
  private final Map<String, String> variables = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final TopicLog log = new TopicLog();
  private final Queries queries = new Queries(log, schemas);
  private final KnownTopics topics = new KnownTopics(catalog);
  private final TopicRecords records = new TopicRecords(log, topics, bytes);

  /** The statement at work, as ksqlDB adds it to what it says. */
  private String current = "";

  public ScriptDriver() {
    this(new BuiltInFunctions());
  }

  /** One that shares its functions, which take a moment to collect, with others. */
  public ScriptDriver(FunctionCatalog functions) {
    this.functions = functions;
  }

  // --- statements

  /**
   * Lets the statements take effect, one after the other.
   *
   * @throws KsqlException what is wrong with the first that is refused; those before it stay
   */
  public ScriptDriver execute(String sql) {
    KsqlParser.split(sql).forEach(this::execute);
    return this;
  }

  /** As {@link #execute(String)}, one statement. */
  public void execute(StatementText text) {
    StatementText substituted = VariableSubstitution.substitute(text, variables);
    current = substituted.text();
    execute(KsqlParser.parse(substituted, catalog::type));
  }

  /** What SET and DEFINE say while {@code statements} runs holds no longer than that. */
  public void scoped(Runnable statements) {
    Map<String, String> propertiesBefore = Map.copyOf(properties);
    Map<String, String> variablesBefore = Map.copyOf(variables);
    try {
      statements.run();
    } finally {
      properties.clear();
      properties.putAll(propertiesBefore);
      variables.clear();
      variables.putAll(variablesBefore);
    }
  }

  /** A statement of a test: of the language, or an ASSERT on rows; with its variables replaced. */
  public Statement parseTest(StatementText text) {
    StatementText substituted = VariableSubstitution.substitute(text, variables);
    current = substituted.text();
    return KsqlParser.parseTestStatement(substituted, catalog::type);
  }

  /** Sets a property, as SET does. */
  public void set(String name, String value) {
    properties.put(name, value);
  }

  /** As {@link #execute(String)}, one statement that is parsed already. */
  public void execute(Statement statement) {
    if (statement instanceof SetProperty set) {
      properties.put(set.name(), set.value());
    } else if (statement instanceof UnsetProperty unset) {
      properties.remove(unset.name());
    } else if (statement instanceof DefineVariable define) {
      variables.put(define.name(), define.value());
    } else if (statement instanceof UndefineVariable undefine) {
      variables.remove(undefine.name());
    } else if (statement instanceof QueryControl control) {
      control(control);
    } else {
      AnalysedStatement analysed = analyse(statement);
      perform(analysed);
      Analyser.apply(analysed, catalog);
    }
    queries.pump();
  }

  private AnalysedStatement analyse(Statement statement) {
    return new Analyser(functions, schemas, SqlFormatter::format)
        .analyse(show(statement), statement, catalog, properties);
  }

  /** A row of INSERT VALUES as it would be written; nothing is. */
  public AnalysedInsertValues row(Statement.InsertValues insert, DataSource target) {
    Catalog known = catalog.copy();
    known.put(target);
    return (AnalysedInsertValues)
        new Analyser(functions, schemas, SqlFormatter::format)
            .analyse(SqlFormatter.format(insert), insert, known, properties);
  }

  /** As ksqlDB shows it: the query of a CREATE ... AS is spelled out. */
  private String show(Statement statement) {
    Statement shown = statement;
    if (statement instanceof CreateAsSelect create) {
      shown =
          new CreateAsSelect(
              create.kind(),
              create.name(),
              create.properties(),
              QueryNormalizer.normalize(create.query(), catalog),
              create.orReplace(),
              create.ifNotExists(),
              create.position());
    }
    current = SqlFormatter.format(shown);
    return current;
  }

  private void perform(AnalysedStatement analysed) {
    if (analysed instanceof AnalysedCreate create) {
      DataSource source = create.source();
      topics.remember(source);
      create.topic().partitions().ifPresent(count -> topics.setPartitions(source.topic(), count));
      RegisteredSchemas.registerIfAbsent(
          source.schema().key(), source.keyFormat(), true, source.topic(), schemas);
      RegisteredSchemas.registerIfAbsent(
          source.schema().value(), source.valueFormat(), false, source.topic(), schemas);
    } else if (analysed instanceof AnalysedCreateAs create) {
      createAs(create);
    } else if (analysed instanceof AnalysedInsertInto insert) {
      String id = insert.queryId().orElse("INSERTQUERY_" + queries.nextNumber());
      if (queries.has(id)) {
        throw new KsqlException("Query ID '" + id + "' already exists.");
      }
      checkPartitions(insert.query());
      start(id, insert.query(), insert.target());
    } else if (analysed instanceof AnalysedInsertValues insert) {
      insert(insert);
    } else if (analysed instanceof AnalysedDrop drop) {
      drop(drop);
    } else if (analysed instanceof AnalysedPush || analysed instanceof AnalysedPull) {
      throw new UnsupportedKsqlException(
          "SELECT in a test", "Make a stream or table of it, and ASSERT VALUES of that.");
    } else if (analysed instanceof AnalysedAlter alter) {
      registerSchemas(alter.altered());
    }
  }

  private void createAs(AnalysedCreateAs create) {
    DataSource sink = create.sink();
    int leftmost = topics.partitions(create.query().sources().get(0).source().topic());
    List<String> writers = catalog.writersOf(sink.name());
    if (writers.size() > 1) {
      throw new KsqlException(
          "REPLACE for sink %s is not supported because there are multiple queries writing into it: %s"
              .formatted(sink.name(), writers));
    }
    checkPartitions(create.query());
    topics.remember(sink);
    topics.setPartitions(sink.topic(), create.topic().partitions().orElse(leftmost));
    if (writers.isEmpty()) {
      String prefix = sink.isStream() ? "CSAS_" : "CTAS_";
      start(prefix + sink.name() + "_" + queries.nextNumber(), create.query(), sink);
    } else {
      registerSchemas(sink);
      queries.replace(writers.get(0), create.query(), sink, properties);
      catalog.linkQuery(writers.get(0), create.query().sourceNames(), Optional.of(sink.name()));
    }
  }

  private void checkPartitions(AnalysedQuery query) {
    CoPartitioning.check(query, topic -> Optional.of(topics.partitions(topic)));
  }

  private void start(String id, AnalysedQuery query, DataSource sink) {
    registerSchemas(sink);
    queries.start(id, query, sink, properties);
    catalog.linkQuery(id, query.sourceNames(), Optional.of(sink.name()));
  }

  private void registerSchemas(DataSource sink) {
    RegisteredSchemas.registerForQuery(
        sink.schema().key(), sink.keyFormat(), true, sink.topic(), schemas);
    RegisteredSchemas.registerForQuery(
        sink.schema().value(), sink.valueFormat(), false, sink.topic(), schemas);
  }

  private void control(QueryControl control) {
    for (String id : control.queryId().map(List::of).orElseGet(queries::ids)) {
      switch (control.action()) {
        case PAUSE -> queries.pause(id, true);
        case RESUME -> queries.pause(id, false);
        case TERMINATE -> terminate(id);
      }
    }
  }

  private void terminate(String id) {
    queries.terminate(id);
    catalog.unlinkQuery(id);
  }

  private void drop(AnalysedDrop drop) {
    String name = drop.source().name();
    List<String> readers = catalog.readersOf(name);
    List<String> writers = catalog.writersOf(name).stream().filter(id -> !isMadeWith(id)).toList();
    if (!readers.isEmpty() || !writers.isEmpty()) {
      throw new KsqlException(
          "Cannot drop %s.\nThe following queries read from this source: %s.\nThe following queries write into this source: %s.\nYou need to terminate them before dropping %s."
              .formatted(name, readers, writers, name));
    }
    // The query that made it goes with it.
    catalog.writersOf(name).forEach(this::terminate);
    if (drop.deleteTopic()) {
      log.deleteTopic(drop.source().topic());
      topics.forget(drop.source().topic());
    }
  }

  /** Whether a query was made with its stream or table, by CREATE ... AS. */
  private static boolean isMadeWith(String queryId) {
    return queryId.startsWith("CSAS_") || queryId.startsWith("CTAS_");
  }

  // --- records

  /**
   * Puts a record on a topic, as a producer would, and lets every query take it.
   *
   * @throws KsqlException where no stream or table has the topic, or the record does not fit
   */
  public void pipe(ScriptRecord input) {
    DataSource source = topics.source(input.topic());
    log.add(
        source.topic(),
        new TestRecord<>(
            bytes.key(source, input.key(), input.window()),
            bytes.value(source, input.value()),
            RecordBytes.headers(input),
            input.timestamp().orElse(0)),
        false);
    queries.pump();
  }

  /**
   * Puts a record on a topic, as a producer would.
   *
   * @param key as JSON: {@code "C-1"} is text; {@code null}: none
   * @param value as JSON: {@code null} is a tombstone
   */
  public void pipe(String topic, String key, String value, long timestamp) {
    pipe(ScriptRecord.of(topic, json(key), json(value), timestamp));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new KsqlException("'" + text + "' is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private void insert(AnalysedInsertValues row) {
    log.add(
        row.target().topic(),
        new TestRecord<>(
            bytes.ofRow(row.target(), row.key(), true),
            bytes.ofRow(row.target(), row.value(), false),
            new RecordHeaders(),
            row.rowtime().orElse(log.streamTime())),
        false);
  }

  /** Everything on a topic, oldest first. */
  public List<ScriptRecord> records(String topic) {
    return records.all(topic);
  }

  /** What queries wrote to a topic, oldest first. */
  public List<ScriptRecord> written(String topic) {
    return records.written(topic);
  }

  /** What is on a topic that an earlier call has not returned, oldest first. */
  public List<ScriptRecord> read(String topic) {
    return records.unread(topic);
  }

  /** The records of topics in other shapes. */
  public TopicRecords topicRecords() {
    return records;
  }

  // --- what is known

  public Catalog catalog() {
    return catalog;
  }

  public InMemorySchemaStore schemas() {
    return schemas;
  }

  /** The statement at work, or the last one. */
  public String current() {
    return current;
  }

  /** Topics that queries write to, or wrote to, each once. */
  public List<String> sinkTopics() {
    return queries.sinkTopics();
  }

  /** Repartition and changelog topics of the queries. */
  public List<String> internalTopics() {
    return queries.internalTopics();
  }

  /** The queries that run. */
  public List<String> queryIds() {
    return queries.ids();
  }

  /** The queries that have written something. */
  public Set<String> queriesThatWrote() {
    return queries.writers();
  }

  /** As a topic has them that was made beforehand. */
  public void setPartitions(String topic, int count) {
    topics.setPartitions(topic, count);
  }

  @Override
  public void close() {
    queries.close();
  }
}
