// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Paths and parameters that the recorded requests do not show. */
class RegistryRoutesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROTOBUF = "syntax = \"proto3\";\nmessage P { string id = 1; }";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private RegistryServer server;

  @BeforeEach
  void start() throws Exception {
    server = RegistryServer.on(new MemorySchemaLog(), "127.0.0.1", 0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void answersASchemaAloneInItsOwnLanguage() throws Exception {
    register("p-value", Map.of("schemaType", "PROTOBUF", "schema", PROTOBUF));

    assertThat(get("/schemas/ids/1/schema").body()).isEqualTo(PROTOBUF);
    assertThat(get("/subjects/p-value/versions/latest/schema").body()).isEqualTo(PROTOBUF);
  }

  @Test
  void findsASchemaByItsGuidAndTellsTheHighestId() throws Exception {
    JsonNode registered = register("a", Map.of("schema", "\"string\""));
    register("b", Map.of("schema", "\"int\""));

    JsonNode found = json("/schemas/guids/" + registered.path("guid").asText());
    assertThat(found.path("subject").asText()).isEqualTo("a");
    assertThat(json("/schemas/ids/1?fetchMaxId=true").path("maxId").asInt()).isEqualTo(2);
    assertThat(get("/schemas/guids/00000000-0000-0000-0000-000000000000").body())
        .isEqualTo("{\"error_code\":40403,\"message\":\"Schema not found\"}");
    assertThat(get("/schemas/guids/nope").body())
        .isEqualTo("{\"error_code\":400,\"message\":\"'nope' is not a schema guid.\"}");
  }

  /** What KafkaAvroSerializer and KafkaAvroDeserializer ask, with the headers that they send. */
  @Test
  void answersWhatConfluentsSerializersAsk() throws Exception {
    String schema =
        "{\"type\":\"record\",\"name\":\"P\",\"fields\":[{\"name\":\"id\",\"type\":\"string\"}]}";
    String body = JSON.writeValueAsString(Map.of("schema", schema));

    HttpResponse<String> unknown = confluent("POST", "/subjects/p-value?normalize=false", body);
    HttpResponse<String> registered =
        confluent("POST", "/subjects/p-value/versions?normalize=false", body);
    HttpResponse<String> lookedUp =
        confluent("POST", "/subjects/p-value?normalize=false&deleted=true", body);
    HttpResponse<String> byId =
        confluent("GET", "/schemas/ids/1?fetchMaxId=false&subject=p-value", "");
    HttpResponse<String> latest = confluent("GET", "/subjects/p-value/versions/latest", "");
    HttpResponse<String> level = confluent("GET", "/config/p-value?defaultToGlobal=true", "");
    HttpResponse<String> noSuchId = confluent("GET", "/schemas/ids/99?fetchMaxId=false", "");

    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body())
        .isEqualTo("{\"error_code\":40401,\"message\":\"Subject 'p-value' not found.\"}");
    assertThat(registered.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(registered.body()).path("id").asInt()).isEqualTo(1);
    assertThat(registered.headers().firstValue("Content-Type"))
        .contains("application/vnd.schemaregistry.v1+json");
    for (HttpResponse<String> version : List.of(lookedUp, latest)) {
      JsonNode found = JSON.readTree(version.body());
      assertThat(found.path("subject").asText()).isEqualTo("p-value");
      assertThat(found.path("version").asInt()).isEqualTo(1);
      assertThat(found.path("id").asInt()).isEqualTo(1);
      assertThat(found.path("schema").asText()).isEqualTo(schema);
    }
    assertThat(JSON.readTree(byId.body()).path("schema").asText()).isEqualTo(schema);
    assertThat(JSON.readTree(level.body()).path("compatibilityLevel").asText())
        .isEqualTo("BACKWARD");
    assertThat(JSON.readTree(confluent("GET", "/mode", "").body()).path("mode").asText())
        .isEqualTo("READWRITE");
    assertThat(noSuchId.statusCode()).isEqualTo(404);
    assertThat(JSON.readTree(noSuchId.body()).path("error_code").asInt()).isEqualTo(40403);
  }

  private HttpResponse<String> confluent(String method, String path, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(address(path))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .header(
                "Accept",
                "application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json, application/json")
            .header("Confluent-Accept-Unknown-Properties", "true")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void answersListsPageByPage() throws Exception {
    for (String subject : new String[] {"a", "b", "c"}) {
      register(subject, Map.of("schema", "\"string\""));
    }

    assertThat(get("/subjects?offset=1&limit=1").body()).isEqualTo("[\"b\"]");
    assertThat(get("/subjects?offset=2").body()).isEqualTo("[\"c\"]");
    assertThat(get("/subjects?offset=9").body()).isEqualTo("[]");
    assertThat(get("/subjects?limit=x").body())
        .isEqualTo("{\"error_code\":400,\"message\":\"'limit' is not a whole number.\"}");
    assertThat(get("/contexts").body()).isEqualTo("[\".\"]");
  }

  private JsonNode register(String subject, Map<String, String> schema) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(address("/subjects/" + subject + "/versions"))
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(schema)))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private JsonNode json(String path) throws Exception {
    return JSON.readTree(get(path).body());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(HttpRequest.newBuilder(address(path)).build(), BodyHandlers.ofString());
  }

  private URI address(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }
}
