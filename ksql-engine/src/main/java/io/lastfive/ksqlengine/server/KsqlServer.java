// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.Prepared;
import io.lastfive.ksqlengine.Sandbox;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.parser.StatementText;
import io.lastfive.ksqlengine.query.TopicProcessingLog;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entry point: ksqlDB's REST API in front of an engine, and the log of commands behind it. It
 * answers 503 until the log is replayed and the engine's queries are started. Closing it leaves the
 * engine open: who made it closes it.
 */
public final class KsqlServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KsqlServer.class);
  private static final int CLOSE_SECONDS = 10;

  /** Of the ksqlDB whose answers these are. */
  static final String VERSION = "8.3.1";

  private final Vertx vertx;
  private final HttpServer http;
  private final Routes routes;
  private final CommandRunner commands;
  private final QueryRunner queries;

  private KsqlServer(
      Vertx vertx, HttpServer http, Routes routes, CommandRunner commands, QueryRunner queries) {
    this.vertx = vertx;
    this.http = http;
    this.routes = routes;
    this.commands = commands;
    this.queries = queries;
  }

  /**
   * Starts listening, replays the log of commands, starts the queries, and then is ready.
   *
   * @param host to listen at: loopback, unless others are to come in
   * @param port 0: any that is free
   * @throws IOException where the port is taken
   */
  public static KsqlServer start(KsqlEngine engine, String host, int port) throws IOException {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    QueryRunner queries = new QueryRunner(engine);
    Routes routes = new Routes(vertx, engine, queries);
    HttpServer http = listen(vertx, routes, host, port);
    try {
      CommandTopic topic = CommandTopic.open(engine.config(), engine.topics());
      CommandRunner commands = new CommandRunner(engine, topic);
      KsqlServer server = new KsqlServer(vertx, http, routes, commands, queries);
      server.becomeReady(engine, topic, host);
      return server;
    } catch (RuntimeException e) {
      vertx.close();
      throw e;
    }
  }

  private void becomeReady(KsqlEngine engine, CommandTopic topic, String host) {
    int replayed = commands.replay();
    if (replayed == 0) {
      declareProcessingLog(engine, commands, topic);
    }
    Looks looks =
        new Looks(
            engine, queries, new ServerProperties(engine.config()), host + ":" + http.actualPort());
    routes.ready(new StatementRunner(engine, topic, commands, looks), commands);
    LOG.info("ready address={} commands={}", address(), replayed);
  }

  private static HttpServer listen(Vertx vertx, Routes routes, String host, int port)
      throws IOException {
    HttpServerOptions options =
        new HttpServerOptions().setHost(host).setPort(port).setCompressionSupported(false);
    try {
      return vertx
          .createHttpServer(options)
          .requestHandler(routes.router())
          .listen()
          .toCompletionStage()
          .toCompletableFuture()
          .get();
    } catch (ExecutionException e) {
      vertx.close();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "cannot listen at " + host + ":" + port + ": " + cause.getMessage(), cause);
    } catch (InterruptedException e) {
      vertx.close();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while starting to listen", e);
    }
  }

  /** As ksqlDB does at its first start. */
  private static void declareProcessingLog(
      KsqlEngine engine, CommandRunner commands, CommandTopic topic) {
    engine
        .topics()
        .create(
            engine.config().processingLogTopic(),
            1,
            1,
            Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE));
    Sandbox sandbox = engine.sandbox();
    StatementText text = new StatementText(TopicProcessingLog.streamStatement(engine.config()));
    Statement statement = sandbox.parse(text);
    Prepared prepared = sandbox.prepare(text, statement, Map.of(), topic.nextSequence());
    if (prepared instanceof Prepared.Distributed distributed) {
      engine.lay(distributed.groundwork());
      commands.submit(distributed.command()).outcome().join();
    }
  }

  public int port() {
    return http.actualPort();
  }

  /** {@code http://127.0.0.1:8088} */
  public String address() {
    return "http://127.0.0.1:" + port();
  }

  /** Stops listening, ends the push queries, and lets the command that is being executed finish. */
  @Override
  public void close() {
    routes.closing();
    queries.closeAll();
    commands.close();
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the HTTP server did not close in time address={}", address(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
