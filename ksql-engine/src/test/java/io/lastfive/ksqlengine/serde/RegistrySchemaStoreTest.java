// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.UnsupportedKsqlException;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.serde.Format.RegisteredSchema;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.registry.SchemaRegistryUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that gives a schema registry's answers, one for each path. */
class RegistrySchemaStoreTest {
  private static final List<Column> COLUMNS = List.of(new Column("A", SqlType.INTEGER));
  private static final FormatSpec AVRO = FormatSpec.of("AVRO");

  private record Answer(int status, String body) {}

  private final Map<String, Answer> answers =
      Map.of(
          "GET /schemas/ids/1", new Answer(200, "{\"schema\":\"\\\"int\\\"\"}"),
          "GET /schemas/ids/2",
              new Answer(404, "{\"error_code\":40403,\"message\":\"Schema 2 not found\"}"),
          "GET /subjects/known-value/versions/latest",
              new Answer(
                  200,
                  "{\"subject\":\"known-value\",\"version\":1,\"id\":1,"
                      + "\"schema\":\"\\\"int\\\"\"}"),
          "GET /subjects/new-value/versions/latest",
              new Answer(
                  404, "{\"error_code\":40401,\"message\":\"Subject 'new-value' not found.\"}"),
          "POST /subjects/new-value/versions", new Answer(200, "{\"id\":7}"),
          "POST /subjects/known-value/versions",
              new Answer(409, "{\"error_code\":409,\"message\":\"incompatible\"}"));

  private HttpServer server;
  private RegistrySchemaStore store;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    store = new RegistrySchemaStore(SchemaRegistryClient.at(address()));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String address() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Answer answer =
        answers.getOrDefault(
            exchange.getRequestMethod() + " " + path,
            new Answer(500, "{\"error_code\":500,\"message\":\"no answer to " + path + "\"}"));
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }

  @Test
  void findsSchemasByIdAndSubject() {
    assertThat(store.byId(1)).contains(new RegisteredSchema(1, "AVRO", "\"int\""));
    assertThat(store.byId(2)).isEmpty();
    assertThat(store.latest("known-value")).contains(new RegisteredSchema(1, "AVRO", "\"int\""));
    assertThat(store.latest("new-value")).isEmpty();
  }

  @Test
  void sourceOnAnEmptySubjectRegistersItsSchema() {
    RegisteredSchemas.registerIfAbsent(COLUMNS, AVRO, false, "new", store);

    assertThat(serde("new").serializer().serialize("new", new Object[] {1}))
        .startsWith(0, 0, 0, 0, 7);
  }

  @Test
  void incompatibleSchemaOfAQueryIsExplained() {
    assertThatThrownBy(
            () -> RegisteredSchemas.registerForQuery(COLUMNS, AVRO, false, "known", store))
        .isInstanceOf(KsqlException.class)
        .hasMessage(
            "Could not register schema for topic: POST "
                + address()
                + "/subjects/known-value/versions: incompatible (error code 409)\n"
                + "Subject: known-value\nIf the subject's schema is the one to write, you probably"
                + " forgot to add VALUE_SCHEMA_ID.");
  }

  @Test
  void otherThanAvroIsUnsupported() {
    assertThatThrownBy(() -> store.register("t-value", "JSON", "{}"))
        .isInstanceOf(UnsupportedKsqlException.class)
        .hasMessage(
            "A schema of type JSON in the schema registry is not supported by the embedded engine."
                + " Use AVRO, or JSON without a schema.");
  }

  @Test
  void registryThatIsAwayIsNotTheRecordsFault() {
    byte[] record = {0, 0, 0, 0, 1, 2};
    Serde<@Nullable Object[]> serde = serde("known");
    server.stop(0);

    assertThatThrownBy(() -> serde.deserializer().deserialize("known", record))
        .isInstanceOf(SchemaRegistryUnavailableException.class);
  }

  private Serde<@Nullable Object[]> serde(String topic) {
    return Formats.of("AVRO").serde(COLUMNS, AVRO, false, topic, store);
  }
}
