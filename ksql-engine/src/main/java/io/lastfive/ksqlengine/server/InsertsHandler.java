// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import io.lastfive.ksqlengine.KsqlEngine;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.parsetools.RecordParser;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of a request to /inserts-stream while they come and acknowledges them. One thread
 * a request writes the rows, in the order of the lines; the request waits where it is slower.
 */
final class InsertsHandler {
  private static final int MOST_LINES_WAITING = 1000;

  private final Vertx vertx;
  private final KsqlEngine engine;

  InsertsHandler(Vertx vertx, KsqlEngine engine) {
    this.vertx = vertx;
    this.engine = engine;
  }

  void accept(RoutingContext context) {
    HttpServerRequest request = context.request();
    AnswerFormat format =
        AnswerFormat.of(request.getHeader(HttpHeaders.ACCEPT), AnswerFormat.DELIMITED);
    Exchange exchange = new Exchange(context, format == AnswerFormat.JSON_ARRAY);
    RecordParser lines = RecordParser.newDelimited("\n", request);
    lines.handler(line -> exchange.line(line.toString(), request));
    lines.exceptionHandler(failure -> exchange.end());
    lines.endHandler(nothing -> exchange.end());
  }

  /** One request and its answer. */
  private final class Exchange {
    private final RoutingContext context;
    private final HttpServerResponse response;
    private final boolean array;
    private final ExecutorService thread =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "ksql-inserts"));
    private final AtomicInteger waiting = new AtomicInteger();
    private final BoundedWrites writes;
    private @Nullable InsertsStream stream;
    private boolean acknowledged;
    private boolean ended;

    private Exchange(RoutingContext context, boolean array) {
      this.context = context;
      this.response = context.response();
      this.writes = new BoundedWrites(response::closed);
      this.array = array;
    }

    private void line(String line, HttpServerRequest request) {
      if (line.isBlank() || thread.isShutdown()) {
        return;
      }
      if (waiting.incrementAndGet() == MOST_LINES_WAITING) {
        request.pause();
      }
      thread.execute(
          () -> {
            take(line);
            if (waiting.decrementAndGet() == MOST_LINES_WAITING / 2) {
              vertx.runOnContext(nothing -> request.resume());
            }
          });
    }

    private void end() {
      if (!thread.isShutdown()) {
        thread.execute(this::finish);
        thread.shutdown();
      }
    }

    private void take(String line) {
      if (ended) {
        return;
      }
      try {
        InsertsStream current = stream;
        if (current == null) {
          stream = new InsertsStream(engine, line);
          start();
          return;
        }
        InsertsStream.Acknowledgment acknowledgment = current.insert(line);
        String json = Json.text(acknowledgment.json());
        String text = array ? (acknowledged ? "," : "") + json : json + "\n";
        writes.write(text, () -> response.write(text));
        acknowledged = true;
        if (!acknowledgment.ok()) {
          finish();
        }
      } catch (InterruptedException e) {
        ended = true;
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        ended = true;
        Routes.sendFailure(context, e);
      }
    }

    private void start() {
      response.setChunked(true);
      response.putHeader(
          HttpHeaders.CONTENT_TYPE,
          (array ? AnswerFormat.JSON_ARRAY : AnswerFormat.DELIMITED).contentType());
      if (array) {
        response.write("[");
      }
    }

    private void finish() {
      if (ended) {
        return;
      }
      ended = true;
      if (stream == null) {
        Routes.sendFailure(
            context,
            ServerError.generic(
                ServerError.BAD_REQUEST,
                "The first line must name the target: {\"target\":\"S\"}"));
      } else {
        response.end(array ? "]" : "");
      }
    }
  }
}
