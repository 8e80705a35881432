// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A registry of a few paths, to see what a client asks and how it takes bad answers. */
final class FakeRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final List<String> schemas = new ArrayList<>();
  private final Map<String, List<Integer>> subjects = new LinkedHashMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger failuresToCome = new AtomicInteger();

  FakeRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What was asked, as "METHOD path". */
  List<String> requests() {
    return List.copyOf(requests);
  }

  List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  List<String> schemas() {
    return List.copyOf(schemas);
  }

  void failNext(int count) {
    failuresToCome.set(count);
  }

  synchronized int add(String subject, String schema) {
    if (!schemas.contains(schema)) {
      schemas.add(schema);
    }
    int id = schemas.indexOf(schema) + 1;
    List<Integer> versions = subjects.computeIfAbsent(subject, s -> new ArrayList<>());
    if (!versions.contains(id)) {
      versions.add(id);
    }
    return id;
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    requests.add(exchange.getRequestMethod() + " " + path);
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
    if (failuresToCome.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      answer(exchange, 503, "starting");
      return;
    }
    String[] parts = path.split("/", -1);
    if (path.startsWith("/schemas/ids/")) {
      int id = Integer.parseInt(parts[3]);
      if (id > schemas.size()) {
        answer(exchange, 404, error(40403, "Schema %d not found".formatted(id)));
      } else {
        answer(exchange, 200, JSON.createObjectNode().put("schema", schemas.get(id - 1)));
      }
    } else if (exchange.getRequestMethod().equals("POST") && path.endsWith("/versions")) {
      int id = add(parts[2], body.get("schema").asText());
      answer(exchange, 200, JSON.createObjectNode().put("id", id));
    } else if (path.endsWith("/versions/latest") && subjects.containsKey(parts[2])) {
      List<Integer> versions = subjects.get(parts[2]);
      int id = versions.get(versions.size() - 1);
      answer(exchange, 200, version(parts[2], versions.size(), id));
    } else if (exchange.getRequestMethod().equals("POST") && subjects.containsKey(parts[2])) {
      int id = schemas.indexOf(body.get("schema").asText()) + 1;
      int version = subjects.get(parts[2]).indexOf(id) + 1;
      if (version == 0) {
        answer(exchange, 404, error(40403, "Schema not found"));
      } else {
        answer(exchange, 200, version(parts[2], version, id));
      }
    } else if (path.equals("/not-a-registry/subjects")) {
      answer(exchange, 200, "<html>hello</html>");
    } else {
      answer(exchange, 404, error(40401, "Subject '%s' not found.".formatted(parts[2])));
    }
  }

  private ObjectNode version(String subject, int version, int id) {
    return JSON.createObjectNode()
        .put("subject", subject)
        .put("version", version)
        .put("id", id)
        .put("schema", schemas.get(id - 1));
  }

  private static ObjectNode error(int code, String message) {
    return JSON.createObjectNode().put("error_code", code).put("message", message);
  }

  private static void answer(HttpExchange exchange, int status, Object body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
