// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaRegistryClientTest {
  private static final Schema SCHEMA =
      SchemaBuilder.record("a.b.P").fields().requiredString("id").endRecord();

  private FakeRegistry registry;

  @BeforeEach
  void startRegistry() throws Exception {
    registry = new FakeRegistry();
  }

  @AfterEach
  void stopRegistry() {
    registry.close();
  }

  @Test
  void asksForEachSchemaOnce() {
    SchemaRegistryClient client = SchemaRegistryClient.at(registry.url());

    int id = client.register("x y-value", SCHEMA);
    client.register("x y-value", SCHEMA);

    assertThat(client.schemaById(id)).isEqualTo(SCHEMA);
    assertThat(client.schemaById(id)).isEqualTo(SCHEMA);
    assertThat(registry.requests())
        .containsExactly("POST /subjects/x%20y-value/versions", "GET /schemas/ids/1");
  }

  @Test
  void keepsJavaStringsOutOfTheRegistry() {
    String generated =
        """
        {"type":"record","name":"P","namespace":"a.b","doc":"A payment.","fields":[
         {"name":"id","type":{"type":"string","avro.java.string":"String"},"doc":"Its id."},
         {"name":"amount","type":{"type":"bytes","logicalType":"decimal","precision":19,"scale":4}},
         {"name":"key","type":{"type":"string","avro.java.string":"String","logicalType":"uuid"}},
         {"name":"note","type":["null",{"type":"string","avro.java.string":"String"}],"default":null},
         {"name":"tags","type":{"type":"map","values":{"type":"array","items":{"type":"string","avro.java.string":"String"}},"avro.java.string":"String"}},
         {"name":"next","type":["null","P"],"default":null}]}""";
    SchemaRegistryClient client = SchemaRegistryClient.at(registry.url());

    client.register("x-value", new Schema.Parser().parse(generated));

    assertThat(registry.schemas())
        .containsExactly(
            "{\"type\":\"record\",\"name\":\"P\",\"namespace\":\"a.b\",\"doc\":\"A payment.\",\"fields\":["
                + "{\"name\":\"id\",\"type\":\"string\",\"doc\":\"Its id.\"},"
                + "{\"name\":\"amount\",\"type\":{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":19,\"scale\":4}},"
                + "{\"name\":\"key\",\"type\":{\"type\":\"string\",\"logicalType\":\"uuid\"}},"
                + "{\"name\":\"note\",\"type\":[\"null\",\"string\"],\"default\":null},"
                + "{\"name\":\"tags\",\"type\":{\"type\":\"map\",\"values\":{\"type\":\"array\",\"items\":\"string\"}}},"
                + "{\"name\":\"next\",\"type\":[\"null\",\"P\"],\"default\":null}]}");
  }

  @Test
  void hasNothingToSayOfUnknownSubjects() {
    SchemaRegistryClient client = SchemaRegistryClient.at(registry.url());

    assertThat(client.latest("nope")).isEmpty();
    assertThat(client.versions("nope")).isEmpty();
    assertThat(client.find("nope", SCHEMA)).isEmpty();
  }

  @Test
  void namesAddressAndCodeOfRefusal() {
    SchemaRegistryClient client = SchemaRegistryClient.at(registry.url());

    assertThatThrownBy(() -> client.schemaById(99))
        .isInstanceOf(SchemaRegistryException.class)
        .hasMessage(
            "GET %s/schemas/ids/99: Schema 99 not found (error code 40403)"
                .formatted(registry.url()))
        .extracting("status", "errorCode")
        .containsExactly(404, 40403);
  }

  @Test
  void refusesAnswerThatIsNotARegistrys() {
    SchemaRegistryClient client = SchemaRegistryClient.at(registry.url() + "/not-a-registry");

    assertThatThrownBy(client::subjects)
        .isInstanceOf(SchemaRegistryException.class)
        .hasMessage(
            "GET %s/not-a-registry/subjects: the answer (status 200) is not a schema registry's. Check schema.registry.url."
                .formatted(registry.url()));
  }

  @Test
  void triesAgainWhileRegistryStarts() {
    registry.failNext(2);
    SchemaRegistryClient client =
        new SchemaRegistryClient(
            Map.of("schema.registry.url", registry.url(), "retries.wait.ms", "1"));

    assertThat(client.register("x-value", SCHEMA)).isEqualTo(1);

    assertThat(registry.requests()).hasSize(3);
  }

  @Test
  void namesEveryAddressWhenNoneAnswers() throws Exception {
    int closedPort;
    try (ServerSocket socket = new ServerSocket(0)) {
      closedPort = socket.getLocalPort();
    }
    String url = "http://127.0.0.1:" + closedPort;
    SchemaRegistryClient client =
        new SchemaRegistryClient(
            Map.of("schema.registry.url", url, "max.retries", 1, "retries.wait.ms", 1));

    assertThatThrownBy(client::subjects)
        .isInstanceOf(SchemaRegistryUnavailableException.class)
        .hasMessage(
            "the schema registry at %s could not be asked (connection refused, 2 attempts). Start it, or set schema.registry.url to where it is."
                .formatted(url));
  }

  @Test
  void goesOnToTheNextAddress() throws Exception {
    int closedPort;
    try (ServerSocket socket = new ServerSocket(0)) {
      closedPort = socket.getLocalPort();
    }
    SchemaRegistryClient client =
        SchemaRegistryClient.at("http://127.0.0.1:" + closedPort + "," + registry.url());

    assertThat(client.register("x-value", SCHEMA)).isEqualTo(1);
  }

  @Test
  void sendsCredentialsFromUserInfoOrUrlAndHidesThem() {
    SchemaRegistryClient byKey =
        new SchemaRegistryClient(
            Map.of(
                "schema.registry.url",
                registry.url(),
                "schema.registry.basic.auth.credentials.source",
                "USER_INFO",
                "schema.registry.basic.auth.user.info",
                "me:secret"));
    SchemaRegistryClient byUrl =
        SchemaRegistryClient.at(registry.url().replace("//", "//me:secret@"));

    byKey.latest("x");
    byUrl.latest("x");

    assertThat(registry.authorizations())
        .containsExactly("Basic bWU6c2VjcmV0", "Basic bWU6c2VjcmV0");
    assertThat(byUrl.addresses()).isEqualTo(registry.url());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "schema.registry.url | localhost | 'schema.registry.url' has 'localhost', which is not an http or https address. Give one such as http://localhost:8081.",
        "schema.registry.url | ftp://me:secret@x | 'schema.registry.url' has 'ftp://***@x', which is not an http or https address. Give one such as http://localhost:8081.",
        "max.retries | many | 'max.retries' is 'many'. Give a whole number, 0 or more.",
        "normalize.schemas | yes | 'normalize.schemas' is 'yes'. Give true or false.",
        "basic.auth.credentials.source | SASL_INHERIT | 'basic.auth.credentials.source' is 'SASL_INHERIT'. Supported: URL, USER_INFO."
      })
  void refusesWrongConfiguration(String key, String value, String message) {
    Map<String, String> config = new HashMap<>();
    config.put("schema.registry.url", "http://localhost:8081");
    config.put(key, value);

    assertThatThrownBy(() -> new SchemaRegistryClient(config))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }
}
