// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.UnsupportedKsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.analysis.AnalysedStatement;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreate;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreateAs;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedInsertInto;
import io.lastfive.ksqlengine.analysis.Analyser;
import io.lastfive.ksqlengine.analysis.CoPartitioning;
import io.lastfive.ksqlengine.analysis.QueryNormalizer;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.ast.Statement.CreateAsSelect;
import io.lastfive.ksqlengine.ast.Statement.SetProperty;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.conformance.QttCase.QttRecord;
import io.lastfive.ksqlengine.conformance.QttCase.QttWindow;
import io.lastfive.ksqlengine.functions.FunctionCatalog;
import io.lastfive.ksqlengine.parser.KsqlParser;
import io.lastfive.ksqlengine.parser.ParseException;
import io.lastfive.ksqlengine.parser.SqlFormatter;
import io.lastfive.ksqlengine.parser.StatementText;
import io.lastfive.ksqlengine.serde.Format.RegisteredSchema;
import io.lastfive.ksqlengine.serde.InMemorySchemaStore;
import io.lastfive.ksqlengine.serde.RegisteredSchemas;
import io.lastfive.ksqlengine.topology.ProcessingLog;
import io.lastfive.ksqlengine.topology.QueryTopology;
import io.lastfive.ksqlengine.topology.TopologyBuilder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/**
 * Runs one case: its statements in order, each query in a topology test driver of its own, the
 * inputs one after the other through all of them, then what came out beside what should have.
 */
final class CaseRunner {
  /** Of topics of which a case says nothing. */
  private static final int DEFAULT_PARTITIONS = 4;

  private final FunctionCatalog functions;
  private final QttCase test;
  private final InMemorySchemaStore schemas = new InMemorySchemaStore();
  private final RecordBytes bytes = new RecordBytes(schemas);
  private final Catalog catalog = new Catalog();
  private final Map<String, String> properties = new LinkedHashMap<>();
  private final List<QueryDriver> queries = new ArrayList<>();
  private final List<JsonNode> undeclared = new ArrayList<>();
  private final Map<String, List<TestRecord<byte[], byte[]>>> results = new LinkedHashMap<>();
  private final Map<String, Integer> partitions = new HashMap<>();
  private final List<String> internalTopics = new ArrayList<>();
  private final Map<String, List<DataSource>> sourcesByTopic = new LinkedHashMap<>();

  /** The statement at work, as ksqlDB adds it to what it says. */
  private String current = "";

  private CaseRunner(FunctionCatalog functions, QttCase test) {
    this.functions = functions;
    this.test = test;
  }

  static CaseOutcome run(FunctionCatalog functions, QttCase test) {
    CaseRunner runner = new CaseRunner(functions, test);
    try {
      return runner.run();
    } catch (CaseFailure e) {
      return e.outcome();
    } catch (UnsupportedKsqlException e) {
      return CaseOutcome.unsupported(String.valueOf(e.getMessage()));
    } finally {
      runner.queries.forEach(QueryDriver::close);
    }
  }

  private CaseOutcome run() {
    undeclared.addAll(test.topics());
    properties.putAll(test.properties());
    if (test.expectedError().isPresent()) {
      return expectRefusal(test.expectedError().get());
    }
    try {
      execute();
    } catch (UnsupportedKsqlException e) {
      throw e;
    } catch (KsqlException e) {
      return CaseOutcome.failed("refused: " + e.getMessage());
    } catch (RuntimeException e) {
      return CaseOutcome.failed("bug: " + describe(e));
    }
    new PostConditions(catalog, schemas, internalTopics, test.post()).check();
    try {
      test.inputs().forEach(this::pipe);
    } catch (CaseFailure | UnsupportedKsqlException e) {
      throw e;
    } catch (RuntimeException e) {
      return CaseOutcome.failed("bug while running: " + describe(e));
    }
    checkOutputs();
    return CaseOutcome.PASSED;
  }

  private static String describe(Throwable e) {
    StringBuilder text = new StringBuilder(e.toString());
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      text.append(" <- ").append(cause);
    }
    StackTraceElement[] stack = e.getStackTrace();
    for (int i = 0; i < Math.min(3, stack.length); i++) {
      text.append(" at ").append(stack[i]);
    }
    return text.toString();
  }

  private CaseOutcome expectRefusal(String message) {
    try {
      execute();
    } catch (UnsupportedKsqlException e) {
      throw e;
    } catch (KsqlException e) {
      String said =
          e.getMessage()
              + "\nStatement: "
              + current
              + (e instanceof ParseException parse ? "\n" + parse.summary() : "");
      return said.contains(message)
          ? CaseOutcome.PASSED
          : CaseOutcome.failed("expected refusal: " + message + "\n   but it was: " + said);
    } catch (RuntimeException e) {
      return CaseOutcome.failed("bug: " + describe(e));
    }
    return CaseOutcome.failed("accepted, expected refusal: " + message);
  }

  // --- statements

  /** Declared topics get their schemas, and so ids, as the statements come to them. */
  private void declareTopics(String statement) {
    String text = statement.toLowerCase(Locale.ROOT);
    undeclared.removeIf(
        topic -> {
          boolean named = text.contains(topic.path("name").asText().toLowerCase(Locale.ROOT));
          if (named) {
            registerSchemas(topic);
          }
          return named;
        });
  }

  private void registerSchemas(JsonNode topic) {
    String name = topic.path("name").asText();
    if (topic.path("partitions").isInt()) {
      setPartitions(name, topic.path("partitions").asInt());
    }
    register(
        name,
        true,
        topic.path("keyFormat"),
        topic.path("keySchema"),
        topic.path("keySchemaId"),
        topic.path("keySchemaReferences"));
    JsonNode format = topic.has("valueFormat") ? topic.path("valueFormat") : topic.path("format");
    JsonNode schema = topic.has("valueSchema") ? topic.path("valueSchema") : topic.path("schema");
    register(
        name,
        false,
        format,
        schema,
        topic.path("valueSchemaId"),
        topic.path("valueSchemaReferences"));
  }

  private void register(
      String topic,
      boolean isKey,
      JsonNode format,
      JsonNode schema,
      JsonNode id,
      JsonNode references) {
    if (schema.isMissingNode() || schema.isNull()) {
      return;
    }
    String type =
        switch (format.asText("AVRO").toUpperCase(Locale.ROOT)) {
          case "JSON", "JSON_SR" -> "JSON";
          case "PROTOBUF" -> "PROTOBUF";
          default -> "AVRO";
        };
    String text =
        schema.isTextual() && type.equals("PROTOBUF") ? schema.asText() : schema.toString();
    String subject = RegisteredSchemas.subject(topic, isKey);
    if (id.isIntegralNumber() || !references.isEmpty()) {
      List<String> texts = new ArrayList<>();
      references.forEach(reference -> texts.add(reference.path("schema").asText()));
      schemas.register(subject, new RegisteredSchema(id.asInt(), type, text, texts));
    } else {
      schemas.register(subject, type, text);
    }
  }

  private void execute() {
    Function<String, Optional<io.lastfive.ksqlengine.types.SqlType>> types = catalog::type;
    for (StatementText text : KsqlParser.split(String.join("\n", test.statements()))) {
      current = text.text();
      declareTopics(current);
      Statement statement = KsqlParser.parse(text, types);
      if (statement instanceof SetProperty set) {
        properties.put(set.name(), set.value());
        continue;
      }
      Analyser analyser = new Analyser(functions, schemas, SqlFormatter::format);
      AnalysedStatement analysed =
          analyser.analyse(show(statement), statement, catalog, properties);
      perform(analysed);
      Analyser.apply(analysed, catalog);
    }
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
      remember(source);
      create.topic().partitions().ifPresent(count -> setPartitions(source.topic(), count));
      RegisteredSchemas.registerIfAbsent(
          source.schema().key(), source.keyFormat(), true, source.topic(), schemas);
      RegisteredSchemas.registerIfAbsent(
          source.schema().value(), source.valueFormat(), false, source.topic(), schemas);
    } else if (analysed instanceof AnalysedCreateAs create) {
      DataSource sink = create.sink();
      remember(sink);
      int leftmost = partitions(create.query().sources().get(0).source().topic());
      setPartitions(sink.topic(), create.topic().partitions().orElse(leftmost));
      String prefix = sink.isStream() ? "CSAS_" : "CTAS_";
      start(create.query(), prefix + sink.name() + "_" + queries.size(), sink);
    } else if (analysed instanceof AnalysedInsertInto insert) {
      start(
          insert.query(),
          insert.queryId().orElse("INSERTQUERY_" + queries.size()),
          insert.target());
    }
  }

  private void setPartitions(String topic, int count) {
    partitions.putIfAbsent(topic.toLowerCase(Locale.ROOT), count);
  }

  private int partitions(String topic) {
    return partitions.getOrDefault(topic.toLowerCase(Locale.ROOT), DEFAULT_PARTITIONS);
  }

  private void remember(DataSource source) {
    sourcesByTopic
        .computeIfAbsent(source.topic().toLowerCase(Locale.ROOT), topic -> new ArrayList<>())
        .add(source);
  }

  private void start(AnalysedQuery query, String queryId, DataSource sink) {
    CoPartitioning.check(query, topic -> Optional.of(partitions(topic)));
    QueryTopology topology = TopologyBuilder.build(query, queryId, schemas, ProcessingLog.NONE);
    RegisteredSchemas.registerForQuery(
        sink.schema().key(), sink.keyFormat(), true, sink.topic(), schemas);
    RegisteredSchemas.registerForQuery(
        sink.schema().value(), sink.valueFormat(), false, sink.topic(), schemas);
    queries.add(new QueryDriver(query, topology.topology(), queryId, sink.topic(), properties));
    topology
        .internalTopics()
        .forEach(
            topic -> internalTopics.add(QueryDriver.applicationId(queryId) + "-" + topic.name()));
    results.putIfAbsent(sink.topic(), new ArrayList<>());
  }

  // --- records

  private record InFlight(String topic, TestRecord<byte[], byte[]> record) {}

  private void pipe(QttRecord input) {
    DataSource source = source(input.topic());
    TestRecord<byte[], byte[]> record =
        new TestRecord<>(
            bytes.key(source, input.key(), input.window()),
            bytes.value(source, input.value()),
            headers(input),
            input.timestamp().orElse(0));
    Deque<InFlight> waiting = new ArrayDeque<>();
    waiting.add(new InFlight(source.topic(), record));
    while (!waiting.isEmpty()) {
      InFlight next = waiting.remove();
      for (QueryDriver query : queries) {
        for (TestRecord<byte[], byte[]> output : query.pipe(next.topic(), next.record())) {
          results.getOrDefault(query.sinkTopic(), new ArrayList<>()).add(output);
          waiting.add(new InFlight(query.sinkTopic(), output));
        }
      }
    }
  }

  static RecordHeaders headers(QttRecord input) {
    RecordHeaders headers = new RecordHeaders();
    input
        .headers()
        .ifPresent(
            nodes ->
                nodes.forEach(
                    node ->
                        headers.add(
                            node.path("KEY").asText(),
                            Base64.getDecoder().decode(node.path("VALUE").asText()))));
    return headers;
  }

  /** Of several sources on a topic the first tells how its records are written. */
  private DataSource source(String topic) {
    List<DataSource> sources = sourcesByTopic.get(topic.toLowerCase(Locale.ROOT));
    if (sources == null) {
      throw new CaseFailure(CaseOutcome.failed("no stream or table has the topic " + topic));
    }
    return sources.get(0);
  }

  private void checkOutputs() {
    Map<String, List<QttRecord>> expected = new LinkedHashMap<>();
    for (QttRecord output : test.outputs()) {
      expected
          .computeIfAbsent(output.topic().toLowerCase(Locale.ROOT), topic -> new ArrayList<>())
          .add(output);
    }
    results.forEach(
        (topic, actual) -> {
          List<QttRecord> wanted = expected.remove(topic.toLowerCase(Locale.ROOT));
          if (wanted != null) {
            checkTopic(source(topic), wanted, actual);
          } else if (test.outputs().isEmpty() && !actual.isEmpty()) {
            throw wrong("nothing was expected, topic " + topic + " got " + actual.size());
          }
        });
    if (!expected.isEmpty()) {
      throw wrong("no query writes to " + expected.keySet());
    }
  }

  private void checkTopic(
      DataSource sink, List<QttRecord> expected, List<TestRecord<byte[], byte[]>> actual) {
    for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
      checkRecord(sink, i, expected.get(i), actual.get(i));
    }
    if (expected.size() != actual.size()) {
      int first = Math.min(expected.size(), actual.size());
      throw wrong(
          "topic "
              + sink.topic()
              + ": expected "
              + expected.size()
              + " records, got "
              + actual.size()
              + (actual.size() > first ? "; the next is " + show(sink, actual.get(first)) : ""));
    }
  }

  private void checkRecord(
      DataSource sink, int index, QttRecord expected, TestRecord<byte[], byte[]> actual) {
    String where = "topic " + sink.topic() + ", record " + (index + 1) + ": ";
    JsonNode key = bytes.keyJson(sink, actual.key());
    JsonNode value = bytes.valueJson(sink, actual.value());
    boolean exact = !"false".equals(test.properties().get("use.exact.numeric.comparison"));
    if (!RecordBytes.same(expected.key(), key, exact)) {
      throw wrong(where + "key " + expected.key() + " expected, got " + show(sink, actual));
    }
    if (!RecordBytes.same(expected.value(), value, exact)) {
      throw wrong(where + "value " + expected.value() + " expected, got " + show(sink, actual));
    }
    if (expected.timestamp().isPresent()
        && expected.timestamp().getAsLong() != actual.timestamp()) {
      throw wrong(
          where
              + "timestamp "
              + expected.timestamp().getAsLong()
              + " expected, got "
              + show(sink, actual));
    }
    Optional<QttWindow> window = bytes.keyWindow(sink, actual.key());
    if (expected.window().isPresent() && !expected.window().equals(window)) {
      throw wrong(
          where
              + "window "
              + expected.window().get()
              + " expected, got "
              + window
              + " of "
              + show(sink, actual));
    }
    expected.headers().ifPresent(headers -> checkHeaders(where, headers, actual));
  }

  private static void checkHeaders(
      String where, JsonNode expected, TestRecord<byte[], byte[]> actual) {
    List<Header> headers = List.of(actual.headers().toArray());
    boolean same = headers.size() == expected.size();
    for (int i = 0; same && i < headers.size(); i++) {
      same =
          headers.get(i).key().equals(expected.get(i).path("KEY").asText())
              && Base64.getEncoder()
                  .encodeToString(headers.get(i).value())
                  .equals(expected.get(i).path("VALUE").asText());
    }
    if (!same) {
      throw wrong(where + "headers " + expected + " expected, got " + headers);
    }
  }

  private String show(DataSource sink, TestRecord<byte[], byte @Nullable []> record) {
    return bytes.keyJson(sink, record.key())
        + " "
        + bytes.valueJson(sink, record.value())
        + " @"
        + record.timestamp();
  }

  private static CaseFailure wrong(String reason) {
    return new CaseFailure(CaseOutcome.wrongRows(reason));
  }
}
