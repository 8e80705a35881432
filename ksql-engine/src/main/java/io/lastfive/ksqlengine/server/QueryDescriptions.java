// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.analysis.AnalysedStatement;
import io.lastfive.ksqlengine.analysis.ExecutionPlan;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.parser.SqlFormatter;
import io.lastfive.ksqlengine.query.PersistentQuery;
import io.lastfive.ksqlengine.types.RowSchema;
import java.util.Map;
import java.util.Optional;

/** LIST QUERIES and EXPLAIN. */
final class QueryDescriptions {
  private static final String RUNS_NO_QUERY = "The provided statement does not run a ksql query";

  private final KsqlEngine engine;
  private final String host;

  /**
   * @param host under which this server is listed as running the queries
   */
  QueryDescriptions(KsqlEngine engine, String host) {
    this.engine = engine;
    this.host = host;
  }

  /** As LIST QUERIES has a push query. */
  static ObjectNode summary(QueryRunner.PushAnswer query) {
    ObjectNode json = Json.object();
    json.put("queryString", query.text());
    json.putArray("sinks");
    json.putArray("sinkKafkaTopics");
    json.put("id", query.query().id());
    json.putObject("statusCount").put("RUNNING", 1);
    json.put("queryType", "PUSH");
    json.put("state", "RUNNING");
    return json;
  }

  /** As LIST QUERIES has it. */
  ObjectNode summary(PersistentQuery query) {
    ObjectNode json = Json.object();
    json.put("queryString", query.command().statement());
    ArrayNode sinks = json.putArray("sinks");
    ArrayNode topics = json.putArray("sinkKafkaTopics");
    query
        .query()
        .sink()
        .ifPresent(
            sink -> {
              sinks.add(sink.name());
              topics.add(sink.topic());
            });
    json.put("id", query.id());
    json.putObject("statusCount").put(state(query), 1);
    json.put("queryType", "PERSISTENT");
    // A paused query's Kafka Streams instance runs on, and that is what ksqlDB shows here.
    json.put("state", query.state() == PersistentQuery.State.PAUSED ? "RUNNING" : state(query));
    return json;
  }

  /** As LIST QUERIES EXTENDED and EXPLAIN of a running query have it. */
  ObjectNode describe(PersistentQuery query) {
    ObjectNode json =
        description(
            query.id(),
            query.command().statement(),
            query.query(),
            query.topologyText(),
            query.command().properties());
    json.putObject("ksqlHostQueryStatus").put(host, state(query));
    json.put("queryType", "PERSISTENT");
    ArrayNode errors = json.putArray("queryErrors");
    query
        .errors()
        .forEach(
            error ->
                errors
                    .addObject()
                    .put("timestamp", error.time().toEpochMilli())
                    .put("errorMessage", error.message())
                    .put("type", "UNKNOWN"));
    json.putArray("tasksMetadata");
    json.put("consumerGroupId", engine.config().consumerGroup(query.id()));
    json.put("state", state(query));
    return json;
  }

  ObjectNode explain(String queryId) {
    return engine.queries().stream()
        .filter(query -> query.id().equals(queryId))
        .findFirst()
        .map(this::describe)
        .orElseThrow(
            () ->
                new KsqlException(
                    "Query with id:"
                        + queryId
                        + " does not exist, use SHOW QUERIES to view the full set of queries."));
  }

  /** What a statement's query would be. */
  ObjectNode explain(Statement statement, Map<String, String> properties) {
    if (!(statement instanceof Statement.SelectQuery
        || statement instanceof Statement.CreateAsSelect
        || statement instanceof Statement.InsertInto)) {
      throw new KsqlException(RUNS_NO_QUERY);
    }
    String text = SqlFormatter.format(statement);
    AnalysedStatement analysed = engine.analyseQuery(text, statement, properties);
    Optional<AnalysedQuery> query = query(analysed);
    if (query.isEmpty()) {
      throw new KsqlException(RUNS_NO_QUERY);
    }
    ObjectNode json = description("", text, query.get(), "", properties);
    json.putObject("ksqlHostQueryStatus");
    json.putNull("queryType");
    json.putArray("queryErrors");
    json.putArray("tasksMetadata");
    json.putNull("consumerGroupId");
    json.putNull("state");
    return json;
  }

  private static Optional<AnalysedQuery> query(AnalysedStatement analysed) {
    if (analysed instanceof AnalysedStatement.AnalysedPush push) {
      return Optional.of(push.query());
    }
    if (analysed instanceof AnalysedStatement.AnalysedCreateAs create) {
      return Optional.of(create.query());
    }
    if (analysed instanceof AnalysedStatement.AnalysedInsertInto insert) {
      return Optional.of(insert.query());
    }
    return Optional.empty();
  }

  private static ObjectNode description(
      String id,
      String text,
      AnalysedQuery query,
      String topology,
      Map<String, String> properties) {
    ObjectNode json = Json.object();
    json.put("id", id);
    json.put("statementText", text);
    json.put("windowType", query.window().map(window -> window.kind().name()).orElse(null));
    json.set(
        "fields", SchemaJson.fields(query.sink().map(DataSource::schema).orElse(schema(query))));
    ArrayNode sources = json.putArray("sources");
    query.sourceNames().forEach(sources::add);
    ArrayNode sinks = json.putArray("sinks");
    query.sink().ifPresent(sink -> sinks.add(sink.name()));
    json.put("topology", topology);
    json.put("executionPlan", ExecutionPlan.describe(query, id));
    ObjectNode overridden = json.putObject("overriddenProperties");
    properties.forEach(overridden::put);
    return json;
  }

  private static RowSchema schema(AnalysedQuery query) {
    return query.schema();
  }

  private static String state(PersistentQuery query) {
    return switch (query.state()) {
      case CREATED -> "CREATED";
      case RUNNING -> "RUNNING";
      case PAUSED -> "PAUSED";
      case ERROR -> "ERROR";
    };
  }
}
