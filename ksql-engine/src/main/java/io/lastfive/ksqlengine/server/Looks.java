// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.UnsupportedKsqlException;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.ast.Statement.ListAll;
import io.lastfive.ksqlengine.ast.Statement.SourceKind;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.query.PersistentQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Answers the statements that only look: LIST, DESCRIBE, EXPLAIN, ASSERT. */
final class Looks {

  /** What LIST TOPICS leaves out and LIST ALL TOPICS shows. */
  private static final Pattern HIDDEN_TOPICS =
      Pattern.compile(
          "_confluent.*|__confluent.*|_schemas"
              + "|connect-configs|connect-offsets|connect-status|connect-statuses");

  /** Kafka's own, which are never shown. */
  private static final Set<String> KAFKA_TOPICS =
      Set.of("__consumer_offsets", "__transaction_state");

  private static final String CONNECTORS_ELSEWHERE =
      "Kafka Connect's own REST API makes and lists connectors.";

  private final KsqlEngine engine;
  private final SourceDescriptions sources;
  private final QueryDescriptions queries;
  private final QueryRunner pushQueries;
  private final FunctionDescriptions functions;
  private final ServerProperties properties;
  private final Assertions assertions;

  Looks(KsqlEngine engine, QueryRunner pushQueries, ServerProperties properties, String host) {
    this.engine = engine;
    this.pushQueries = pushQueries;
    this.queries = new QueryDescriptions(engine, host);
    this.sources = new SourceDescriptions(engine, queries);
    this.functions = new FunctionDescriptions(engine.functions());
    this.properties = properties;
    this.assertions = new Assertions(engine);
  }

  ObjectNode answer(String text, Statement statement, StatementRunner.Session session) {
    if (statement instanceof ListAll list) {
      return list(text, list, session);
    }
    if (statement instanceof Statement.DescribeSource describe) {
      ObjectNode entity = StatementRunner.entity("sourceDescription", text);
      entity.set("sourceDescription", sources.describe(describe.name(), describe.extended()));
      return entity;
    }
    if (statement instanceof Statement.DescribeSources describe) {
      return sourceDescriptions(text, describe.kind(), describe.extended());
    }
    if (statement instanceof Statement.DescribeFunction describe) {
      return functions.describe(text, describe.name());
    }
    if (statement instanceof Statement.ExplainQuery explain) {
      ObjectNode entity = StatementRunner.entity("queryDescription", text);
      entity.set("queryDescription", queries.explain(explain.queryId()));
      return entity;
    }
    if (statement instanceof Statement.ExplainStatement explain) {
      ObjectNode entity = StatementRunner.entity("queryDescription", text);
      entity.set("queryDescription", queries.explain(explain.statement(), session.properties()));
      return entity;
    }
    if (statement instanceof Statement.QueryControl control) {
      return terminatePush(text, control.queryId().orElseThrow());
    }
    if (statement instanceof Statement.AssertTopic topic) {
      return assertions.topic(text, topic);
    }
    if (statement instanceof Statement.AssertSchema schema) {
      return assertions.schema(text, schema);
    }
    throw unsupported(statement);
  }

  private ObjectNode list(String text, ListAll list, StatementRunner.Session session) {
    return switch (list.kind()) {
      case STREAMS -> sourceList(text, SourceKind.STREAM, list.extended());
      case TABLES -> sourceList(text, SourceKind.TABLE, list.extended());
      case TOPICS -> topics(text, list.extended(), name -> !HIDDEN_TOPICS.matcher(name).matches());
      case ALL_TOPICS -> topics(text, list.extended(), name -> true);
      case QUERIES -> queryList(text, list.extended());
      case FUNCTIONS -> functions.list(text);
      case PROPERTIES -> properties.list(text, session.properties());
      case TYPES -> types(text);
      case VARIABLES -> variables(text, session.variables());
      case CONNECTORS, SOURCE_CONNECTORS, SINK_CONNECTORS, CONNECTOR_PLUGINS ->
          throw new UnsupportedKsqlException(
              "LIST " + list.kind().name().replace('_', ' '), CONNECTORS_ELSEWHERE);
    };
  }

  private ObjectNode sourceList(String text, SourceKind kind, boolean extended) {
    if (extended) {
      return sourceDescriptions(text, kind, true);
    }
    String name = kind == SourceKind.STREAM ? "streams" : "tables";
    ObjectNode entity = StatementRunner.entity(name, text);
    ArrayNode listed = entity.putArray(name);
    for (DataSource source : ofKind(kind)) {
      ObjectNode item = listed.addObject();
      item.put("type", kind.name());
      item.put("name", source.name());
      item.put("topic", source.topic());
      item.put("keyFormat", source.keyFormat().name());
      item.put("valueFormat", source.valueFormat().name());
      item.put("isWindowed", source.window().isPresent());
    }
    return entity;
  }

  private ObjectNode sourceDescriptions(String text, SourceKind kind, boolean extended) {
    ObjectNode entity = StatementRunner.entity("source_descriptions", text);
    ArrayNode descriptions = entity.putArray("sourceDescriptions");
    ofKind(kind).forEach(source -> descriptions.add(sources.describe(source.name(), extended)));
    return entity;
  }

  private List<DataSource> ofKind(SourceKind kind) {
    return engine.catalog().sources().stream().filter(source -> source.kind() == kind).toList();
  }

  private ObjectNode topics(String text, boolean extended, Predicate<String> shown) {
    ObjectNode entity =
        StatementRunner.entity(extended ? "kafka_topics_extended" : "kafka_topics", text);
    ArrayNode topics = entity.putArray("topics");
    for (Map.Entry<String, List<Integer>> topic : engine.topics().all().entrySet()) {
      if (KAFKA_TOPICS.contains(topic.getKey()) || !shown.test(topic.getKey())) {
        continue;
      }
      ObjectNode item = topics.addObject();
      item.put("name", topic.getKey());
      ArrayNode replicas = item.putArray("replicaInfo");
      topic.getValue().forEach(replicas::add);
      if (extended) {
        List<PersistentQuery> readers =
            engine.queries().stream().filter(query -> reads(query, topic.getKey())).toList();
        item.put("consumerCount", readers.size());
        item.put("consumerGroupCount", readers.size());
      }
    }
    return entity;
  }

  private static boolean reads(PersistentQuery query, String topic) {
    return query.query().sources().stream()
        .anyMatch(source -> source.source().topic().equals(topic));
  }

  private ObjectNode queryList(String text, boolean extended) {
    ObjectNode entity = StatementRunner.entity(extended ? "query_descriptions" : "queries", text);
    ArrayNode listed = entity.putArray(extended ? "queryDescriptions" : "queries");
    for (PersistentQuery query : engine.queries()) {
      listed.add(extended ? queries.describe(query) : queries.summary(query));
    }
    if (!extended) {
      pushQueries.running().forEach(query -> listed.add(QueryDescriptions.summary(query)));
    }
    return entity;
  }

  /** Whether TERMINATE names a push query, which is this server's alone: no command ends it. */
  boolean endsPush(Statement statement) {
    return statement instanceof Statement.QueryControl control
        && control.action() == Statement.QueryControl.Action.TERMINATE
        && control.queryId().flatMap(pushQueries::find).isPresent();
  }

  private ObjectNode terminatePush(String text, String queryId) {
    Optional<QueryRunner.PushAnswer> query = pushQueries.find(queryId);
    query.ifPresent(pushQueries::close);
    ObjectNode entity = StatementRunner.entity("terminate_query", text);
    entity.put("queryId", query.map(answer -> answer.query().id()).orElse(queryId));
    entity.put("wasTerminated", query.isPresent());
    return entity;
  }

  private ObjectNode types(String text) {
    ObjectNode entity = StatementRunner.entity("type_list", text);
    ObjectNode types = entity.putObject("types");
    engine.catalog().types().forEach((name, type) -> types.set(name, SchemaJson.type(type)));
    return entity;
  }

  private static ObjectNode variables(String text, Map<String, String> variables) {
    ObjectNode entity = StatementRunner.entity("variables", text);
    ArrayNode listed = entity.putArray("variables");
    variables.forEach((name, value) -> listed.addObject().put("name", name).put("value", value));
    return entity;
  }

  private static UnsupportedKsqlException unsupported(Statement statement) {
    if (statement instanceof Statement.CreateConnector) {
      return new UnsupportedKsqlException("CREATE CONNECTOR", CONNECTORS_ELSEWHERE);
    }
    if (statement instanceof Statement.DropConnector) {
      return new UnsupportedKsqlException("DROP CONNECTOR", CONNECTORS_ELSEWHERE);
    }
    if (statement instanceof Statement.DescribeConnector) {
      return new UnsupportedKsqlException("DESCRIBE CONNECTOR", CONNECTORS_ELSEWHERE);
    }
    if (statement instanceof Statement.AlterSystemProperty) {
      return new UnsupportedKsqlException(
          "ALTER SYSTEM", "SET gives a property to the statements of one request.");
    }
    if (statement instanceof Statement.RunScript) {
      return new UnsupportedKsqlException(
          "RUN SCRIPT", "Send the statements of the script themselves.");
    }
    throw new IllegalStateException("Unknown statement: " + statement.getClass());
  }
}
