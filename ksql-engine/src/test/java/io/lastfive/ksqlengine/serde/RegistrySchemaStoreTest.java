// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.lastfive.ksqlengine.KsqlException;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
          "GET /schemas/ids/3",
              new Answer(
                  200,
                  "{\"schemaType\":\"PROTOBUF\",\"schema\":\"import \\\"p.proto\\\"; message A { P p ="
                      + " 1; }\",\"references\":[{\"name\":\"p.proto\",\"subject\":\"p\",\"version\":1}]}"),
          "GET /subjects/p/versions/1",
              new Answer(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"message P {}\"}"),
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

  private final AtomicInteger requests = new AtomicInteger();
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
    requests.incrementAndGet();
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
  void schemasOfOtherTypesPassAsText() {
    assertThat(store.register("new-value", "JSON", "{}")).isEqualTo(7);
    assertThat(store.byId(3))
        .contains(
            new RegisteredSchema(
                3,
                "PROTOBUF",
                "import \"p.proto\"; message A { P p = 1; }",
                List.of("message P {}")));
  }

  @Test
  void unknownIdIsAskedForAgainAfterAWhileOnly() {
    AtomicLong now = new AtomicLong();
    store =
        new RegistrySchemaStore(
            SchemaRegistryClient.at(address()), () -> Instant.ofEpochMilli(now.get()));

    assertThat(store.byId(2)).isEmpty();
    assertThat(store.byId(2)).isEmpty();
    assertThat(requests.get()).isEqualTo(1);
    now.set(10_000);
    assertThat(store.byId(2)).isEmpty();
    assertThat(requests.get()).isEqualTo(2);
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
