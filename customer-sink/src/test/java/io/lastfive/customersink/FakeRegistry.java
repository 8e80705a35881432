// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/** Answers the two requests that the sink sends to a schema registry, and can be away. */
final class FakeRegistry implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, Schema> schemas = new ConcurrentHashMap<>();
  private volatile boolean away;
  private volatile boolean closed;

  FakeRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void put(int id, Schema schema) {
    schemas.put("/schemas/ids/" + id, schema);
  }

  void remove(int id) {
    schemas.remove("/schemas/ids/" + id);
  }

  void away(boolean isAway) {
    away = isAway;
  }

  /** Whether it asks for a login, and takes none. */
  void closed(boolean isClosed) {
    closed = isClosed;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Schema schema = schemas.get(path);
    if (closed) {
      send(exchange, 401, "{\"error_code\":401,\"message\":\"Unauthorized\"}");
    } else if (away) {
      send(exchange, 503, "{\"error_code\":50301,\"message\":\"away\"}");
    } else if (path.equals("/config")) {
      send(exchange, 200, "{\"compatibilityLevel\":\"BACKWARD\"}");
    } else if (schema != null) {
      send(
          exchange,
          200,
          JsonNodeFactory.instance.objectNode().put("schema", schema.toString()).toString());
    } else {
      send(exchange, 404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
    }
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    try (exchange) {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
