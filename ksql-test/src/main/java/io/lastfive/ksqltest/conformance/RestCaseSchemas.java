// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.KsqlException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** The schemas of REST cases in a registry: emptied between cases, filled with what a case says. */
final class RestCaseSchemas {
  private static final String FORMAT = "valueFormat";

  private final URI registry;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  RestCaseSchemas(URI registry) {
    this.registry = registry;
  }

  /** Forgets every subject. */
  void empty() throws IOException, InterruptedException {
    for (JsonNode subject : QttCases.JSON.readTree(send("GET", "/subjects?deleted=true", ""))) {
      String path = "/subjects/" + encoded(subject.asText());
      send("DELETE", path, "");
      send("DELETE", path + "?permanent=true", "");
    }
  }

  /** Registers the value's schema of a case's topic, under its id where it has one. */
  void register(JsonNode topic) throws IOException, InterruptedException {
    if (!topic.has("valueSchema")) {
      return;
    }
    String subject = topic.path("name").asText() + "-value";
    ArrayNode references = QttCases.JSON.createArrayNode();
    for (JsonNode reference : topic.path("valueSchemaReferences")) {
      String name = reference.path("name").asText();
      register(name, schema(reference.path("format").asText(), reference.get("schema")));
      references.addObject().put("name", name).put("subject", name).put("version", 1);
    }
    ObjectNode schema = schema(topic.path(FORMAT).asText("AVRO"), topic.get("valueSchema"));
    schema.set("references", references);
    if (topic.has("valueSchemaId")) {
      send("PUT", "/mode/" + encoded(subject) + "?force=true", "{\"mode\":\"IMPORT\"}");
      schema.put("id", topic.get("valueSchemaId").asInt()).put("version", 1);
      register(subject, schema);
      send("DELETE", "/mode/" + encoded(subject), "");
    } else {
      register(subject, schema);
    }
  }

  private static ObjectNode schema(String format, JsonNode schema) {
    return QttCases.JSON
        .createObjectNode()
        .put("schemaType", format.toUpperCase(java.util.Locale.ROOT).replace("JSON_SR", "JSON"))
        .put(
            "schema",
            schema.isTextual() && !format.equals("AVRO") ? schema.asText() : schema.toString());
  }

  private void register(String subject, ObjectNode schema)
      throws IOException, InterruptedException {
    send("POST", "/subjects/" + encoded(subject) + "/versions", schema.toString());
  }

  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8);
  }

  private String send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(registry.resolve(path))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    if (answer.statusCode() >= 400 && !method.equals("DELETE")) {
      throw new KsqlException(method + " " + path + ": " + answer.body());
    }
    return answer.body();
  }
}
