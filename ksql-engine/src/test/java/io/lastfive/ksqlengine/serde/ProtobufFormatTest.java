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
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtobufFormatTest {
  private static final List<Column> ALL_TYPES =
      List.of(
          new Column("B", SqlType.BOOLEAN),
          new Column("I", SqlType.INTEGER),
          new Column("L", SqlType.BIGINT),
          new Column("D", SqlType.DOUBLE),
          new Column("S", SqlType.STRING),
          new Column("Y", SqlType.BYTES),
          new Column("N", SqlType.decimal(6, 2)),
          new Column("DT", SqlType.DATE),
          new Column("TI", SqlType.TIME),
          new Column("TS", SqlType.TIMESTAMP),
          new Column("AI", SqlType.array(SqlType.INTEGER)),
          new Column("AS", SqlType.array(SqlType.STRING)),
          new Column("M", SqlType.map(SqlType.STRING, SqlType.BIGINT)),
          new Column(
              "ST",
              SqlType.struct(
                  List.of(
                      new Field("X", SqlType.INTEGER),
                      new Field("IN", SqlType.struct(List.of(new Field("Z", SqlType.STRING))))))));

  private static Object[] row() {
    return new Object[] {
      true,
      -7,
      1L << 40,
      -2.5,
      "Ω",
      ByteBuffer.wrap(new byte[] {0, -1}),
      new BigDecimal("-12.30"),
      LocalDate.ofEpochDay(-10),
      LocalTime.of(23, 59, 58, 7_000_000),
      Instant.ofEpochMilli(-1),
      List.of(1, -1, 300),
      List.of("a", ""),
      Map.of("k", -1L),
      new StructValue(0, new StructValue("z"))
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"PROTOBUF", "PROTOBUF_NOSR"})
  void everyTypeComesBack(String format) {
    Serde<@Nullable Object[]> serde = serde(format, ALL_TYPES, Map.of());

    Object[] back = serde.deserializer().deserialize("t", serde.serializer().serialize("t", row()));

    assertThat(back).isEqualTo(row());
  }

  @Test
  void nullsBecomeDefaultsWhereProtobufHasThem() {
    Serde<@Nullable Object[]> serde = serde("PROTOBUF_NOSR", ALL_TYPES, Map.of());

    Object[] back =
        serde.deserializer().deserialize("t", serde.serializer().serialize("t", new Object[14]));

    assertThat(back)
        .containsExactly(
            false,
            0,
            0L,
            0.0,
            "",
            ByteBuffer.allocate(0),
            null,
            null,
            null,
            null,
            List.of(),
            List.of(),
            Map.of(),
            null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"optional", "wrapper"})
  void nullsStayNullWhereTheSchemaTellsThem(String nullability) {
    List<Column> columns = ALL_TYPES.subList(0, 6);
    Serde<@Nullable Object[]> serde =
        serde("PROTOBUF", columns, Map.of(FormatSpec.NULLABILITY, nullability));
    Object[] nulls = new Object[6];
    Object[] defaults = {false, 0, 0L, 0.0, "", ByteBuffer.allocate(0)};

    assertThat(serde.deserializer().deserialize("t", serde.serializer().serialize("t", nulls)))
        .isEqualTo(nulls);
    assertThat(serde.deserializer().deserialize("t", serde.serializer().serialize("t", defaults)))
        .isEqualTo(defaults);
  }

  /** The bytes are those of Protobuf's own documentation: 150 in field 1 is 08 96 01. */
  @Test
  void bytesAreTheMessageBehindIdAndIndex() {
    List<Column> columns = List.of(new Column("A", SqlType.INTEGER));

    assertThat(hex(serde("PROTOBUF_NOSR", columns, Map.of()), 150)).isEqualTo("089601");
    assertThat(hex(serde("PROTOBUF", columns, Map.of()), 150)).isEqualTo("000000000100089601");
  }

  @Test
  void numbersOfAListStandTogether() {
    List<Column> columns = List.of(new Column("A", SqlType.array(SqlType.INTEGER)));

    assertThat(hex(serde("PROTOBUF_NOSR", columns, Map.of()), List.of(3, 270, 86942)))
        .isEqualTo("0a06038e029ea705");
  }

  @Test
  void schemaIsWrittenAsRegistriesShowIt() {
    String schema =
        new ProtobufFormat()
            .toSchema(
                List.of(
                    new Column("A", SqlType.INTEGER),
                    new Column("N", SqlType.decimal(4, 2)),
                    new Column(
                        "S", SqlType.array(SqlType.struct(List.of(new Field("F", SqlType.DATE)))))),
                FormatSpec.of("PROTOBUF"),
                false);

    assertThat(schema)
        .isEqualTo(
            """
            syntax = "proto3";

            import "confluent/meta.proto";
            import "confluent/type/decimal.proto";
            import "google/type/date.proto";

            message ConnectDefault1 {
              int32 A = 1;
              confluent.type.Decimal N = 2 [(confluent.field_meta) = {
                params: [
                  { value: "4", key: "precision" },
                  { value: "2", key: "scale" }
                ]
              }];
              repeated ConnectDefault2 S = 3;

              message ConnectDefault2 {
                google.type.Date F = 1;
              }
            }
            """);
  }

  @Test
  void schemasOfOthersGiveColumns() {
    String schema =
        """
        // made by hand
        syntax = "proto3";
        package shop.v1;
        import "google/protobuf/wrappers.proto";
        import "confluent/type/decimal.proto";
        option java_package = "x.y";
        /* two enumerations, one of them inside */
        enum Color { option allow_alias = true; RED = 0; GREEN = 1 [deprecated = true]; }
        message Order {
          reserved 4, 9 to 11;
          enum State { NEW = 0; SENT = 1; }
          message Line { string sku = 1; sint64 count = 2; .shop.v1.Color color = 3; }
          string id = 1 [deprecated = true, json_name = "ID"];
          repeated Line lines = 2;
          map<string, Line> by_name = 3;
          oneof payment { string card = 5; int32 points = 6; }
          optional State state = 7;
          google.protobuf.BoolValue paid = 8;
          confluent.type.Decimal total = 12
              [(confluent.field_meta) = {params: [{key: "scale", value: "2"}, {value: "9", key: "precision"}]}];
        }
        service Orders { rpc Get (Order) returns (Order) { option idempotency_level = IDEMPOTENT; } }
        """;

    List<Column> columns = columns(schema, Map.of());

    SqlType line =
        SqlType.struct(
            List.of(
                new Field("SKU", SqlType.STRING),
                new Field("COUNT", SqlType.BIGINT),
                new Field("COLOR", SqlType.STRING)));
    assertThat(columns)
        .containsExactly(
            new Column(
                "PAYMENT_0",
                SqlType.struct(
                    List.of(
                        new Field("CARD", SqlType.STRING), new Field("POINTS", SqlType.INTEGER)))),
            new Column("ID", SqlType.STRING),
            new Column("LINES", SqlType.array(line)),
            new Column("BY_NAME", SqlType.map(SqlType.STRING, line)),
            new Column("STATE", SqlType.STRING),
            new Column("PAID", SqlType.BOOLEAN),
            new Column("TOTAL", SqlType.decimal(9, 2)));
  }

  @Test
  void recordsOfOthersAreReadByTheIndexesOfTheirMessage() {
    InMemorySchemaStore registry = new InMemorySchemaStore();
    int id =
        registry.register(
            "t-value",
            "PROTOBUF",
            "syntax = \"proto3\"; message A { string x = 1; }"
                + " message B { message C { enum E { NONE = 0; SOME = 1; }"
                + " oneof o { string s = 3; E e = 4; } bool gone = 5; } }");
    List<Column> columns =
        List.of(
            new Column(
                "O_0",
                SqlType.struct(
                    List.of(new Field("S", SqlType.STRING), new Field("E", SqlType.STRING)))),
            new Column("NOT_THERE", SqlType.STRING));
    Serde<@Nullable Object[]> serde =
        new ProtobufFormat().serde(columns, FormatSpec.of("PROTOBUF"), false, "t", registry);
    byte[] record = HexFormat.of().parseHex("00%08x".formatted(id) + "040200" + "2001" + "2801");

    assertThat(serde.deserializer().deserialize("t", record))
        .containsExactly(new StructValue(null, "SOME"), null);
  }

  @Test
  void schemaOfAnIdIsWrittenWithTheMessageThatIsNamed() {
    InMemorySchemaStore registry = new InMemorySchemaStore();
    registry.register(
        "other",
        new RegisteredSchema(
            9,
            "PROTOBUF",
            "syntax = \"proto3\"; import \"p.proto\"; message A {} message B { Part p = 2; }",
            List.of("syntax = \"proto3\"; message Part { float f = 1; }")));
    FormatSpec spec =
        new FormatSpec(
            "PROTOBUF",
            Map.of(FormatSpec.SCHEMA_ID, "9", FormatSpec.SCHEMA_NAME, "B"),
            Optional.empty());
    List<Column> columns =
        List.of(new Column("p", SqlType.struct(List.of(new Field("f", SqlType.DOUBLE)))));
    assertThat(RegisteredSchemas.inferColumns("t", spec, false, registry)).isEqualTo(columns);
    Serde<@Nullable Object[]> serde =
        new ProtobufFormat().serde(columns, spec, false, "t", registry);

    byte[] bytes = serde.serializer().serialize("t", new Object[] {new StructValue(1.5)});

    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("0000000009" + "0202" + "12050d0000c03f");
    assertThat(serde.deserializer().deserialize("t", bytes)).containsExactly(new StructValue(1.5));
  }

  @Test
  void whatIsNoMessageIsUnreadable() {
    Serde<@Nullable Object[]> serde =
        serde("PROTOBUF_NOSR", List.of(new Column("S", SqlType.STRING)), Map.of());

    assertThatThrownBy(() -> serde.deserializer().deserialize("t", new byte[] {10, 5, 1}))
        .isInstanceOf(UnreadableRecordException.class)
        .cause()
        .hasMessage("the record ends before its message does");
  }

  @Test
  void nullInAListIsUnwritable() {
    Serde<@Nullable Object[]> serde =
        serde("PROTOBUF_NOSR", List.of(new Column("A", SqlType.array(SqlType.STRING))), Map.of());
    @Nullable Object[] row = {java.util.Collections.singletonList(null)};

    assertThatThrownBy(() -> serde.serializer().serialize("t", row))
        .isInstanceOf(UnwritableRecordException.class)
        .cause()
        .hasMessage("field A holds a NULL element, which Protobuf has no way to write");
  }

  @Test
  void listsOfListsAreRefused() {
    assertThatThrownBy(
            () ->
                serde(
                    "PROTOBUF",
                    List.of(new Column("A", SqlType.array(SqlType.array(SqlType.INTEGER)))),
                    Map.of()))
        .isInstanceOf(KsqlException.class)
        .hasMessageEndingWith(
            "reason: Schema is not compatible with Protobuf: Protobuf has neither lists nor maps of"
                + " ARRAY<INTEGER>; put it in a STRUCT");
  }

  @Test
  void schemasThatHoldThemselvesAreRefused() {
    assertThatThrownBy(
            () -> columns("syntax = \"proto3\"; message Node { Node next = 1; }", Map.of()))
        .isInstanceOf(KsqlException.class)
        .hasMessage("Recursive schemas are not supported: Node");
  }

  @Test
  void messageThatIsNotThereIsNamed() {
    assertThatThrownBy(
            () ->
                columns("message A { optional int32 x = 1; }", Map.of(FormatSpec.SCHEMA_NAME, "B")))
        .isInstanceOf(KsqlException.class)
        .hasMessage("The Protobuf schema has no message 'B'.");
  }

  private static List<Column> columns(String schema, Map<String, String> properties) {
    return new ProtobufFormat()
        .toColumns(
            new RegisteredSchema(1, "PROTOBUF", schema),
            new FormatSpec("PROTOBUF", properties, Optional.empty()),
            false);
  }

  private static Serde<@Nullable Object[]> serde(
      String format, List<Column> columns, Map<String, String> properties) {
    FormatSpec spec = new FormatSpec(format, properties, Optional.empty());
    return Formats.of(spec).serde(columns, spec, false, "t", new InMemorySchemaStore());
  }

  private static String hex(Serde<@Nullable Object[]> serde, Object value) {
    return HexFormat.of().formatHex(serde.serializer().serialize("t", new Object[] {value}));
  }
}
