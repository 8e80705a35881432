// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.watch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Answers queries with what it was told to, one answer after another. An answer without an end is a
 * connection that breaks.
 */
final class FakeKsqlDb implements AutoCloseable {
  private record Answer(int status, String body, boolean ends) {}

  private static final int NONE = 0;

  private final HttpServer server;
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final Queue<String> queries = new ConcurrentLinkedQueue<>();
  private final Queue<String> closed = new ConcurrentLinkedQueue<>();

  FakeKsqlDb() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/query-stream", exchange -> answer(exchange));
    server.createContext(
        "/close-query",
        exchange -> {
          closed.add(body(exchange));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  FakeKsqlDb answers(int status, String body) {
    answers.add(new Answer(status, body, true));
    return this;
  }

  /** The rows of a push query, which then has no more and goes on. */
  FakeKsqlDb answersWithoutEnd(String body) {
    answers.add(new Answer(200, body, false));
    return this;
  }

  /** A server that takes the query and does not so much as begin to answer. */
  FakeKsqlDb answersNever() {
    answers.add(new Answer(NONE, "", false));
    return this;
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  List<String> queries() {
    return List.copyOf(queries);
  }

  List<String> closed() {
    return List.copyOf(closed);
  }

  private void answer(HttpExchange exchange) throws IOException {
    queries.add(exchange.getRequestHeaders().getFirst("Accept") + " " + body(exchange));
    Answer answer = answers.remove();
    if (answer.status() != NONE) {
      exchange.sendResponseHeaders(answer.status(), 0);
      exchange.getResponseBody().write(answer.body().getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
    }
    if (answer.ends()) {
      exchange.close();
    }
  }

  private static String body(HttpExchange exchange) {
    try {
      return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
