// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.registry.CompatibilityLevel;
import io.lastfive.registry.LastfiveAvroDeserializer;
import io.lastfive.registry.LastfiveAvroSerializer;
import io.lastfive.registry.RegisteredSchema;
import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.registry.SchemaRegistryException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmbeddedRegistryIT {
  private static final Schema SCHEMA =
      SchemaBuilder.record("a.b.P").fields().requiredString("id").endRecord();
  private static final Schema WIDER =
      SchemaBuilder.record("a.b.P")
          .fields()
          .requiredString("id")
          .requiredString("name")
          .endRecord();

  private static EmbeddedKafka kafka;

  @BeforeAll
  static void startKafka() {
    kafka = EmbeddedKafka.start();
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @Test
  void keepsSchemasAndLevelsInKafkaOverRestart() {
    int id;
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(kafka)) {
      SchemaRegistryClient client = SchemaRegistryClient.at(registry.url());
      id = client.register("kept-value", SCHEMA);
      client.setCompatibility("kept-value", CompatibilityLevel.FULL_TRANSITIVE);
    }

    try (EmbeddedRegistry registry = EmbeddedRegistry.start(kafka)) {
      SchemaRegistryClient client = SchemaRegistryClient.at(registry.url());
      assertThat(client.latest("kept-value"))
          .contains(new RegisteredSchema("kept-value", 1, id, SCHEMA));
      assertThat(client.compatibility("kept-value")).contains(CompatibilityLevel.FULL_TRANSITIVE);
      assertThat(client.schemaById(id)).isEqualTo(SCHEMA);
    }
  }

  @Test
  void carriesRecordsBetweenSerializerAndDeserializer() {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(kafka);
        LastfiveAvroSerializer serializer = new LastfiveAvroSerializer();
        LastfiveAvroDeserializer deserializer = new LastfiveAvroDeserializer()) {
      Map<String, String> config = Map.of("schema.registry.url", registry.url());
      serializer.configure(config, false);
      deserializer.configure(config, false);
      GenericRecord record = new GenericRecordBuilder(SCHEMA).set("id", "p1").build();

      assertThat(deserializer.deserialize("carried", serializer.serialize("carried", record)))
          .hasToString("{\"id\": \"p1\"}");
    }
  }

  @Test
  void saysWhySchemaIsIncompatibleAndRefusesIt() {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(kafka)) {
      SchemaRegistryClient client = SchemaRegistryClient.at(registry.url());
      client.register("judged-value", SCHEMA);

      assertThat(client.checkCompatibility("judged-value", WIDER).messages())
          .first()
          .isEqualTo(
              "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'name' at path '/fields/1' in the new schema has no default value and is missing in the old schema', additionalInfo:'name'}");
      assertThatThrownBy(() -> client.register("judged-value", WIDER))
          .isInstanceOf(SchemaRegistryException.class)
          .extracting("status", "errorCode")
          .containsExactly(409, 40901);
    }
  }

  @Test
  void refusesPortInUseByName() {
    try (EmbeddedRegistry first = EmbeddedRegistry.start(kafka)) {
      assertThatThrownBy(() -> EmbeddedRegistry.start(kafka.bootstrapServers(), first.port()))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessage(
              "java.net.BindException: port %d of 127.0.0.1, wanted for the schema registry, is in use. Stop what holds it, or give another port."
                  .formatted(first.port()));
    }
  }
}
