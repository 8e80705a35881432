// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.serde.Format.RegisteredSchema;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.SqlType.Field;
import io.lastfive.ksqlengine.types.StructValue;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AvroFormatTest {
  private static final FormatSpec AVRO = FormatSpec.of("AVRO");
  private static final RegistryFormat FORMAT = (RegistryFormat) Formats.of("AVRO");

  private final InMemorySchemaStore registry = new InMemorySchemaStore();

  @Test
  void schemaOfColumnsIsTheOneKsqlDbRegisters() {
    List<Column> columns =
        List.of(
            new Column("ID", SqlType.STRING),
            new Column("AMOUNT", SqlType.decimal(19, 4)),
            new Column("AT", SqlType.TIMESTAMP),
            new Column("DAY", SqlType.DATE),
            new Column("CLOCK", SqlType.TIME),
            new Column("TAGS", SqlType.map(SqlType.STRING, SqlType.INTEGER)),
            new Column(
                "PAYMENTS",
                SqlType.array(SqlType.struct(List.of(new Field("N", SqlType.BIGINT))))));

    String schema = FORMAT.toSchema(columns, AVRO, false);

    assertThat(schema)
        .isEqualTo(
            "{\"type\":\"record\",\"name\":\"KsqlDataSourceSchema\","
                + "\"namespace\":\"io.confluent.ksql.avro_schemas\",\"fields\":["
                + "{\"name\":\"ID\",\"type\":[\"null\",\"string\"],\"default\":null},"
                + "{\"name\":\"AMOUNT\",\"type\":[\"null\",{\"type\":\"bytes\",\"scale\":4,"
                + "\"precision\":19,\"connect.version\":1,\"connect.parameters\":{\"scale\":\"4\","
                + "\"connect.decimal.precision\":\"19\"},"
                + "\"connect.name\":\"org.apache.kafka.connect.data.Decimal\","
                + "\"logicalType\":\"decimal\"}],\"default\":null},"
                + "{\"name\":\"AT\",\"type\":[\"null\",{\"type\":\"long\",\"connect.version\":1,"
                + "\"connect.name\":\"org.apache.kafka.connect.data.Timestamp\","
                + "\"logicalType\":\"timestamp-millis\"}],\"default\":null},"
                + "{\"name\":\"DAY\",\"type\":[\"null\",{\"type\":\"int\",\"connect.version\":1,"
                + "\"connect.name\":\"org.apache.kafka.connect.data.Date\","
                + "\"logicalType\":\"date\"}],\"default\":null},"
                + "{\"name\":\"CLOCK\",\"type\":[\"null\",{\"type\":\"int\",\"connect.version\":1,"
                + "\"connect.name\":\"org.apache.kafka.connect.data.Time\","
                + "\"logicalType\":\"time-millis\"}],\"default\":null},"
                + "{\"name\":\"TAGS\",\"type\":[\"null\",{\"type\":\"array\",\"items\":"
                + "{\"type\":\"record\",\"name\":\"KsqlDataSourceSchema_TAGS\",\"fields\":["
                + "{\"name\":\"key\",\"type\":[\"null\",\"string\"],\"default\":null},"
                + "{\"name\":\"value\",\"type\":[\"null\",\"int\"],\"default\":null}],"
                + "\"connect.internal.type\":\"MapEntry\"}}],\"default\":null},"
                + "{\"name\":\"PAYMENTS\",\"type\":[\"null\",{\"type\":\"array\",\"items\":"
                + "[\"null\",{\"type\":\"record\",\"name\":\"KsqlDataSourceSchema_PAYMENTS\","
                + "\"fields\":[{\"name\":\"N\",\"type\":[\"null\",\"long\"],\"default\":null}],"
                + "\"connect.name\":"
                + "\"io.confluent.ksql.avro_schemas.KsqlDataSourceSchema_PAYMENTS\"}]}],"
                + "\"default\":null}],"
                + "\"connect.name\":\"io.confluent.ksql.avro_schemas.KsqlDataSourceSchema\"}");
  }

  @Test
  void fullSchemaNameNamesTheRecord() {
    FormatSpec spec =
        new FormatSpec(
            "AVRO", Map.of(FormatSpec.SCHEMA_NAME, "payments.Payment"), Optional.empty());

    String schema = FORMAT.toSchema(List.of(new Column("A", SqlType.INTEGER)), spec, false);

    assertThat(schema)
        .isEqualTo(
            "{\"type\":\"record\",\"name\":\"Payment\",\"namespace\":\"payments\",\"fields\":["
                + "{\"name\":\"A\",\"type\":[\"null\",\"int\"],\"default\":null}],"
                + "\"connect.name\":\"payments.Payment\"}");
  }

  @Test
  void singleKeyColumnStandsBare() {
    String schema = FORMAT.toSchema(List.of(new Column("A", SqlType.INTEGER)), AVRO, true);

    assertThat(schema).isEqualTo("\"int\"");
  }

  @Test
  void keyRecordIsNamedAfterItsSource() {
    assertThat(RegisteredSchemas.avroKeyName("PAYMENT_OUTPUT"))
        .isEqualTo("io.confluent.ksql.avro_schemas.PaymentOutputKey");
  }

  @Test
  void readsFieldsInAnyCaseEnumsAsTextAndSkipsTheRest() throws Exception {
    RegisteredSchema written =
        registered(
            """
            {"type": "record", "name": "Event", "fields": [
              {"name": "unused", "type": {"type": "array", "items": {"type": "map", "values": "double"}}},
              {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["A", "B"]}},
              {"name": "nested", "type": {"type": "record", "name": "N", "fields": [
                {"name": "x", "type": "int"}, {"name": "y", "type": ["null", "float"]}]}},
              {"name": "amount", "type": {"type": "fixed", "name": "F", "size": 10,
                "logicalType": "decimal", "precision": 19, "scale": 4}},
              {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
              {"name": "small", "type": "int"}]}
            """);
    List<Column> columns =
        List.of(
            new Column("AT", SqlType.TIMESTAMP),
            new Column("AMOUNT", SqlType.decimal(20, 5)),
            new Column("SMALL", SqlType.BIGINT),
            new Column("STATUS", SqlType.STRING),
            new Column("MISSING", SqlType.INTEGER),
            new Column(
                "NESTED",
                SqlType.struct(
                    List.of(new Field("Y", SqlType.DOUBLE), new Field("X", SqlType.INTEGER)))));
    byte[] record =
        AvroJson.encode(
            written,
            new ObjectMapper()
                .readTree(
                    """
                    {"unused": [{"k": 1.5}, {}], "status": "B", "nested": {"x": 7, "y": 2.5},
                     "amount": -1.5, "at": 1767261600000, "small": 5}
                    """));

    Object[] row = serde(columns).deserializer().deserialize("t", record);

    assertThat(row)
        .containsExactly(
            Instant.ofEpochMilli(1767261600000L),
            new BigDecimal("-1.50000"),
            5L,
            "B",
            null,
            new StructValue(2.5, 7));
  }

  @Test
  void recordOfAnOlderSchemaHasNullsForColumnsAddedSince() {
    List<Column> old = List.of(new Column("A", SqlType.INTEGER));
    List<Column> now = List.of(new Column("B", SqlType.STRING), new Column("A", SqlType.BIGINT));
    byte[] record = serde(old).serializer().serialize("t", new Object[] {1});

    Object[] row = serde(now).deserializer().deserialize("t", record);

    assertThat(row).containsExactly(null, 1L);
  }

  @Test
  void unionOfSeveralTypesIsAStructWithOneFieldSet() throws Exception {
    RegisteredSchema written =
        registered(
            """
            {"type": "record", "name": "Event", "fields": [
              {"name": "u", "type": ["null", "int", "string"]}]}
            """);
    List<Column> columns = FORMAT.toColumns(written, AVRO, false);
    byte[] record = {0, 0, 0, 0, (byte) written.id(), 4, 4, 'h', 'i'};

    Object[] row = serde(columns).deserializer().deserialize("t", record);

    assertThat(columns)
        .containsExactly(
            new Column(
                "U",
                SqlType.struct(
                    List.of(
                        new Field("INT", SqlType.INTEGER), new Field("STRING", SqlType.STRING)))));
    assertThat(row).containsExactly(new StructValue(null, "hi"));
  }

  @Test
  void infersColumnsInUpperCase() {
    RegisteredSchema schema =
        registered(
            """
            {"type": "record", "name": "Event", "fields": [
              {"name": "id", "type": {"type": "string", "logicalType": "uuid"}},
              {"name": "f", "type": ["null", "float"], "default": null},
              {"name": "bytes", "type": "bytes"},
              {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 19, "scale": 4}},
              {"name": "micros", "type": {"type": "long", "logicalType": "timestamp-micros"}},
              {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
              {"name": "tags", "type": {"type": "map", "values": "int"}},
              {"name": "list", "type": {"type": "array", "items": {"type": "record", "name": "Item",
                "fields": [{"name": "inner", "type": "boolean"}]}}}]}
            """);

    List<Column> columns = FORMAT.toColumns(schema, AVRO, false);

    assertThat(columns.stream().map(c -> c.name() + " " + c.type().toSql(true)))
        .containsExactly(
            "ID STRING",
            "F DOUBLE",
            "BYTES BYTES",
            "AMOUNT DECIMAL(19, 4)",
            "MICROS BIGINT",
            "AT TIMESTAMP",
            "TAGS MAP<STRING, INTEGER>",
            "LIST ARRAY<STRUCT<`INNER` BOOLEAN>>");
  }

  @Test
  void namesKeepTheirCaseWithASchemaNamedByItsId() {
    RegisteredSchema schema =
        registered(
            """
            {"type": "record", "name": "Event", "fields": [{"name": "aB", "type": "int"}]}
            """);
    FormatSpec spec = withId(schema);

    assertThat(RegisteredSchemas.inferColumns("t", spec, false, registry))
        .containsExactly(new Column("aB", SqlType.INTEGER));
  }

  @Test
  void recursiveSchemaIsNotInferredButReadWhereNoColumnAsksForIt() {
    RegisteredSchema schema =
        registered(
            """
            {"type": "record", "name": "Node", "fields": [
              {"name": "next", "type": ["null", "Node"]}, {"name": "v", "type": "int"}]}
            """);
    byte[] record = {0, 0, 0, 0, (byte) schema.id(), 2, 2, 0, 2, 4, 6};

    Object[] row =
        serde(List.of(new Column("V", SqlType.INTEGER))).deserializer().deserialize("t", record);

    assertThat(row).containsExactly(3);
    assertThatThrownBy(() -> FORMAT.toColumns(schema, AVRO, false))
        .isInstanceOf(KsqlException.class)
        .hasMessage("Recursive schemas are not supported: Node");
  }

  @Test
  void writesARegisteredSchemaWithItsDefaults() throws Exception {
    RegisteredSchema schema =
        registered(
            """
            {"type": "record", "name": "Event", "fields": [
              {"name": "a", "type": "int", "default": 7},
              {"name": "b", "type": ["null", "string"]},
              {"name": "c", "type": "string", "default": "foo"}]}
            """);
    Serde<@Nullable Object[]> serde =
        Formats.of("AVRO")
            .serde(
                List.of(new Column("a", SqlType.INTEGER), new Column("b", SqlType.STRING)),
                withId(schema),
                false,
                "t",
                registry);

    byte[] record = serde.serializer().serialize("t", new Object[] {null, "x"});

    assertThat(AvroJson.decode(record, registry))
        .isEqualTo(json("{\"a\": 7, \"b\": \"x\", \"c\": \"foo\"}"));
  }

  @Test
  void nullWithoutADefaultIsUnwritable() {
    RegisteredSchema schema =
        registered(
            """
            {"type": "record", "name": "Event", "fields": [{"name": "a", "type": "int"}]}
            """);
    Serde<@Nullable Object[]> serde =
        Formats.of("AVRO")
            .serde(List.of(new Column("a", SqlType.INTEGER)), withId(schema), false, "t", registry);

    assertThatThrownBy(() -> serde.serializer().serialize("t", new Object[] {null}))
        .isInstanceOf(UnwritableRecordException.class)
        .hasMessage("Error serializing message to topic: t")
        .rootCause()
        .hasMessage("null where the schema has none and no default, path: record.a");
  }

  @Test
  void registersItsSchemaOnceWithTheFirstRecord() {
    Serde<@Nullable Object[]> serde = serde(List.of(new Column("A", SqlType.INTEGER)));
    assertThat(registry.latest("t-value")).isEmpty();

    serde.serializer().serialize("t", new Object[] {1});
    RegisteredSchema first = registry.latest("t-value").orElseThrow();
    serde.serializer().serialize("t", new Object[] {2});

    assertThat(registry.latest("t-value")).contains(first);
  }

  @Test
  void sourceLeavesAnExistingSubjectAlone() {
    int id = registry.register("t-value", "AVRO", "\"string\"");

    RegisteredSchemas.registerIfAbsent(
        List.of(new Column("A", SqlType.INTEGER)), AVRO, false, "t", registry);

    assertThat(registry.latest("t-value")).contains(new RegisteredSchema(id, "AVRO", "\"string\""));
  }

  @Test
  void badRecordsAreNamedWithoutTheirContents() {
    Serde<@Nullable Object[]> serde =
        serde(List.of(new Column("A", SqlType.STRING), new Column("B", SqlType.INTEGER)));
    byte[] good = serde.serializer().serialize("t", new Object[] {"secret", 1});

    assertUnreadable(
        serde,
        "secret".getBytes(StandardCharsets.UTF_8),
        "Unknown magic byte: the record does not begin with 0 and the id of a schema");
    assertUnreadable(
        serde,
        new byte[0],
        "Unknown magic byte: the record does not begin with 0 and the id of a schema");
    assertUnreadable(
        serde, new byte[] {0, 0, 0, 0, 99, 1}, "Schema 99 is not in the schema registry");
    assertUnreadable(
        serde, Arrays.copyOf(good, good.length - 3), "the record ends before its schema does");
    assertUnreadable(
        serde(List.of(new Column("A", SqlType.BIGINT))),
        good,
        "Can't convert type. sourceType: string, requiredType: BIGINT, path: record.A");
  }

  @Test
  void decimalThatDoesNotFitIsUnreadable() {
    byte[] record =
        serde(List.of(new Column("A", SqlType.decimal(10, 4))))
            .serializer()
            .serialize("t", new Object[] {new BigDecimal("1.2345")});

    assertUnreadable(
        serde(List.of(new Column("A", SqlType.decimal(10, 2)))),
        record,
        "a decimal has more digits than DECIMAL(10, 2), path: record.A");
  }

  @Test
  void refusesNamesAndMapsThatAvroHasNot() {
    assertThatThrownBy(
            () -> FORMAT.validate(List.of(new Column("1A", SqlType.DOUBLE)), AVRO, false))
        .isInstanceOf(KsqlException.class)
        .hasMessage(
            "Value format does not support schema.\nformat: AVRO\nschema:"
                + " Persistence{columns=[`1A` DOUBLE], features=[]}\nreason: Schema is not"
                + " compatible with Avro: Illegal initial character: 1A");
    assertThatThrownBy(
            () ->
                FORMAT.validate(
                    List.of(new Column("M", SqlType.map(SqlType.INTEGER, SqlType.DOUBLE))),
                    AVRO,
                    false))
        .isInstanceOf(KsqlException.class)
        .hasMessage(
            "Value format does not support schema.\nformat: AVRO\nschema:"
                + " Persistence{columns=[`M` MAP<INTEGER, DOUBLE>], features=[]}\nreason: Avro only"
                + " supports MAPs with STRING keys");
  }

  @Test
  void missingSubjectIsExplainedAsKsqlDbDoes() {
    assertThatThrownBy(() -> RegisteredSchemas.inferColumns("CUSTOMER", AVRO, false, registry))
        .isInstanceOf(KsqlException.class)
        .hasMessage(
            "Schema for message values on topic 'CUSTOMER' does not exist in the Schema"
                + " Registry.\nSubject: CUSTOMER-value\nPossible causes include:\n- The topic itself"
                + " does not exist\n\t-> Use SHOW TOPICS; to check\n- Messages on the topic are not"
                + " serialized using a format Schema Registry supports\n\t-> Use PRINT 'CUSTOMER'"
                + " FROM BEGINNING; to verify\n- Messages on the topic have not been serialized"
                + " using a Confluent Schema Registry supported serializer\n\t-> See"
                + " https://docs.confluent.io/current/schema-registry/docs/serializer-formatter.html"
                + "\n- The schema is registered on a different instance of the Schema"
                + " Registry\n\t-> Use the REST API to list available"
                + " subjects\thttps://docs.confluent.io/current/schema-registry/docs/api.html"
                + "#get--subjects\n- You do not have permissions to access the Schema"
                + " Registry.\n\t-> See"
                + " https://docs.confluent.io/current/schema-registry/docs/security.html");
  }

  @Test
  void printsRecordsAsAvroDoes() {
    List<Column> columns =
        List.of(
            new Column("A", SqlType.STRING),
            new Column("AMOUNT", SqlType.decimal(19, 4)),
            new Column("AT", SqlType.TIMESTAMP));
    Object[] row = {"x", new BigDecimal("1.1000"), Instant.ofEpochMilli(1767261600000L)};

    byte[] record = serde(columns).serializer().serialize("t", row);

    assertThat(new RecordText(registry).print(record))
        .isEqualTo("{\"A\": \"x\", \"AMOUNT\": \"*ø\", \"AT\": 1767261600000}");
  }

  private void assertUnreadable(Serde<@Nullable Object[]> serde, byte[] record, String reason) {
    assertThatThrownBy(() -> serde.deserializer().deserialize("t", record))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessage("Error deserializing message from topic: t")
        .cause()
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessage(reason);
  }

  private Serde<@Nullable Object[]> serde(List<Column> columns) {
    return FORMAT.serde(columns, AVRO, false, "t", registry);
  }

  private RegisteredSchema registered(String text) {
    int id = registry.register("s-value", "AVRO", text);
    return new RegisteredSchema(id, "AVRO", text);
  }

  private static FormatSpec withId(RegisteredSchema schema) {
    return new FormatSpec(
        "AVRO", Map.of(FormatSpec.SCHEMA_ID, String.valueOf(schema.id())), Optional.empty());
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return new ObjectMapper().readTree(text);
  }
}
