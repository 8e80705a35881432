// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.types.RowSchema;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queries over a web socket: the request stands in the address; the columns come first, then a
 * frame a row, and a last frame that says why there are no more.
 */
final class WebSocketQueries {
  private static final Logger LOG = LoggerFactory.getLogger(WebSocketQueries.class);
  private static final short NORMAL = 1000;
  private static final short UNEXPECTED = 1011;
  private static final short PROTOCOL_ERROR = 1002;
  private static final int LONGEST_REASON = 123;

  private final Vertx vertx;
  private final QueryRunner queries;
  private final TopicPrinter printer;

  WebSocketQueries(Vertx vertx, QueryRunner queries, TopicPrinter printer) {
    this.vertx = vertx;
    this.queries = queries;
    this.printer = printer;
  }

  void accept(RoutingContext context) {
    String request = context.request().getParam("request");
    context
        .request()
        .toWebSocket()
        .onSuccess(socket -> answer(socket, request == null ? "" : request))
        .onFailure(failure -> LOG.warn("a web socket was not opened", failure));
  }

  private void answer(ServerWebSocket socket, String request) {
    AtomicBoolean gone = new AtomicBoolean();
    socket.closeHandler(nothing -> gone.set(true));
    vertx
        .executeBlocking(() -> queries.start(KsqlRequest.ofKsql(Json.parse(request))), false)
        .onSuccess(answer -> Routes.startThread("socket", () -> send(socket, answer, gone)))
        .onFailure(failure -> fail(socket, Routes.asServerError(failure)));
  }

  private void send(ServerWebSocket socket, QueryRunner.Answer answer, AtomicBoolean gone) {
    BoundedWrites writes = new BoundedWrites(gone::get);
    try {
      if (answer instanceof QueryRunner.PullAnswer pull) {
        socket.writeTextMessage(Json.text(SchemaJson.fields(schema(pull.header()))));
        for (@Nullable Object[] row : pull.rows()) {
          String text = AnswerFormat.rowObject(pull.header(), row, false);
          writes.write(text, () -> socket.writeTextMessage(text));
        }
        done(socket);
      } else if (answer instanceof QueryRunner.PushAnswer push) {
        sendPush(socket, push, gone, writes);
      } else if (answer instanceof QueryRunner.PrintAnswer print) {
        printer.print(
            print.print(),
            gone::get,
            line -> writes.write(line, () -> socket.writeTextMessage(line)));
        done(socket);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      fail(socket, Routes.asServerError(e));
    }
  }

  private void sendPush(
      ServerWebSocket socket, QueryRunner.PushAnswer push, AtomicBoolean gone, BoundedWrites writes)
      throws InterruptedException {
    try {
      socket.writeTextMessage(Json.text(SchemaJson.fields(schema(push.header()))));
      RowPump.run(
          push,
          gone::get,
          new RowPump.Receiver() {
            @Override
            public void row(@Nullable Object[] row, boolean isGone) throws InterruptedException {
              String text = AnswerFormat.rowObject(push.header(), row, isGone);
              writes.write(text, () -> socket.writeTextMessage(text));
            }

            @Override
            public void end(String message) {
              done(socket);
            }

            @Override
            public void failed(ServerError error) {
              fail(socket, error);
            }
          });
    } finally {
      queries.close(push);
    }
  }

  private static RowSchema schema(AnswerFormat.Header header) {
    return new RowSchema(List.of(), header.columns());
  }

  private static void done(ServerWebSocket socket) {
    socket.writeTextMessage("{\"error\":\"done\"}");
    socket.close(NORMAL, "done");
  }

  private static void fail(ServerWebSocket socket, ServerError error) {
    ObjectNode json = Json.object();
    json.put("error", error.getMessage());
    socket.writeTextMessage(Json.text(json));
    socket.close(error.httpStatus() < 500 ? PROTOCOL_ERROR : UNEXPECTED, cut(error.getMessage()));
  }

  /** A close frame has room for no more. */
  private static String cut(@Nullable String message) {
    String reason = String.valueOf(message);
    while (reason.getBytes(StandardCharsets.UTF_8).length > LONGEST_REASON) {
      reason = reason.substring(0, reason.length() - 1);
    }
    return reason;
  }
}
