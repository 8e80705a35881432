// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedStatement;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedPull;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedPush;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.parser.KsqlParser;
import io.lastfive.ksqlengine.parser.ParseException;
import io.lastfive.ksqlengine.parser.StatementText;
import io.lastfive.ksqlengine.parser.VariableSubstitution;
import io.lastfive.ksqlengine.query.PullRows;
import io.lastfive.ksqlengine.query.PushQuery;
import io.lastfive.ksqlengine.query.StreamsSettings;
import io.lastfive.ksqlengine.types.Column;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Starts the one query of a request to /query-stream, /query or /ws/query. */
final class QueryRunner {
  private static final String COMMIT_INTERVAL_MILLIS = "100";
  private static final String MOST_PUSH_QUERIES = "ksql.max.push.queries";
  private static final int DEFAULT_MOST_PUSH_QUERIES = 100;

  private final KsqlEngine engine;
  private final Map<String, PushAnswer> pushQueries = new ConcurrentHashMap<>();
  private final AtomicLong lastPullId = new AtomicLong();

  QueryRunner(KsqlEngine engine) {
    this.engine = engine;
  }

  /** What a request to a query endpoint is answered with. */
  sealed interface Answer {}

  /** All rows at once. */
  record PullAnswer(AnswerFormat.Header header, List<@Nullable Object[]> rows) implements Answer {}

  /**
   * Rows that come as they are found.
   *
   * @param text the SELECT as it was sent
   * @param emits whether it goes on until it is ended, as one that says EMIT
   * @param isOver whether no more will come: the SELECT had no EMIT, and what was there when it
   *     began is read
   */
  record PushAnswer(
      String text,
      boolean emits,
      AnswerFormat.Header header,
      PushQuery query,
      BooleanSupplier isOver)
      implements Answer {}

  /** Records of a topic as text. */
  record PrintAnswer(Statement.PrintTopic print, Map<String, String> properties)
      implements Answer {}

  /**
   * @throws ServerError where there is no such query to run
   */
  Answer start(KsqlRequest request) {
    List<StatementText> statements = KsqlParser.split(request.sql());
    if (statements.size() != 1) {
      throw ServerError.generic(
          ServerError.BAD_STATEMENT,
          "Expected exactly one KSQL statement; found " + statements.size() + " instead");
    }
    StatementText text = statements.get(0);
    try {
      text = VariableSubstitution.substitute(text, request.variables());
      request.properties().keySet().forEach(StreamsSettings::check);
      Statement statement = KsqlParser.parse(text, engine.catalog()::type);
      if (statement instanceof Statement.PrintTopic print) {
        return new PrintAnswer(print, request.properties());
      }
      if (statement instanceof Statement.SelectQuery select) {
        return start(text.text(), select, request.properties());
      }
      throw ServerError.ofStatement(
          ServerError.BAD_STATEMENT,
          "The following statement types should be issued to the endpoint '/ksql': "
              + "everything but SELECT and PRINT",
          text.text());
    } catch (ParseException e) {
      ServerError error =
          ServerError.ofStatement(
              ServerError.BAD_STATEMENT,
              e.getMessage() + "\nStatement: " + e.statementText(),
              e.statementText());
      error.initCause(e);
      throw error;
    } catch (KsqlException e) {
      throw StatementRunner.refusal(e, text.text());
    }
  }

  private Answer start(String text, Statement.SelectQuery select, Map<String, String> properties) {
    AnalysedStatement analysed = engine.analyseQuery(text, select, properties);
    if (analysed instanceof AnalysedPull pull) {
      return pull(engine.pull(pull));
    }
    if (analysed instanceof AnalysedPush push) {
      refuseTooMany(text);
      return select.query().emit().isPresent()
          ? push(text, true, engine.push(push, properties), () -> false)
          : readStream(text, push, properties);
    }
    throw new IllegalStateException("not a query: " + analysed.getClass());
  }

  private void refuseTooMany(String text) {
    int most =
        StreamsSettings.own(engine.config(), Map.of(), MOST_PUSH_QUERIES)
            .map(Integer::parseInt)
            .orElse(DEFAULT_MOST_PUSH_QUERIES);
    if (pushQueries.size() >= most) {
      throw ServerError.generic(
          ServerError.TOO_MANY_PUSH_QUERIES,
          "Not executing statement(s) '"
              + text
              + "' as it would cause the number of active, push queries to exceed the configured limit. Terminate existing PUSH queries, or increase the '"
              + MOST_PUSH_QUERIES
              + "' setting via the 'ksql-server.properties' file. Current push query count: "
              + pushQueries.size()
              + ". Configured limit: "
              + most
              + ".");
    }
  }

  private PullAnswer pull(PullRows rows) {
    // Two queries of the same millisecond still have different ids.
    long id = lastPullId.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis()));
    List<Column> columns = new ArrayList<>();
    rows.query().columns().forEach(column -> columns.add(new Column(column.name(), column.type())));
    return new PullAnswer(
        new AnswerFormat.Header("query_" + id, columns, rows.query().isKey(), false), rows.rows());
  }

  /** A SELECT without EMIT from a stream: it reads what is there from the beginning, and ends. */
  private PushAnswer readStream(String text, AnalysedPush push, Map<String, String> properties) {
    StreamEnd end = StreamEnd.now(engine.topics(), push.query());
    Map<String, String> fromBeginning = new HashMap<>(properties);
    fromBeginning
        .keySet()
        .removeIf(
            name -> name.endsWith("auto.offset.reset") || name.endsWith("commit.interval.ms"));
    fromBeginning.put("auto.offset.reset", "earliest");
    // Where it is done is known from its commits.
    fromBeginning.put("commit.interval.ms", COMMIT_INTERVAL_MILLIS);
    PushQuery query = engine.push(push, fromBeginning);
    String group = engine.config().transientGroup(query.id());
    return push(text, false, query, () -> end.isReadBy(group));
  }

  private PushAnswer push(String text, boolean emits, PushQuery query, BooleanSupplier isOver) {
    List<Column> columns = query.schema().columns();
    PushAnswer answer =
        new PushAnswer(
            text,
            emits,
            new AnswerFormat.Header(
                query.id(), columns, Collections.nCopies(columns.size(), false), true),
            query,
            isOver);
    pushQueries.put(query.id(), answer);
    return answer;
  }

  /** Ends the query; its answer ends too. */
  void close(PushAnswer answer) {
    pushQueries.remove(answer.query().id());
    answer.query().close();
  }

  /**
   * Ends the query of the id from outside of its answer.
   *
   * @return whether there was one
   */
  boolean close(String queryId) {
    Optional<PushAnswer> answer = Optional.ofNullable(pushQueries.get(queryId));
    answer.ifPresent(this::close);
    return answer.isPresent();
  }

  /** The push queries that run now, by their ids. */
  List<PushAnswer> running() {
    return pushQueries.values().stream()
        .filter(PushAnswer::emits)
        .filter(answer -> !answer.query().isDone() && !answer.query().isClosed())
        .sorted(Comparator.comparing(answer -> answer.query().id()))
        .toList();
  }

  /** The running push query that an id names, in whatever case it is written. */
  Optional<PushAnswer> find(String queryId) {
    return running().stream()
        .filter(answer -> answer.query().id().equalsIgnoreCase(queryId))
        .findFirst();
  }

  void closeAll() {
    List.copyOf(pushQueries.values()).forEach(this::close);
  }
}
