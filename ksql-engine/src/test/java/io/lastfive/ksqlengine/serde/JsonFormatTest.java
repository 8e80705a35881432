// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.serde.Format.RegisteredSchema;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.SqlType.Field;
import io.lastfive.ksqlengine.types.StructValue;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFormatTest {
  private static final FormatSpec JSON = FormatSpec.of("JSON");
  private static final SqlType PLACE = SqlType.struct(List.of(new Field("CITY", SqlType.STRING)));

  @Test
  void numbersAreReadAndWrittenExactly() {
    List<Column> columns =
        List.of(new Column("D", SqlType.decimal(21, 19)), new Column("N", SqlType.BIGINT));

    Object[] row = read(columns, "{\"D\":10.1234512345123451234,\"N\":9223372036854775807}");

    assertThat(row).containsExactly(new BigDecimal("10.1234512345123451234"), Long.MAX_VALUE);
    assertThat(write(columns, row))
        .isEqualTo("{\"D\":10.1234512345123451234,\"N\":9223372036854775807}");
  }

  @Test
  void datesAndTimesAreNumbersAndBytesBase64() {
    List<Column> columns =
        List.of(
            new Column("A", SqlType.TIMESTAMP),
            new Column("B", SqlType.DATE),
            new Column("C", SqlType.TIME),
            new Column("D", SqlType.BYTES));
    String text = "{\"A\":1767261600000,\"B\":12410,\"C\":3600000,\"D\":\"ew==\"}";

    Object[] row = read(columns, text);

    assertThat(row)
        .containsExactly(
            Instant.ofEpochMilli(1767261600000L),
            LocalDate.ofEpochDay(12410),
            LocalTime.of(1, 0),
            ByteBuffer.wrap(new byte[] {'{'}));
    assertThat(write(columns, row)).isEqualTo(text);
  }

  @Test
  void infersColumnsOfWordsTypeListsAndDefinitions() {
    InMemorySchemaStore registry = new InMemorySchemaStore();
    registry.register(
        "t-value",
        "JSON",
        """
        {"type": "object",
         "definitions": {"place": {"type": "object", "properties": {"city": {"type": "string"}}}},
         "properties": {
           "status": {"enum": ["OPEN", "CLOSED"]},
           "note": {"type": ["string", "null"]},
           "from": {"$ref": "#/definitions/place"},
           "stops": {"type": "array", "items": {"$ref": "#/definitions/place"}}}}
        """);

    assertThat(RegisteredSchemas.inferColumns("t", FormatSpec.of("JSON_SR"), false, registry))
        .containsExactly(
            new Column("STATUS", SqlType.STRING),
            new Column("NOTE", SqlType.STRING),
            new Column("FROM", PLACE),
            new Column("STOPS", SqlType.array(PLACE)));
  }

  @Test
  void refusesASchemaThatRefersToItself() {
    InMemorySchemaStore registry = new InMemorySchemaStore();
    registry.register(
        "t-value",
        "JSON",
        "{\"type\":\"object\",\"properties\":{\"next\":{\"$ref\":\"#/properties/next\"}}}");

    assertThatThrownBy(
            () -> RegisteredSchemas.inferColumns("t", FormatSpec.of("JSON_SR"), false, registry))
        .isInstanceOf(KsqlException.class)
        .hasMessageContaining("Reason: Recursive schemas are not supported\n");
  }

  @Test
  void textTakesAnything() {
    List<Column> columns =
        List.of("A", "B", "C", "D").stream().map(n -> new Column(n, SqlType.STRING)).toList();

    Object[] row =
        read(columns, "{\"A\": 1.10, \"B\": true, \"C\": {\"x\": [1.500, null]}, \"D\": [1]}");

    assertThat(row).containsExactly("1.10", "true", "{\"x\":[1.500,null]}", "[1]");
  }

  @Test
  void numericTypesTakeTheTextOfNumbers() {
    List<Column> columns =
        List.of(
            new Column("A", SqlType.INTEGER),
            new Column("B", SqlType.DOUBLE),
            new Column("C", SqlType.decimal(4, 2)));

    Object[] row = read(columns, "{\"A\":\"12\",\"B\":\"1.5\",\"C\":\"3.5\"}");

    assertThat(row).containsExactly(12, 1.5, new BigDecimal("3.50"));
  }

  @Test
  void namesMatchInAnyCaseUnlessOneIsExact() {
    List<Column> columns =
        List.of(new Column("ID", SqlType.INTEGER), new Column("lower", SqlType.INTEGER));

    assertThat(read(columns, "{\"id\":1,\"LOWER\":2}")).containsExactly(1, 2);
    assertThat(read(columns, "{\"ID\":1,\"id\":3}")).containsExactly(1, null);
    assertThat(read(columns, "{\"id\":3,\"ID\":1,\"other\":{\"ID\":[4]}}"))
        .containsExactly(1, null);
  }

  @Test
  void whatFollowsTheValueIsNotLookedAt() {
    assertThat(read(List.of(new Column("A", SqlType.INTEGER)), "{\"A\":1} trailing"))
        .containsExactly(1);
  }

  @Test
  void literalNullIsANullRow() {
    assertThat(read(List.of(new Column("A", SqlType.INTEGER)), "null")).isNull();
  }

  @Test
  void nullsAreWritten() {
    assertThat(write(List.of(new Column("A", SqlType.INTEGER)), new Object[] {null}))
        .isEqualTo("{\"A\":null}");
  }

  @Test
  void halfASurrogatePairIsEscaped() {
    List<Column> columns = List.of(new Column("A", SqlType.STRING));

    assertThat(write(columns, new Object[] {"x\uD834y"})).isEqualTo("{\"A\":\"x\\uD834y\"}");
  }

  @Test
  void singleValueStandsBareWhereItIsNotWrapped() {
    Serde<@Nullable Object[]> serde =
        Formats.of("JSON")
            .serde(
                List.of(
                    new Column(
                        "S",
                        SqlType.struct(List.of(new Field("F", SqlType.array(SqlType.INTEGER)))))),
                new FormatSpec("JSON", Map.of(), Optional.of(false)),
                false,
                "t",
                new InMemorySchemaStore());

    Object[] row = serde.deserializer().deserialize("t", bytes("{\"f\":[1,null]}"));

    assertThat(row).hasSize(1);
    assertThat(serde.serializer().serialize("t", row)).isEqualTo(bytes("{\"F\":[1,null]}"));
    assertThat(serde.serializer().serialize("t", new Object[] {null})).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BOOLEAN | \"true\"     | Can't convert type. sourceType: string, requiredType: BOOLEAN, path: $.C",
        "INTEGER | \"secret\"   | Can't convert type. sourceType: string, requiredType: INTEGER, path: $.C",
        "INTEGER | 3000000000   | Can't convert type. sourceType: number, requiredType: INTEGER, path: $.C",
        "BIGINT  | true         | Can't convert type. sourceType: boolean, requiredType: BIGINT, path: $.C",
        "DOUBLE  | {}           | Can't convert type. sourceType: object, requiredType: DOUBLE, path: $.C",
        "TIME    | 86400000     | Can't convert type. sourceType: number, requiredType: TIME, path: $.C",
        "BYTES   | \"?\"        | Can't convert type. sourceType: string, requiredType: BYTES, path: $.C",
      })
  void refusesWhatIsNotOfTheTypeWithoutQuotingIt(String type, String json, String message) {
    List<Column> columns = List.of(new Column("C", SqlType.Primitive.valueOf(type)));

    assertUnreadable(columns, "{\"C\":" + json + "}", message);
  }

  @Test
  void refusesNestedMismatches() {
    assertUnreadable(
        List.of(new Column("C", SqlType.array(SqlType.map(SqlType.STRING, SqlType.INTEGER)))),
        "{\"C\":[{\"a\":[]}]}",
        "Can't convert type. sourceType: array, requiredType: INTEGER, path: $.C[*].*");
    assertUnreadable(
        List.of(new Column("C", SqlType.decimal(4, 2))),
        "{\"C\":1.234}",
        "Can't convert type. sourceType: number, requiredType: DECIMAL(4, 2), path: $.C");
    assertUnreadable(
        List.of(new Column("C", SqlType.INTEGER)),
        "[1]",
        "Can't convert type. sourceType: array, requiredType: STRUCT<`C` INTEGER>, path: $");
  }

  @Test
  void refusesWhatIsNotJson() {
    List<Column> columns = List.of(new Column("C", SqlType.INTEGER));

    assertUnreadable(columns, "", "the record is empty: not JSON");
    assertUnreadable(columns, "{\"C\": secret", "the record is not JSON at byte 6");
  }

  @Test
  void refusesPropertiesAndMapsItHasNot() {
    assertThatThrownBy(
            () ->
                Formats.of("JSON")
                    .validate(
                        List.of(),
                        new FormatSpec("JSON", Map.of("delimiter", "|"), Optional.empty()),
                        false))
        .isInstanceOf(KsqlException.class)
        .hasMessage("JSON does not support the following configs: [delimiter]");
    assertThatThrownBy(
            () ->
                Formats.of("JSON")
                    .validate(
                        List.of(new Column("M", SqlType.map(SqlType.INTEGER, SqlType.DOUBLE))),
                        JSON,
                        false))
        .isInstanceOf(KsqlException.class)
        .hasMessage(
            "Value format does not support schema.\nformat: JSON\nschema:"
                + " Persistence{columns=[`M` MAP<INTEGER, DOUBLE>], features=[]}\nreason: JSON only"
                + " supports MAP types with STRING keys");
  }

  @Test
  void jsonWithASchemaCarriesItsId() {
    InMemorySchemaStore registry = new InMemorySchemaStore();
    List<Column> columns =
        List.of(
            new Column("FOO", SqlType.INTEGER),
            new Column("S", SqlType.struct(List.of(new Field("F1", SqlType.STRING)))));
    Serde<@Nullable Object[]> serde =
        Formats.of("JSON_SR").serde(columns, FormatSpec.of("JSON_SR"), false, "t", registry);

    byte[] record = serde.serializer().serialize("t", new Object[] {1, new StructValue("x")});

    RegisteredSchema schema = registry.latest("t-value").orElseThrow();
    assertThat(schema.text())
        .isEqualTo(
            "{\"type\":\"object\",\"properties\":{\"FOO\":{\"connect.index\":0,\"oneOf\":["
                + "{\"type\":\"null\"},{\"type\":\"integer\",\"connect.type\":\"int32\"}]},"
                + "\"S\":{\"connect.index\":1,\"oneOf\":[{\"type\":\"null\"},{\"type\":\"object\","
                + "\"properties\":{\"F1\":{\"connect.index\":0,\"oneOf\":[{\"type\":\"null\"},"
                + "{\"type\":\"string\"}]}}}]}}}");
    assertThat(record[4]).isEqualTo((byte) schema.id());
    assertThat(new String(record, 5, record.length - 5, StandardCharsets.UTF_8))
        .isEqualTo("{\"FOO\":1,\"S\":{\"F1\":\"x\"}}");
    assertThat(RegisteredSchemas.inferColumns("t", FormatSpec.of("JSON_SR"), false, registry))
        .isEqualTo(columns);
  }

  @Test
  void infersTypesOfAJsonSchema() {
    InMemorySchemaStore registry = new InMemorySchemaStore();
    List<Column> columns =
        List.of(
            new Column("A", SqlType.decimal(10, 3)),
            new Column("B", SqlType.array(SqlType.DOUBLE)),
            new Column("C", SqlType.map(SqlType.STRING, SqlType.BOOLEAN)),
            new Column("D", SqlType.DATE),
            new Column("E", SqlType.TIME),
            new Column("F", SqlType.TIMESTAMP),
            new Column("G", SqlType.BYTES),
            new Column("H", SqlType.BIGINT));
    FormatSpec spec = FormatSpec.of("JSON_SR");
    RegisteredSchemas.registerIfAbsent(columns, spec, false, "t", registry);

    assertThat(RegisteredSchemas.inferColumns("t", spec, false, registry)).isEqualTo(columns);
  }

  private static void assertUnreadable(List<Column> columns, String json, String reason) {
    assertThatThrownBy(() -> read(columns, json))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessage("Error deserializing message from topic: t")
        .cause()
        .isInstanceOf(UnreadableRecordException.class)
        .hasNoCause()
        .hasMessage(reason);
  }

  private static @Nullable Object[] read(List<Column> columns, String json) {
    return serde(columns).deserializer().deserialize("t", bytes(json));
  }

  private static String write(List<Column> columns, @Nullable Object[] row) {
    return new String(serde(columns).serializer().serialize("t", row), StandardCharsets.UTF_8);
  }

  private static Serde<@Nullable Object[]> serde(List<Column> columns) {
    return Formats.of("JSON").serde(columns, JSON, false, "t", new InMemorySchemaStore());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
