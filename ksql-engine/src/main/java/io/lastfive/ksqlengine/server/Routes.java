// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.KsqlException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The paths of the REST API. What may wait for Kafka runs on worker threads, the rows of push
 * queries each on a thread of their own.
 */
final class Routes {
  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
  private static final long LARGEST_BODY = 64L * 1024 * 1024;
  private static final String JSON = "application/json";

  private final Vertx vertx;
  private final KsqlEngine engine;
  private final QueryRunner queries;
  private final TopicPrinter printer;
  private final Router router;
  private volatile State state = State.INITIALIZING;
  private volatile @Nullable StatementRunner statements;
  private volatile @Nullable CommandRunner commands;
  private volatile @Nullable String clusterId;

  private enum State {
    INITIALIZING,
    READY,
    TERMINATING
  }

  Routes(Vertx vertx, KsqlEngine engine, QueryRunner queries) {
    this.vertx = vertx;
    this.engine = engine;
    this.queries = queries;
    this.printer = new TopicPrinter(engine);
    this.router = Router.router(vertx);
    addRoutes();
  }

  Router router() {
    return router;
  }

  void ready(StatementRunner runner, CommandRunner commandRunner) {
    statements = runner;
    commands = commandRunner;
    state = State.READY;
  }

  void closing() {
    state = State.TERMINATING;
  }

  private void addRoutes() {
    router.get("/chc/live").handler(context -> send(context, 200, "{}"));
    router.get("/chc/ready").handler(this::answerReady);
    router.route().handler(this::refuseUnlessReady);
    router
        .get("/")
        .handler(
            context -> context.response().setStatusCode(307).putHeader("location", "/info").end());
    router.get("/info").handler(context -> answer(context, this::info));
    router.get("/healthcheck").handler(context -> answer(context, this::health));
    router.get("/v1/metadata").handler(context -> answer(context, this::metadata));
    router.get("/v1/metadata/id").handler(context -> answer(context, this::clusterScope));
    // What ksqlDB has for several nodes is off there as well, unless it is configured.
    router.get("/clusterStatus").handler(context -> sendEmpty(context, 404));
    router.post("/heartbeat").handler(context -> sendEmpty(context, 404));
    router.post("/lag").handler(context -> sendEmpty(context, 404));
    router.get("/is_valid_property/:property").handler(context -> send(context, 200, "true"));
    router.get("/status").handler(context -> answer(context, this::statuses));
    router
        .get("/status/:type/:entity/:action")
        .handler(context -> answer(context, () -> status(context)));
    post("/ksql").handler(this::ksql);
    post("/ksql/terminate").handler(this::terminate);
    post("/query-stream")
        .handler(context -> query(context, KsqlRequest::ofQueryStream, AnswerFormat.DELIMITED));
    post("/query").handler(context -> query(context, KsqlRequest::ofKsql, AnswerFormat.OBJECTS));
    post("/close-query").handler(this::closeQuery);
    router.post("/inserts-stream").handler(this::insertsStream);
    router
        .get("/ws/query")
        .handler(context -> new WebSocketQueries(vertx, queries, printer).accept(context));
    router.errorHandler(404, context -> context.response().setStatusCode(404).end("Not Found"));
    router.errorHandler(
        405, context -> context.response().setStatusCode(405).end("Method Not Allowed"));
    router.errorHandler(413, Routes::tooLarge);
    router.errorHandler(500, this::failed);
  }

  private static void tooLarge(RoutingContext context) {
    ServerError error =
        ServerError.generic(
            ServerError.TOO_LARGE,
            "The request is larger than the " + LARGEST_BODY + " bytes that are taken.");
    // The rest of the body is not read; the connection is of no use afterwards.
    context.response().putHeader(HttpHeaders.CONNECTION, "close");
    send(context, error.httpStatus(), Json.text(error.json()));
  }

  private io.vertx.ext.web.Route post(String path) {
    return router.post(path).handler(BodyHandler.create(false).setBodyLimit(LARGEST_BODY));
  }

  // --- states

  private void answerReady(RoutingContext context) {
    if (state == State.READY) {
      send(context, 200, "{}");
    } else {
      sendEmpty(context, 503);
    }
  }

  private void refuseUnlessReady(RoutingContext context) {
    if (state == State.READY) {
      context.next();
      return;
    }
    ServerError error =
        state == State.INITIALIZING
            ? ServerError.generic(ServerError.NOT_READY, "Server initializing")
            : ServerError.generic(ServerError.SHUT_DOWN, "The server is shut down");
    context.response().putHeader("Retry-After", "10");
    send(context, error.httpStatus(), Json.text(error.json()));
  }

  private StatementRunner statements() {
    return ready(statements);
  }

  private CommandRunner commands() {
    return ready(commands);
  }

  private static <T> T ready(@Nullable T part) {
    if (part == null) {
      throw ServerError.generic(ServerError.NOT_READY, "Server initializing");
    }
    return part;
  }

  // --- about the server

  private ObjectNode info() {
    ObjectNode json = Json.object();
    json.putObject("KsqlServerInfo")
        .put("version", KsqlServer.VERSION)
        .put("kafkaClusterId", clusterId())
        .put("ksqlServiceId", engine.config().serviceId())
        .put("serverStatus", "RUNNING");
    return json;
  }

  private String clusterId() {
    String known = clusterId;
    if (known == null) {
      known = engine.topics().clusterId();
      clusterId = known;
    }
    return known;
  }

  private ObjectNode health() {
    boolean kafka = isKafkaHealthy();
    ObjectNode json = Json.object();
    json.put("isHealthy", kafka);
    ObjectNode details = json.putObject("details");
    details.putObject("metastore").put("isHealthy", true);
    details.putObject("kafka").put("isHealthy", kafka);
    details.putObject("commandRunner").put("isHealthy", true);
    json.put("serverState", "READY");
    return json;
  }

  private boolean isKafkaHealthy() {
    try {
      return engine.topics().find(engine.config().commandTopic()).isPresent();
    } catch (KsqlException e) {
      LOG.warn("Kafka does not answer reason={}", e.getMessage());
      return false;
    }
  }

  private ObjectNode metadata() {
    ObjectNode json = Json.object();
    json.put("version", KsqlServer.VERSION);
    json.set("clusterId", clusterScope());
    return json;
  }

  private ObjectNode clusterScope() {
    ObjectNode json = Json.object();
    ObjectNode scope = json.putObject("scope");
    scope.putArray("path");
    scope
        .putObject("clusters")
        .put("kafka-cluster", clusterId())
        .put("ksql-cluster", engine.config().serviceId());
    json.put("id", "");
    return json;
  }

  private ObjectNode statuses() {
    ObjectNode json = Json.object();
    ObjectNode all = json.putObject("commandStatuses");
    commands().statuses().forEach((id, status) -> all.put(id, status.state().name()));
    return json;
  }

  private ObjectNode status(RoutingContext context) {
    String id =
        context.pathParam("type")
            + "/"
            + context.pathParam("entity")
            + "/"
            + context.pathParam("action");
    return commands()
        .status(id)
        .map(CommandStatus::json)
        .orElseThrow(() -> ServerError.generic(ServerError.NOT_FOUND, "Command not found"));
  }

  // --- statements

  private void ksql(RoutingContext context) {
    String body = body(context);
    answer(context, () -> statements().run(KsqlRequest.ofKsql(Json.parse(body))));
  }

  private void terminate(RoutingContext context) {
    String body = body(context);
    answer(
        context,
        () -> {
          JsonNode patterns =
              (body.isBlank() ? Json.object() : Json.parse(body)).path("deleteTopicList");
          return statements().terminateCluster(patterns);
        });
  }

  // --- queries

  private void query(
      RoutingContext context, Function<JsonNode, KsqlRequest> reading, AnswerFormat otherwise) {
    String body = body(context);
    String accept = context.request().getHeader(HttpHeaders.ACCEPT);
    inBackground(
        context,
        () -> {
          AnswerFormat format = AnswerFormat.of(accept, otherwise);
          KsqlRequest request = reading.apply(Json.parse(body));
          commands().awaitSequence(request.afterSequence());
          QueryRunner.Answer answer = queries.start(request);
          if (answer instanceof QueryRunner.PullAnswer pull) {
            sendPull(context, format, pull);
          } else if (answer instanceof QueryRunner.PushAnswer push) {
            startThread(push.header().queryId(), () -> sendPush(context, format, push));
          } else if (answer instanceof QueryRunner.PrintAnswer print) {
            // The older /query answers PRINT as text, whatever was asked for: ksqlDB's shell reads
            // that.
            sendPrint(
                context,
                otherwise == AnswerFormat.DELIMITED ? format : AnswerFormat.DELIMITED,
                print);
          }
          return null;
        });
  }

  private static void sendPull(
      RoutingContext context, AnswerFormat format, QueryRunner.PullAnswer pull) {
    StringBuilder text = new StringBuilder(format.header(pull.header()));
    pull.rows().forEach(row -> text.append(format.row(pull.header(), row)));
    text.append(format.end(pull.header(), null));
    context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, format.contentType())
        .end(text.toString());
  }

  private void sendPush(RoutingContext context, AnswerFormat format, QueryRunner.PushAnswer push) {
    AnswerFormat.Header header = push.header();
    ChunkedBody body = new ChunkedBody(context.response(), format.contentType());
    try {
      body.write(format.header(header));
      RowPump.run(
          push,
          body::isClosed,
          new RowPump.Receiver() {
            @Override
            public void row(@Nullable Object[] row, boolean gone) throws InterruptedException {
              body.write(gone ? format.goneRow(header, row) : format.row(header, row));
            }

            @Override
            public void end(String message) {
              body.end(format.end(header, message));
            }

            @Override
            public void failed(ServerError error) {
              body.end(format.error(error) + format.end(header, null));
            }
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      queries.close(push);
    }
  }

  private void sendPrint(
      RoutingContext context, AnswerFormat format, QueryRunner.PrintAnswer print) {
    if (format != AnswerFormat.DELIMITED) {
      throw ServerError.generic(
          ServerError.NOT_ACCEPTABLE,
          "PRINT is answered as " + AnswerFormat.DELIMITED.contentType() + " only");
    }
    printer.refuseUnknown(print.print());
    startThread(
        "print-" + print.print().topic(),
        () -> {
          ChunkedBody body =
              new ChunkedBody(context.response(), AnswerFormat.DELIMITED.contentType());
          try {
            printer.print(print.print(), body::isClosed, body::write);
            body.end("");
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            LOG.warn("PRINT ended topic={}", print.print().topic(), e);
            body.end(
                AnswerFormat.DELIMITED.error(
                    ServerError.generic(ServerError.SERVER_ERROR, String.valueOf(e.getMessage()))));
          }
        });
  }

  private void closeQuery(RoutingContext context) {
    String body = body(context);
    inBackground(
        context,
        () -> {
          String id = Json.parse(body).path("queryId").asText("");
          if (!queries.close(id)) {
            throw ServerError.generic(ServerError.BAD_REQUEST, "No query with id " + id);
          }
          context.response().end();
          return null;
        });
  }

  // --- rows

  private void insertsStream(RoutingContext context) {
    if (context.request().version() != HttpVersion.HTTP_2) {
      ServerError error =
          ServerError.generic(
              ServerError.HTTP_2_ONLY, "This endpoint is only available when using HTTP2");
      send(context, error.httpStatus(), Json.text(error.json()));
      return;
    }
    new InsertsHandler(vertx, engine).accept(context);
  }

  // --- answering

  private static String body(RoutingContext context) {
    String body = context.body().asString();
    return body == null ? "" : body;
  }

  private void answer(RoutingContext context, Callable<? extends JsonNode> work) {
    inBackground(
        context,
        () -> {
          send(context, 200, Json.text(work.call()));
          return null;
        });
  }

  private void inBackground(RoutingContext context, Callable<@Nullable Void> work) {
    vertx
        .executeBlocking(work, false)
        .onFailure(
            failure -> {
              if (failure instanceof StatementRunner.Refused refused) {
                send(context, refused.error().httpStatus(), Json.text(refused.json()));
              } else {
                sendFailure(context, failure);
              }
            });
  }

  private void failed(RoutingContext context) {
    sendFailure(context, context.failure());
  }

  static void sendFailure(RoutingContext context, @Nullable Throwable failure) {
    ServerError error = asServerError(failure);
    if (!context.response().headWritten()) {
      send(context, error.httpStatus(), Json.text(error.json()));
    } else {
      context.response().end();
    }
  }

  static ServerError asServerError(@Nullable Throwable failure) {
    if (failure instanceof ServerError error) {
      return error;
    }
    if (failure instanceof KsqlException) {
      return ServerError.generic(ServerError.BAD_REQUEST, String.valueOf(failure.getMessage()));
    }
    LOG.error("a request failed", failure);
    return ServerError.generic(
        ServerError.SERVER_ERROR,
        Optional.ofNullable(failure).map(Throwable::toString).orElse("unknown"));
  }

  static void send(RoutingContext context, int status, String json) {
    HttpServerResponse response = context.response();
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, JSON);
    if (HttpMethod.HEAD.equals(context.request().method())) {
      response.end();
    } else {
      response.end(json);
    }
  }

  private static void sendEmpty(RoutingContext context, int status) {
    context.response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, JSON).end();
  }

  static void startThread(String name, Runnable work) {
    Thread thread = new Thread(work, "ksql-answer-" + name);
    thread.setDaemon(true);
    thread.start();
  }
}
