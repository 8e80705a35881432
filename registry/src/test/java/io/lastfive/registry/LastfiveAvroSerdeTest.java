// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LastfiveAvroSerdeTest {
  private static final Schema AMOUNT =
      LogicalTypes.decimal(19, 4).addToSchema(Schema.create(Schema.Type.BYTES));
  private static final Schema TIME =
      LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
  private static final Schema PAYMENT =
      SchemaBuilder.record("a.b.Payment")
          .fields()
          .requiredString("id")
          .name("amount")
          .type(AMOUNT)
          .noDefault()
          .name("at")
          .type(TIME)
          .noDefault()
          .endRecord();
  private static final Schema SMALL =
      SchemaBuilder.record("a.b.Small").fields().requiredString("id").endRecord();

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
  void writesZeroByteAndIdBeforeTheRecord() {
    registry.add("other", "\"int\"");

    byte[] bytes = serializer(Map.of()).serialize("t", small("A"));

    assertThat(bytes).containsExactly(0, 0, 0, 0, 2, 2, 'A');
    assertThat(registry.requests()).containsExactly("POST /subjects/t-value/versions");
  }

  @Test
  void bringsDecimalsAndTimesBackAsTheyWere() {
    GenericRecord payment =
        new GenericRecordBuilder(PAYMENT)
            .set("id", "p1")
            .set("amount", new BigDecimal("123456789012345.6789"))
            .set("at", Instant.parse("2026-11-23T07:00:00.123Z"))
            .build();
    Map<String, String> converting = Map.of("avro.use.logical.type.converters", "true");

    byte[] bytes = serializer(converting).serialize("t", payment);

    assertThat(deserializer(converting).deserialize("t", bytes))
        .isInstanceOfSatisfying(
            GenericRecord.class,
            back -> {
              assertThat(back.get("amount")).isEqualTo(new BigDecimal("123456789012345.6789"));
              assertThat(back.get("at")).isEqualTo(Instant.parse("2026-11-23T07:00:00.123Z"));
            });
  }

  @Test
  void carriesPrimitivesAndNull() {
    LastfiveAvroSerializer serializer = serializer(Map.of());
    LastfiveAvroDeserializer deserializer = deserializer(Map.of());

    assertThat(serializer.serialize("t", null)).isNull();
    assertThat(deserializer.deserialize("t", null)).isNull();
    for (Object value : List.of(1, 2L, 1.5f, 2.5d, true)) {
      assertThat(deserializer.deserialize("t", serializer.serialize("t", value))).isEqualTo(value);
    }
    assertThat(deserializer.deserialize("t", serializer.serialize("t", "text")))
        .hasToString("text");
    byte[] raw = {1, 2, 3};
    assertThat((byte[]) deserializer.deserialize("t", serializer.serialize("t", raw)))
        .containsExactly(raw);
  }

  @Test
  void namesSubjectsByStrategy() {
    Map<String, String> byRecord =
        Map.of(
            "value.subject.name.strategy",
            "io.confluent.kafka.serializers.subject.RecordNameStrategy");
    Map<String, String> byBoth = Map.of("value.subject.name.strategy", "TopicRecordNameStrategy");

    serializer(byRecord).serialize("t", small("A"));
    serializer(byBoth).serialize("t", small("A"));

    assertThat(registry.requests())
        .containsExactly(
            "POST /subjects/a.b.Small/versions", "POST /subjects/t-a.b.Small/versions");
  }

  @Test
  void asksOnlyWhereItMustNotRegister() {
    registry.add("t-value", SMALL.toString());

    byte[] bytes = serializer(Map.of("auto.register.schemas", "false")).serialize("t", small("A"));

    assertThat(bytes).containsExactly(0, 0, 0, 0, 1, 2, 'A');
    assertThat(registry.requests()).containsExactly("POST /subjects/t-value");
  }

  @Test
  void convertsToLatestVersionThatCanReadIt() {
    Schema latest =
        SchemaBuilder.record("a.b.Small")
            .fields()
            .name("note")
            .type()
            .stringType()
            .stringDefault("none")
            .requiredString("id")
            .endRecord();
    registry.add("t-value", latest.toString());
    Map<String, String> config =
        Map.of("auto.register.schemas", "false", "use.latest.version", "true");

    byte[] bytes = serializer(config).serialize("t", small("A"));

    assertThat(deserializer(Map.of()).deserialize("t", bytes))
        .hasToString("{\"note\": \"none\", \"id\": \"A\"}");
  }

  @Test
  void refusesLatestVersionThatCannotReadIt() {
    Schema latest = SchemaBuilder.record("a.b.Small").fields().requiredInt("number").endRecord();
    registry.add("t-value", latest.toString());
    Map<String, String> config =
        Map.of("auto.register.schemas", "false", "use.latest.version", "true");

    assertThatThrownBy(() -> serializer(config).serialize("t", small("A")))
        .isInstanceOf(SerializationException.class)
        .hasMessageStartingWith(
            "subject 't-value': its latest version 1 cannot read schema 'a.b.Small': [Incompatibility{type:READER_FIELD_MISSING_DEFAULT_VALUE");
  }

  @Test
  void namesSubjectThatHasNoVersion() {
    Map<String, String> config =
        Map.of("auto.register.schemas", "false", "use.latest.version", "true");

    assertThatThrownBy(() -> serializer(config).serialize("t", small("A")))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "topic 't': subject 't-value' has no version at the schema registry %s. Register its schema, or set auto.register.schemas=true."
                .formatted(registry.url()));
  }

  @Test
  void namesFieldThatIsNullButNotItsNeighbors() {
    GenericData.Record payment = new GenericData.Record(PAYMENT);
    payment.put("id", "secret");

    assertThatThrownBy(() -> serializer(Map.of()).serialize("t", payment))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "topic 't': a value of schema 'a.b.Payment' could not be written: null value for (non-nullable) bytes at Payment.amount")
        .hasNoCause();
  }

  @Test
  void keepsValuesOutOfErrors() {
    GenericData.Record payment = new GenericData.Record(PAYMENT);
    payment.put("id", "x");
    payment.put("amount", "secret");

    assertThatThrownBy(() -> serializer(Map.of()).serialize("t", payment))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "topic 't': a value of schema 'a.b.Payment' could not be written: ClassCastException")
        .hasNoCause();
  }

  @Test
  void refusesWhatIsNotAvro() {
    assertThatThrownBy(() -> serializer(Map.of()).serialize("t", new StringBuilder[0]))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "topic 't': a [Ljava.lang.StringBuilder; is not Avro. Give a generated or generic Avro record, or a String, Integer, Long, Boolean, Double, Float, byte[] or ByteBuffer.");
  }

  @Test
  void namesTopicAndIdOfBytesItCannotRead() {
    registry.add("t-value", SMALL.toString());
    LastfiveAvroDeserializer deserializer = deserializer(Map.of());

    assertThatThrownBy(
            () -> deserializer.deserialize("t", "hello".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "topic 't': a value of 5 bytes is not Avro in the schema registry's wire format (a zero byte and a schema id first)");
    assertThatThrownBy(() -> deserializer.deserialize("t", new byte[] {0, 0, 0, 0, 9, 1}))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "topic 't': schema id 9 of a value is not to be had from the schema registry %s"
                .formatted(registry.url()))
        .hasRootCauseMessage(
            "GET %s/schemas/ids/9: Schema 9 not found (error code 40403)"
                .formatted(registry.url()));
    assertThatThrownBy(() -> deserializer.deserialize("t", new byte[] {0, 0, 0, 0, 1, 20, 'A'}))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "topic 't': a value of schema id 1 ('a.b.Small') could not be read: EOFException")
        .hasNoCause();
  }

  @Test
  void namesGeneratedClassThatIsMissing() {
    registry.add("t-value", SMALL.toString());
    byte[] bytes = serializer(Map.of()).serialize("t", small("A"));

    assertThatThrownBy(
            () -> deserializer(Map.of("specific.avro.reader", "true")).deserialize("t", bytes))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "topic 't': schema id 1 has no generated class 'a.b.Small' on the class path. Add it, or set specific.avro.reader=false.");
  }

  @Test
  void leavesAbsentRegistryToBeTriedAgain() {
    LastfiveAvroDeserializer deserializer = deserializer(Map.of("max.retries", "0"));
    registry.close();

    assertThatThrownBy(() -> deserializer.deserialize("t", new byte[] {0, 0, 0, 0, 1, 2, 'A'}))
        .isInstanceOf(SchemaRegistryUnavailableException.class);
  }

  @Test
  void refusesStrategyItDoesNotKnow() {
    assertThatThrownBy(() -> serializer(Map.of("value.subject.name.strategy", "com.x.Mine")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "'value.subject.name.strategy' is 'com.x.Mine'. Supported: TopicNameStrategy, RecordNameStrategy, TopicRecordNameStrategy, alone or in the package io.confluent.kafka.serializers.subject.");
  }

  @Test
  void refusesSettingsOfConfluentsThatItDoesNotHeed() {
    assertThatThrownBy(() -> serializer(Map.of("use.schema.id", "7")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "'use.schema.id' is not supported by Lastfive's serializer and deserializer. Leave it out, or use Confluent's: value.serializer=io.confluent.kafka.serializers.KafkaAvroSerializer.");
    assertThatThrownBy(() -> serializer(Map.of("latest.compatibility.strict", "false")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("'latest.compatibility.strict' is not supported");
    assertThatThrownBy(() -> serializer(Map.of("avro.remove.java.properties", "false")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("'avro.remove.java.properties' is not supported");
  }

  @Test
  void takesWhatItDoesAnywayOfConfluentsSettings() {
    Map<String, String> documented =
        Map.of(
            "auto.register.schemas", "true",
            "use.latest.version", "false",
            "latest.compatibility.strict", "true",
            "avro.remove.java.properties", "true",
            "normalize.schemas", "false",
            "key.subject.name.strategy", "io.confluent.kafka.serializers.subject.TopicNameStrategy",
            "value.subject.name.strategy",
                "io.confluent.kafka.serializers.subject.RecordNameStrategy",
            "basic.auth.credentials.source", "USER_INFO",
            "basic.auth.user.info", "me:secret");

    assertThat(serializer(documented).serialize("t", small("1"))).isNotEmpty();
    assertThat(registry.requests()).containsExactly("POST /subjects/a.b.Small/versions");
  }

  private static GenericRecord small(String id) {
    return new GenericRecordBuilder(SMALL).set("id", id).build();
  }

  private LastfiveAvroSerializer serializer(Map<String, String> config) {
    LastfiveAvroSerializer serializer = new LastfiveAvroSerializer();
    serializer.configure(withUrl(config), false);
    return serializer;
  }

  private LastfiveAvroDeserializer deserializer(Map<String, String> config) {
    LastfiveAvroDeserializer deserializer = new LastfiveAvroDeserializer();
    deserializer.configure(withUrl(config), false);
    return deserializer;
  }

  private Map<String, String> withUrl(Map<String, String> config) {
    Map<String, String> complete = new HashMap<>(config);
    complete.put("schema.registry.url", registry.url());
    return complete;
  }
}
