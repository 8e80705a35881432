// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.SqlType.Field;
import io.lastfive.ksqlengine.types.TextList;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatsTest {
  private static final Column K = new Column("K", SqlType.STRING);
  private static final Column N = new Column("N", SqlType.INTEGER);
  private static final Column STRUCT =
      new Column("S", SqlType.struct(List.of(new Field("F", SqlType.DOUBLE))));

  @Test
  void unknownFormatIsRefused() {
    assertThatThrownBy(() -> Formats.of("nope"))
        .isInstanceOf(KsqlException.class)
        .hasMessage("Unknown format: NOPE");
  }

  @Test
  void kafkaFormatIsThatOfKafkasSerializers() {
    assertKafka(SqlType.INTEGER, 7, Serdes.Integer().serializer().serialize("t", 7));
    assertKafka(SqlType.BIGINT, 7L, Serdes.Long().serializer().serialize("t", 7L));
    assertKafka(SqlType.DOUBLE, 7.5, Serdes.Double().serializer().serialize("t", 7.5));
    assertKafka(SqlType.STRING, "Ω", "Ω".getBytes(StandardCharsets.UTF_8));
    assertKafka(SqlType.BYTES, ByteBuffer.wrap(new byte[] {1, 2}), new byte[] {1, 2});
  }

  private static void assertKafka(SqlType type, Object value, byte[] bytes) {
    Serde<@Nullable Object[]> serde = serde("KAFKA", List.of(new Column("K", type)), true);
    assertThat(serde.serializer().serialize("t", new Object[] {value})).isEqualTo(bytes);
    assertThat(serde.deserializer().deserialize("t", bytes)).containsExactly(value);
  }

  @Test
  void kafkaFormatNamesBytesOfTheWrongLength() {
    assertThatThrownBy(
            () -> serde("KAFKA", List.of(N), true).deserializer().deserialize("t", new byte[3]))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessage("Error deserializing message from topic: t")
        .cause()
        .hasMessage("3 bytes are not a INTEGER of the KAFKA format");
  }

  @Test
  void kafkaFormatTakesOneColumnOfASimpleType() {
    assertRefused(
        "KAFKA",
        List.of(new Column("K", SqlType.decimal(21, 19))),
        true,
        "Key format does not support schema.\nformat: KAFKA\nschema: Persistence{columns=[`K`"
            + " DECIMAL(21, 19) KEY], features=[]}\nreason: The 'KAFKA' format does not support"
            + " type 'DECIMAL'");
    assertRefused(
        "KAFKA",
        List.of(N, K),
        false,
        "Value format does not support schema.\nformat: KAFKA\nschema: Persistence{columns=[`N`"
            + " INTEGER, `K` STRING], features=[]}\nreason: The 'KAFKA' format only supports a"
            + " single field. Got: [`N` INTEGER, `K` STRING]");
  }

  @Test
  void noneFormatTakesNoColumns() {
    assertRefused(
        "NONE",
        List.of(K),
        true,
        "Key format does not support schema.\nformat: NONE\nschema: Persistence{columns=[`K` STRING"
            + " KEY], features=[]}\nreason: The 'NONE' format can only be used when no columns are"
            + " defined. Got: [`K` STRING KEY]");
    assertThat(serde("NONE", List.of(), true).deserializer().deserialize("t", new byte[1]))
        .isNull();
    assertThat(serde("NONE", List.of(), true).serializer().serialize("t", new Object[0])).isNull();
  }

  @Test
  void mapsInKeysAreRefusedByEveryFormat() {
    Column map = new Column("K", SqlType.array(SqlType.map(SqlType.INTEGER, SqlType.DOUBLE)));
    for (String format : List.of("KAFKA", "AVRO", "JSON", "JSON_SR", "DELIMITED")) {
      assertRefused(
          format,
          List.of(map),
          true,
          "Map keys, including types that contain maps, are not supported as they may lead to"
              + " unexpected behavior due to inconsistent serialization. Key column name: `K`."
              + " Column type: ARRAY<MAP<INTEGER, DOUBLE>>. See"
              + " https://github.com/confluentinc/ksql/issues/6621 for more.");
    }
    assertRefused(
        "JSON",
        List.of(
            new Column(
                "K",
                SqlType.struct(
                    List.of(new Field("F", SqlType.map(SqlType.STRING, SqlType.STRING)))))),
        true,
        "Map keys, including types that contain maps, are not supported as they may lead to"
            + " unexpected behavior due to inconsistent serialization. Key column name: `K`. Column"
            + " type: STRUCT<`F` MAP<STRING, STRING>>. See"
            + " https://github.com/confluentinc/ksql/issues/6621 for more.");
  }

  @Test
  void delimitedTakesNoNestedTypes() {
    assertRefused(
        "DELIMITED",
        List.of(STRUCT),
        true,
        "Key format does not support schema.\nformat: DELIMITED\nschema: Persistence{columns=[`S`"
            + " STRUCT<`F` DOUBLE> KEY], features=[]}\nreason: The 'DELIMITED' format does not"
            + " support type 'STRUCT', column: `S`");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        ", ! 0,zero ! 0,zero",
        "| ! 0|zero ! 0|zero",
        "TAB ! '0\tzero' ! '0\tzero'",
        "SPACE ! '0 zero' ! '0 zero'",
        ", ! '\"0\",\"a,\"\"b\"' ! '0,\"a,\"\"b\"'",
        ", ! '0,\" x\"' ! '0,\" x\"'",
        ", ! '0,' ! '0,'",
        ", ! ',x' ! ',x'",
        ", ! '-10,-10' ! '\"-10\",-10'",
        ", ! '0,a\r\nignored' ! '0,a'"
      })
  void delimitedLinesAreQuotedWhereNeeded(String delimiter, String read, String written) {
    Serde<@Nullable Object[]> serde =
        Formats.of("DELIMITED")
            .serde(
                List.of(N, new Column("T", SqlType.STRING)),
                delimiter(delimiter),
                false,
                "t",
                new InMemorySchemaStore());

    Object[] row = serde.deserializer().deserialize("t", read.getBytes(StandardCharsets.UTF_8));

    assertThat(new String(serde.serializer().serialize("t", row), StandardCharsets.UTF_8))
        .isEqualTo(written);
  }

  @Test
  void delimitedDecimalsGetTheScaleOfTheirColumn() {
    Serde<@Nullable Object[]> serde =
        serde("DELIMITED", List.of(new Column("K", SqlType.decimal(6, 4))), true);

    Object[] row =
        serde.deserializer().deserialize("t", "\"12.0\"".getBytes(StandardCharsets.UTF_8));

    assertThat(row).containsExactly(new BigDecimal("12.0000"));
  }

  @Test
  void delimitedLinesThatDoNotFitAreUnreadable() {
    assertUnreadableLine("1", "Unexpected field count, csvFields: 1 schemaFields: 2");
    assertUnreadableLine("secret,x", "Column `N` is not a INTEGER");
    assertUnreadableLine("1,\"x", "a quoted field does not end");
    assertUnreadableLine("1,\"x\"y", "text stands between a quoted field and its delimiter");
  }

  private static void assertUnreadableLine(String line, String reason) {
    assertThatThrownBy(
            () ->
                serde("DELIMITED", List.of(N, K), false)
                    .deserializer()
                    .deserialize("t", line.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(UnreadableRecordException.class)
        .cause()
        .hasNoCause()
        .hasMessage(reason);
  }

  @Test
  void delimiterIsOneCharacter() {
    assertThatThrownBy(() -> Formats.of("DELIMITED").validate(List.of(N), delimiter("ab"), false))
        .isInstanceOf(KsqlException.class)
        .hasMessage(
            "Invalid delimiter value: 'ab'. Delimiter must be a single character or TAB,SPACE");
  }

  @Test
  void singleValueIsWrappedAsStatementOrConfigurationSay() {
    Format json = Formats.of("JSON");

    assertThat(Formats.wrapSingleValue(json, List.of(N), Optional.empty(), Optional.of(false)))
        .contains(false);
    assertThat(Formats.wrapSingleValue(json, List.of(N), Optional.of(true), Optional.of(false)))
        .contains(true);
    assertThat(Formats.wrapSingleValue(json, List.of(N, K), Optional.empty(), Optional.of(false)))
        .isEmpty();
    assertThat(
            Formats.wrapSingleValue(
                Formats.of("KAFKA"), List.of(N), Optional.of(false), Optional.empty()))
        .isEmpty();
    assertThatThrownBy(
            () ->
                Formats.wrapSingleValue(
                    Formats.of("KAFKA"), List.of(N), Optional.of(true), Optional.empty()))
        .hasMessage("Format 'KAFKA' does not support 'WRAP_SINGLE_VALUE' set to 'true'.");
    assertThatThrownBy(
            () ->
                Formats.wrapSingleValue(json, List.of(N, K), Optional.of(false), Optional.empty()))
        .hasMessage("'WRAP_SINGLE_VALUE' is only valid for single-field value schemas");
  }

  @Test
  void featuresAreNamedAsInKsqlDbsPlans() {
    assertThat(Formats.of("AVRO").features(List.of(K), FormatSpec.of("AVRO"), true))
        .containsExactly("UNWRAP_SINGLES");
    assertThat(Formats.of("AVRO").features(List.of(K), FormatSpec.of("AVRO"), false)).isEmpty();
    assertThat(Formats.of("KAFKA").features(List.of(K), FormatSpec.of("KAFKA"), true)).isEmpty();
    assertThat(
            Formats.of("JSON")
                .features(List.of(K), new FormatSpec("JSON", Map.of(), Optional.of(true)), false))
        .containsExactly("WRAP_SINGLES");
  }

  @Test
  void internalRowsGrowAtTheEnd() {
    byte[] old =
        InternalRowSerde.ofColumns(List.of(K)).serializer().serialize("t", new Object[] {"a"});

    assertThat(InternalRowSerde.ofColumns(List.of(K, N)).deserializer().deserialize("t", old))
        .containsExactly("a", null);
    assertThatThrownBy(
            () -> InternalRowSerde.ofColumns(List.of()).deserializer().deserialize("t", old))
        .isInstanceOf(UnreadableRecordException.class)
        .cause()
        .hasMessage("a row of 1 values where 0 are known");
  }

  @Test
  void stateKeepsTextsAsTheyAreStored() {
    List<SqlType> types = List.of(SqlType.array(SqlType.STRING), SqlType.array(SqlType.STRING));
    Serde<Object[]> serde = InternalRowSerde.ofState(types, List.of(true, false));
    List<String> texts = List.of("", "a␟b", "x".repeat(200), "😀");

    byte[] ofStrings = serde.serializer().serialize("t", new Object[] {texts, texts});
    byte[] ofTextList =
        serde.serializer().serialize("t", new Object[] {TextList.of(texts), TextList.of(texts)});
    Object[] back = serde.deserializer().deserialize("t", ofTextList);

    assertThat(ofTextList).isEqualTo(ofStrings);
    assertThat(back).containsExactly(texts, texts);
    assertThat(back[0]).isInstanceOf(TextList.class);
    assertThat(back[1]).isInstanceOf(ArrayList.class);
    byte[] withNull =
        serde
            .serializer()
            .serialize("t", new Object[] {Collections.singletonList(null), List.of()});
    assertThatThrownBy(() -> serde.deserializer().deserialize("t", withNull))
        .isInstanceOf(UnreadableRecordException.class)
        .cause()
        .hasMessage("a list of texts holds a null");
  }

  @Test
  void recordsOfUnknownFormatsArePrinted() {
    RecordText printer = new RecordText(new InMemorySchemaStore());

    assertThat(printer.print(null)).isEqualTo("<null>");
    assertThat(printer.print("{\"a\": 1}".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("{\"a\": 1}");
    assertThat(printer.print(new byte[] {0, 0, 0, 5})).isEqualTo("5");
    assertThat(printer.print(new byte[] {0, 0, 0, 0, 0, 0, 1, 0})).isEqualTo("256");
    assertThat(printer.print(new byte[] {(byte) 0xff, 1, 2})).isEqualTo("0xff0102");
  }

  private static FormatSpec delimiter(String delimiter) {
    return new FormatSpec("DELIMITED", Map.of(FormatSpec.DELIMITER, delimiter), Optional.empty());
  }

  private static void assertRefused(
      String format, List<Column> columns, boolean isKey, String message) {
    assertThatThrownBy(() -> Formats.of(format).validate(columns, FormatSpec.of(format), isKey))
        .isInstanceOf(KsqlException.class)
        .hasMessage(message);
  }

  private static Serde<@Nullable Object[]> serde(
      String format, List<Column> columns, boolean isKey) {
    return Formats.of(format)
        .serde(columns, FormatSpec.of(format), isKey, "t", new InMemorySchemaStore());
  }
}
