// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;

/**
 * Requests to a KSQL server that others may use too: whatever is made has a name that begins with
 * {@link #prefix}, and {@link #cleanUp} takes all of it away.
 */
final class KsqlSession {
  static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  static final String KSQL = "application/vnd.ksql.v1+json";
  static final String DELIMITED = "application/vnd.ksqlapi.delimited.v1";
  private static final Duration LONGEST_REQUEST = Duration.ofSeconds(60);
  private static final Map<String, String> FROM_BEGINNING = Map.of("auto.offset.reset", "earliest");

  private final KsqlAddresses addresses;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String prefix =
      "CT" + UUID.randomUUID().toString().substring(0, 8).toUpperCase(Locale.ROOT);

  record Answer(int status, String body, String contentType, String location) {

    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException("not JSON: " + body, e);
      }
    }
  }

  KsqlSession(KsqlAddresses addresses) {
    this.addresses = addresses;
  }

  /** Upper case, so that it is the same quoted and unquoted. */
  String prefix() {
    return prefix;
  }

  /** The statement with {@code $} standing for the prefix. */
  String named(String sql) {
    return sql.replace("$", prefix);
  }

  // --- requests

  Answer get(String path) {
    return send(request(addresses.ksqldb(), path).GET().build());
  }

  Answer post(String path, String body, String accept) {
    return send(
        request(addresses.ksqldb(), path)
            .header("Content-Type", KSQL)
            .header("Accept", accept)
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  /** Statements to /ksql, with {@code $} for the prefix. */
  Answer ksql(String sql) {
    ObjectNode body = JSON.createObjectNode().put("ksql", named(sql));
    body.set("streamsProperties", JSON.valueToTree(FROM_BEGINNING));
    return post("/ksql", body.toString(), KSQL);
  }

  /** The entities of statements that must be carried out. */
  JsonNode execute(String sql) {
    Answer answer = ksql(sql);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    for (JsonNode entity : answer.json()) {
      assertThat(entity.path("commandStatus").path("status").asText("SUCCESS"))
          .as(entity.toString())
          .isEqualTo("SUCCESS");
    }
    return answer.json();
  }

  /** A query from the beginning, with {@code $} for the prefix. */
  Answer query(String sql, String accept) {
    ObjectNode body = JSON.createObjectNode().put("sql", named(sql));
    body.set("properties", JSON.valueToTree(FROM_BEGINNING));
    return post("/query-stream", body.toString(), accept);
  }

  /** The rows of a query that ends, each as JSON text. */
  List<String> rows(String sql) {
    Answer answer = query(sql, KSQL);
    List<String> rows = new ArrayList<>();
    if (answer.status() == 200) {
      for (JsonNode part : answer.json()) {
        if (part.has("row")) {
          rows.add(part.path("row").path("columns").toString());
        }
      }
    }
    return rows;
  }

  private static HttpRequest.Builder request(URI server, String path) {
    return HttpRequest.newBuilder(server.resolve(path)).timeout(LONGEST_REQUEST);
  }

  private Answer send(HttpRequest request) {
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      return new Answer(
          answer.statusCode(),
          answer.body(),
          answer.headers().firstValue("content-type").orElse(""),
          answer.headers().firstValue("location").orElse(""));
    } catch (IOException e) {
      throw new UncheckedIOException(request.uri().toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  // --- the registry

  Answer registry(String method, String path, String body) {
    return send(
        request(addresses.registry(), path)
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .method(method, BodyPublishers.ofString(body))
            .build());
  }

  // --- the end

  /**
   * Ends the queries, drops the sources and types, deletes the topics and subjects of this session.
   */
  void cleanUp() throws Exception {
    for (JsonNode query : list("LIST QUERIES;", "queries")) {
      String id = query.path("id").asText();
      boolean makesSource = id.startsWith("CSAS_") || id.startsWith("CTAS_");
      if (id.contains(prefix) && !makesSource) {
        ksql("TERMINATE " + id + ";");
      }
    }
    Set<String> left = new HashSet<>();
    int before;
    do {
      before = left.size();
      left.clear();
      for (String kind : List.of("STREAM", "TABLE")) {
        for (JsonNode source : list("LIST " + kind + "S;", kind.toLowerCase(Locale.ROOT) + "s")) {
          String name = source.path("name").asText();
          if (name.startsWith(prefix) && ksql("DROP " + kind + " " + name + ";").status() != 200) {
            left.add(name);
          }
        }
      }
    } while (!left.isEmpty() && left.size() != before);
    list("LIST TYPES;", "types")
        .fieldNames()
        .forEachRemaining(
            type -> {
              if (type.startsWith(prefix)) {
                ksql("DROP TYPE " + type + ";");
              }
            });
    for (JsonNode subject : registry("GET", "/subjects", "").json()) {
      if (subject.asText().contains(prefix)) {
        registry("DELETE", "/subjects/" + subject.asText(), "");
        registry("DELETE", "/subjects/" + subject.asText() + "?permanent=true", "");
      }
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", addresses.kafka()))) {
      List<String> topics =
          admin.listTopics().names().get().stream().filter(name -> name.contains(prefix)).toList();
      admin.deleteTopics(topics).all().get();
    }
    assertThat(left).as("sources that could not be dropped").isEmpty();
  }

  private JsonNode list(String statement, String name) {
    return execute(statement).path(0).path(name);
  }
}
