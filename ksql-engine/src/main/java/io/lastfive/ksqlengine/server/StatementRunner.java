// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.Command;
import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.KsqlStatementException;
import io.lastfive.ksqlengine.Prepared;
import io.lastfive.ksqlengine.Sandbox;
import io.lastfive.ksqlengine.UnsupportedKsqlException;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.parser.KsqlParser;
import io.lastfive.ksqlengine.parser.ParseException;
import io.lastfive.ksqlengine.parser.SqlFormatter;
import io.lastfive.ksqlengine.parser.StatementText;
import io.lastfive.ksqlengine.parser.VariableSubstitution;
import io.lastfive.ksqlengine.query.StreamsSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Runs the statements of a request to /ksql: all of them are tried in a sandbox first, so that a
 * request with a mistake changes nothing; then they are carried out in order. Requests take turns.
 */
final class StatementRunner {

  /** How long an answer waits for its command; it then says how far the command is. */
  private static final String COMMAND_TIMEOUT = "ksql.server.command.response.timeout.ms";

  private static final long DEFAULT_COMMAND_TIMEOUT_MILLIS = 5_000;

  private final KsqlEngine engine;
  private final CommandTopic topic;
  private final CommandRunner commands;
  private final Looks looks;

  StatementRunner(KsqlEngine engine, CommandTopic topic, CommandRunner commands, Looks looks) {
    this.engine = engine;
    this.topic = topic;
    this.commands = commands;
    this.looks = looks;
  }

  /** A statement that was tried, with the session it will be carried out in. */
  private record Step(String text, Prepared prepared, Session session) {}

  /** What was answered before a refusal goes with it. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient ServerError error;
    private final transient ArrayNode done;

    private Refused(ServerError error, ArrayNode done) {
      super(error);
      this.error = error;
      this.done = done;
    }

    ServerError error() {
      return error;
    }

    ObjectNode json() {
      return error.json(done);
    }
  }

  /**
   * @return one entity a statement that has an answer
   * @throws Refused where a statement is refused
   */
  synchronized ArrayNode run(KsqlRequest request) {
    ArrayNode done = Json.array();
    try {
      awaitTurn(request);
      for (Step step : attempt(request)) {
        carryOut(step, done);
      }
      return done;
    } catch (ServerError e) {
      throw new Refused(e, done);
    }
  }

  private void awaitTurn(KsqlRequest request) {
    commands.awaitSequence(request.afterSequence());
    if (!commands.awaitAll(CommandRunner.TURN_TIMEOUT)) {
      throw ServerError.generic(
          ServerError.SERVER_ERROR, "Timeout while waiting for a previous command to execute");
    }
  }

  private List<Step> attempt(KsqlRequest request) {
    Session session = new Session(request.properties(), request.variables());
    Sandbox sandbox = engine.sandbox();
    List<Step> steps = new ArrayList<>();
    int newCommands = 0;
    for (StatementText written : KsqlParser.split(request.sql())) {
      String shown = written.text();
      try {
        StatementText text = VariableSubstitution.substitute(written, session.variables());
        shown = text.text();
        Statement statement = sandbox.parse(text);
        refuseQuery(statement, shown);
        if (session.take(statement)) {
          continue;
        }
        if (looks.endsPush(statement)) {
          steps.add(new Step(shown, new Prepared.Look(statement), session.copy()));
          continue;
        }
        // An id ends with the offset before its command's, as ksqlDB has it.
        long number = Math.max(0, topic.nextSequenceAfter(newCommands) - 1);
        Prepared prepared = prepare(sandbox, text, statement, session, number);
        newCommands += prepared instanceof Prepared.Distributed ? 1 : 0;
        steps.add(new Step(shown, prepared, session.copy()));
      } catch (KsqlException e) {
        throw refusal(e, shown);
      }
    }
    return steps;
  }

  /** What is wrong without being the statement's fault is answered without the statement. */
  private static Prepared prepare(
      Sandbox sandbox, StatementText text, Statement statement, Session session, long number) {
    try {
      return sandbox.prepare(text, statement, session.properties(), number);
    } catch (KsqlStatementException | UnsupportedKsqlException e) {
      throw e;
    } catch (KsqlException e) {
      ServerError error =
          ServerError.generic(ServerError.BAD_REQUEST, String.valueOf(e.getMessage()));
      error.initCause(e);
      throw error;
    }
  }

  private static void refuseQuery(Statement statement, String text) {
    if (statement instanceof Statement.SelectQuery || statement instanceof Statement.PrintTopic) {
      throw ServerError.ofStatement(
          ServerError.QUERY_ENDPOINT,
          "The following statement types should be issued to the websocket endpoint '/query':"
              + "\n\t* PRINT\n\t* SELECT",
          text);
    }
  }

  private void carryOut(Step step, ArrayNode done) {
    try {
      if (step.prepared() instanceof Prepared.Distributed distributed) {
        engine.lay(distributed.groundwork());
        done.add(currentStatus(distributed.command()));
      } else if (step.prepared() instanceof Prepared.Insert insert) {
        engine.insert(insert.row());
      } else if (step.prepared() instanceof Prepared.Nothing nothing) {
        ObjectNode warning = entity("warning_entity", step.text());
        warning.put("message", nothing.message());
        done.add(withWarnings(warning));
      } else if (step.prepared() instanceof Prepared.Look look) {
        done.add(withWarnings(looks.answer(step.text(), look.statement(), step.session())));
      } else {
        throw new IllegalStateException("Unknown step: " + step.prepared().getClass());
      }
    } catch (KsqlException e) {
      throw refusal(e, step.text());
    }
  }

  /**
   * Ends every query, forgets every stream, table and type, and deletes the topics of the streams
   * and tables whose topic a pattern matches.
   *
   * @param deleteTopics array of regular expressions
   */
  synchronized ArrayNode terminateCluster(JsonNode deleteTopics) {
    List<Pattern> patterns = new ArrayList<>();
    deleteTopics.forEach(pattern -> patterns.add(Pattern.compile(pattern.asText())));
    StringBuilder statements = new StringBuilder("TERMINATE ALL;\n");
    List<DataSource> sources = new ArrayList<>(engine.catalog().sources());
    Collections.reverse(sources);
    for (DataSource source : sources) {
      boolean delete =
          patterns.stream().anyMatch(pattern -> pattern.matcher(source.topic()).matches());
      statements
          .append("DROP ")
          .append(source.kind())
          .append(" IF EXISTS ")
          .append(SqlFormatter.identifier(source.name()))
          .append(delete && !source.isSource() ? " DELETE TOPIC;\n" : ";\n");
    }
    return run(KsqlRequest.of(statements.toString()));
  }

  private ObjectNode currentStatus(Command command) {
    CommandRunner.Submitted submitted = commands.submit(command);
    CommandStatus status = commands.await(command, submitted, commandTimeout());
    ObjectNode entity = entity("currentStatus", command.statement());
    entity.put("commandId", command.id());
    entity.set("commandStatus", status.json());
    entity.put("commandSequenceNumber", submitted.sequence());
    return withWarnings(entity);
  }

  private Duration commandTimeout() {
    return Duration.ofMillis(
        StreamsSettings.own(engine.config(), Map.of(), COMMAND_TIMEOUT)
            .map(Long::parseLong)
            .orElse(DEFAULT_COMMAND_TIMEOUT_MILLIS));
  }

  static ObjectNode entity(String type, String statementText) {
    ObjectNode entity = Json.object();
    entity.put("@type", type);
    entity.put("statementText", statementText);
    return entity;
  }

  private static ObjectNode withWarnings(ObjectNode entity) {
    entity.putArray("warnings");
    return entity;
  }

  /** The session of one request: what SET, UNSET, DEFINE and UNDEFINE made of it so far. */
  static final class Session {
    private final Map<String, String> properties;
    private final Map<String, String> variables;

    Session(Map<String, String> properties, Map<String, String> variables) {
      this.properties = new LinkedHashMap<>(properties);
      this.variables = new LinkedHashMap<>(variables);
    }

    Session copy() {
      return new Session(properties, variables);
    }

    Map<String, String> properties() {
      return properties;
    }

    Map<String, String> variables() {
      return variables;
    }

    /** Whether the statement is about the session alone, and so is done now. */
    boolean take(Statement statement) {
      if (statement instanceof Statement.SetProperty set) {
        StreamsSettings.check(set.name());
        properties.put(set.name(), set.value());
      } else if (statement instanceof Statement.UnsetProperty unset) {
        StreamsSettings.check(unset.name());
        properties.remove(unset.name());
      } else if (statement instanceof Statement.DefineVariable define) {
        variables.put(define.name(), define.value());
      } else if (statement instanceof Statement.UndefineVariable undefine) {
        if (variables.remove(undefine.name()) == null) {
          throw new KsqlException(
              "Cannot undefine variable '" + undefine.name() + "' which was not defined");
        }
      } else {
        return false;
      }
      return true;
    }
  }

  /** What the engine says of a statement as a refusal of the server. */
  static ServerError refusal(KsqlException e, String text) {
    ServerError error;
    if (e instanceof ParseException parse) {
      error =
          ServerError.ofStatement(
              ServerError.BAD_STATEMENT, String.valueOf(e.getMessage()), parse.statementText());
    } else if (e instanceof KsqlStatementException statement) {
      error =
          ServerError.ofStatement(
              ServerError.BAD_STATEMENT, String.valueOf(e.getMessage()), statement.statementText());
    } else {
      error =
          ServerError.ofStatement(ServerError.BAD_STATEMENT, String.valueOf(e.getMessage()), text);
    }
    error.initCause(e);
    return error;
  }
}
