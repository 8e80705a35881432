// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import static io.lastfive.customersink.RecentPaymentsRecords.DECIMAL;
import static io.lastfive.customersink.RecentPaymentsRecords.PAYMENT;
import static io.lastfive.customersink.RecentPaymentsRecords.SCHEMA;
import static io.lastfive.customersink.RecentPaymentsRecords.STRING;
import static io.lastfive.customersink.RecentPaymentsRecords.decimal;
import static io.lastfive.customersink.RecentPaymentsRecords.encode;
import static io.lastfive.customersink.RecentPaymentsRecords.field;
import static io.lastfive.customersink.RecentPaymentsRecords.nullable;
import static io.lastfive.customersink.RecentPaymentsRecords.payment;
import static io.lastfive.customersink.RecentPaymentsRecords.recentPayments;
import static io.lastfive.customersink.RecentPaymentsRecords.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.customersink.write.Change;
import io.lastfive.settings.UnavailableError;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecentPaymentsDecoderTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123Z");
  private static final int ID = 7;

  private final Map<Integer, Schema> schemas = new HashMap<>(Map.of(ID, SCHEMA));
  private final RecentPaymentsDecoder decoder =
      new RecentPaymentsDecoder(id -> Optional.ofNullable(schemas.get(id)));

  @Test
  void turnsPaymentsIntoJsonInTheirOrder() {
    GenericRecord second = payment("b", "-3", NOON.minusSeconds(1));
    second.put("REFERENCE_NO", null);

    Change change = decode(recentPayments(List.of(payment("a", "12.5", NOON), second)));

    assertThat(change)
        .isEqualTo(
            new Change.Upsert(
                42,
                "C1",
                """
                [{"amount":"12.5000","status":"SETTLED","bankName":"Analytical Bank","currency":"EUR",\
                "accountNo":"411111******1111","paymentId":"a","accountName":"Ada Lovelace",\
                "paymentType":"CC","referenceNo":"ref-a","counterparty":"Mañana \\"Q\\" O'Neil 李雷",\
                "transactedAt":"2026-01-01T12:00:00.123Z"},\
                {"amount":"-3.0000","status":"SETTLED","bankName":"Analytical Bank","currency":"EUR",\
                "accountNo":"411111******1111","paymentId":"b","accountName":"Ada Lovelace",\
                "paymentType":"CC","referenceNo":null,"counterparty":"Mañana \\"Q\\" O'Neil 李雷",\
                "transactedAt":"2026-01-01T11:59:59.123Z"}]""",
                "'ada' 'lovelace'",
                Optional.empty(),
                1_000));
  }

  @ParameterizedTest
  @CsvSource({
    "999999999999999.9999, 999999999999999.9999",
    "-999999999999999.9999, -999999999999999.9999",
    "0, 0.0000",
    "0.0001, 0.0001",
    "-0.0001, -0.0001",
    "922337203685477.5807, 922337203685477.5807",
    "-922337203685477.5808, -922337203685477.5808"
  })
  void keepsEveryDigitOfAnAmount(String amount, String written) {
    Change change = decode(recentPayments(List.of(payment("a", amount, NOON))));

    assertThat(json(change)).contains("\"amount\":\"" + written + "\"");
  }

  @Test
  void readsEmptyListOfPayments() {
    assertThat(json(decode(recentPayments(List.of())))).isEqualTo("[]");
  }

  @Test
  void takesTombstoneAsDelete() {
    assertThat(decode("C1".getBytes(StandardCharsets.UTF_8), null))
        .isEqualTo(new Change.Delete(42, "C1"));
  }

  @Test
  void findsFieldsInAnyOrderAndCase() {
    List<Schema.Field> reversed = new ArrayList<>();
    for (Schema.Field field : PAYMENT.getFields()) {
      reversed.add(
          0,
          new Schema.Field(
              field.name().toLowerCase(Locale.ROOT),
              field.schema(),
              null,
              Schema.Field.NULL_DEFAULT_VALUE));
    }
    Schema lowerPayment = record("Payment", reversed.toArray(Schema.Field[]::new));
    Schema lower = record("RecentPayments", field("payments", Schema.createArray(lowerPayment)));
    schemas.put(8, lower);
    GenericRecord upper = payment("a", "12.5", NOON);
    GenericRecord payment = new GenericData.Record(lowerPayment);
    PAYMENT
        .getFields()
        .forEach(
            field -> payment.put(field.name().toLowerCase(Locale.ROOT), upper.get(field.pos())));
    GenericRecord record = new GenericData.Record(lower);
    record.put("payments", List.of(payment));

    Change change = decode(encode(8, record));

    assertThat(change).isEqualTo(decode(recentPayments(List.of(upper))));
  }

  @Test
  void keepsUnknownFieldsApart() {
    List<Schema.Field> fields = new ArrayList<>();
    PAYMENT.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(field("FEE", DECIMAL));
    fields.add(field("TAGS", Schema.createMap(nullable(Schema.create(Schema.Type.LONG)))));
    Schema widePayment = record("Payment", fields.toArray(Schema.Field[]::new));
    Schema wide =
        record(
            "RecentPayments",
            field("SCORE", Schema.create(Schema.Type.DOUBLE)),
            field("PAYMENTS", Schema.createArray(nullable(widePayment))),
            field("NOTE", STRING));
    schemas.put(8, wide);
    GenericRecord payment = payment(widePayment, "a", "12.5", NOON);
    payment.put("FEE", decimal("0.25"));
    payment.put("TAGS", Map.of("k", 5L));
    GenericRecord record = new GenericData.Record(wide);
    record.put("SCORE", 0.5);
    record.put("PAYMENTS", List.of(payment));
    record.put("NOTE", null);

    Change change = decode(encode(8, record));

    assertThat(json(change)).endsWith("\"extra\":{\"FEE\":\"0.2500\",\"TAGS\":{\"k\":5}}}]");
    assertThat(((Change.Upsert) change).extraJson()).contains("{\"SCORE\":0.5,\"NOTE\":null}");
  }

  @Test
  void namesEveryFieldThatTheWritersSchemaLacks() {
    Schema narrow =
        record(
            "RecentPayments",
            field(
                "PAYMENTS",
                Schema.createArray(
                    nullable(
                        record(
                            "Payment",
                            field("PAYMENT_ID", STRING),
                            field("PAYMENT_TYPE", STRING),
                            field("AMOUNT", Schema.create(Schema.Type.DOUBLE)),
                            field("CURRENCY", STRING),
                            field("ACCOUNT_NO", STRING),
                            field("ACCOUNT_NAME", STRING),
                            field("BANK_NAME", STRING),
                            field("REFERENCE_NO", STRING),
                            field("STATUS", STRING),
                            field("TRANSACTED_AT", Schema.create(Schema.Type.LONG)))))));
    schemas.put(8, narrow);
    GenericRecord record = new GenericData.Record(narrow);
    record.put("PAYMENTS", List.of());

    assertThat(reason(decode(encode(8, record))))
        .isEqualTo(
            "schema 8: field 'AMOUNT' of a payment is double, not a decimal, no field 'COUNTERPARTY' in a payment, field 'TRANSACTED_AT' of a payment is long, not a timestamp-millis, timestamp-micros or string; a payment has PAYMENT_ID, PAYMENT_TYPE, AMOUNT, CURRENCY, ACCOUNT_NO, ACCOUNT_NAME, BANK_NAME, REFERENCE_NO, STATUS, TRANSACTED_AT");
  }

  @Test
  void refusesSchemasOfAnotherShape() {
    schemas.put(8, STRING);
    schemas.put(9, record("Other", field("A", STRING), field("B", STRING)));
    schemas.put(10, record("Other", field("PAYMENTS", STRING)));

    assertThat(reason(decode(header(8))))
        .isEqualTo("schema 8 is of type string, not a record with a field 'PAYMENTS'");
    assertThat(reason(decode(header(9))))
        .isEqualTo("schema 9 has no field 'PAYMENTS'; it has A, B");
    assertThat(reason(decode(header(10))))
        .isEqualTo("field 'PAYMENTS' of schema 10 is not an array of records");
  }

  @ParameterizedTest
  @CsvSource({"PAYMENT_ID", "PAYMENT_TYPE", "AMOUNT", "CURRENCY", "STATUS", "TRANSACTED_AT"})
  void refusesPaymentWithoutMandatoryField(String field) {
    GenericRecord bad = payment("b", "1", NOON);
    bad.put(field, null);

    assertThat(reason(decode(recentPayments(List.of(payment("a", "1", NOON), bad)))))
        .isEqualTo("field '" + field + "' of payment 2 is null");
  }

  @Test
  void refusesNullPayments() {
    GenericRecord none = recentPayments(List.of());
    none.put("PAYMENTS", null);
    GenericRecord hole = recentPayments(List.of());
    hole.put("PAYMENTS", Arrays.asList(payment("a", "1", NOON), null));

    assertThat(reason(decode(none))).isEqualTo("field 'PAYMENTS' is null");
    assertThat(reason(decode(hole))).isEqualTo("payment 2 is null");
  }

  @Test
  void refusesWhatPostgresCannotStore() {
    GenericRecord nul = payment("a", "1", NOON);
    nul.put("COUNTERPARTY", "a\0b");
    GenericRecord late = payment("a", "1", Instant.parse("+10000-01-01T00:00:00Z"));

    assertThat(reason(decode(recentPayments(List.of(nul)))))
        .isEqualTo(
            "field 'COUNTERPARTY' of payment 1 holds a NUL character, which PostgreSQL cannot store");
    assertThat(reason(decode(recentPayments(List.of(late)))))
        .isEqualTo("field 'TRANSACTED_AT' of payment 1 is not within the years 1 to 9999");
    assertThat(reason(decode("C\0".getBytes(StandardCharsets.UTF_8), null)))
        .isEqualTo("the key holds a NUL character, which PostgreSQL cannot store");
  }

  @Test
  void refusesAmountThatWouldBeRounded() {
    Schema fine = LogicalTypes.decimal(30, 6).addToSchema(Schema.create(Schema.Type.BYTES));
    List<Schema.Field> fields = new ArrayList<>();
    PAYMENT
        .getFields()
        .forEach(
            field ->
                fields.add(
                    field.name().equals("AMOUNT")
                        ? field("AMOUNT", fine)
                        : new Schema.Field(field, field.schema())));
    Schema finePayment = record("Payment", fields.toArray(Schema.Field[]::new));
    schemas.put(
        8, record("RecentPayments", field("PAYMENTS", Schema.createArray(nullable(finePayment)))));

    assertThat(reason(decode(encode(8, withAmount(finePayment, 1_000_001L)))))
        .isEqualTo("field 'AMOUNT' of payment 1 has more than 4 decimal places");
    assertThat(json(decode(encode(8, withAmount(finePayment, 1_000_100L)))))
        .contains("\"amount\":\"1.0001\"");
    assertThat(
            reason(decode(encode(8, withAmount(finePayment, Long.MAX_VALUE / 100 * 100, 10_000)))))
        .isEqualTo("field 'AMOUNT' of payment 1 has more than 19 digits");
  }

  @Test
  void refusesKeysThatAreNoCustomerId() {
    byte[] value = encode(ID, recentPayments(List.of()));

    assertThat(reason(decode(null, value)))
        .isEqualTo("the record has no key; the key is the customer's id");
    assertThat(reason(decode(new byte[0], value)))
        .isEqualTo("the record has no key; the key is the customer's id");
    assertThat(reason(decode(new byte[] {(byte) 0xff}, value)))
        .isEqualTo("the key is not UTF-8 text");
  }

  @Test
  void refusesValuesThatAreNotAvroOfTheirSchema() {
    byte[] good = encode(ID, recentPayments(List.of(payment("a", "1", NOON))));
    byte[] hugeCount = header(ID, 2, 0xfe, 0xff, 0xff, 0xff, 0x0f);
    byte[] hugeText = header(ID, 2, 2, 2, 2, 0xfe, 0xff, 0xff, 0xff, 0x0f);

    assertThat(reason(decode("{\"json\":1}".getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(
            "the value is not Avro in Confluent's wire format (a zero byte and a schema id first)");
    assertThat(reason(decode(new byte[0])))
        .isEqualTo(
            "the value is not Avro in Confluent's wire format (a zero byte and a schema id first)");
    assertThat(reason(decode(Arrays.copyOf(good, good.length - 3))))
        .isEqualTo("the value does not follow schema 7 (EOFException)");
    assertThat(reason(decode(Arrays.copyOf(good, good.length + 3))))
        .isEqualTo("the value does not follow schema 7 (bytes are left over)");
    assertThat(reason(decode(hugeCount))).startsWith("the value does not follow schema 7 (");
    assertThat(reason(decode(hugeText))).startsWith("the value does not follow schema 7 (");
  }

  @Test
  void refusesAmountWithoutDigits() {
    GenericRecord empty = payment("a", "1", NOON);
    empty.put("AMOUNT", ByteBuffer.allocate(0));

    assertThat(reason(decode(recentPayments(List.of(empty)))))
        .isEqualTo("field 'AMOUNT' of payment 1 has no digits");
  }

  @Test
  void escapesWhatJsonEscapes() throws Exception {
    GenericRecord odd = payment("a", "1", NOON);
    odd.put("COUNTERPARTY", "tab\t \b\n\f\r \u0001\u001f \u007f / \\ 😀");

    JsonNode read = new ObjectMapper().readTree(json(decode(recentPayments(List.of(odd)))));

    assertThat(read.get(0).get("counterparty").asText())
        .isEqualTo("tab\t \b\n\f\r \u0001\u001f \u007f / \\ 😀");
  }

  @Test
  void readsBlocksThatTellTheirSize() {
    byte[] one = encode(ID, recentPayments(List.of(payment("a", "1", NOON))));
    // Union branch, count 1, payment, 0: the count becomes -1 and the size of the block.
    ByteBuffer sized = ByteBuffer.allocate(one.length + 2);
    sized.put(one, 0, 6).put((byte) 1);
    int size = one.length - 8;
    sized.put((byte) (0x80 | (size * 2 & 0x7f))).put((byte) (size * 2 >> 7));
    sized.put(one, 7, one.length - 7);

    assertThat(decode(sized.array())).isEqualTo(decode(one));
  }

  @ParameterizedTest
  @CsvSource({
    "-62135596800000, 0001-01-01T00:00:00.000Z",
    "-1, 1969-12-31T23:59:59.999Z",
    "0, 1970-01-01T00:00:00.000Z",
    "951782400001, 2000-02-29T00:00:00.001Z",
    "253402300799999, 9999-12-31T23:59:59.999Z"
  })
  void writesTimeOfEveryYear(long millis, String written) {
    Change change =
        decode(recentPayments(List.of(payment("a", "1", Instant.ofEpochMilli(millis)))));

    assertThat(json(change)).contains("\"transactedAt\":\"" + written + "\"");
  }

  @Test
  void readsMicrosecondsAndEnumsAndFixedDecimals() {
    Schema micros = LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
    Schema status = Schema.createEnum("Status", null, "x", List.of("SETTLED", "REFUNDED"));
    Schema fixed =
        LogicalTypes.decimal(19, 4).addToSchema(Schema.createFixed("Money", null, "x", 9));
    Map<String, Schema> types = Map.of("TRANSACTED_AT", micros, "STATUS", status, "AMOUNT", fixed);
    Schema other =
        record(
            "Payment",
            PAYMENT.getFields().stream()
                .map(
                    f ->
                        types.containsKey(f.name())
                            ? new Schema.Field(f.name(), types.get(f.name()))
                            : new Schema.Field(f, f.schema()))
                .toArray(Schema.Field[]::new));
    schemas.put(8, record("RecentPayments", field("PAYMENTS", Schema.createArray(other))));
    GenericRecord payment = payment(other, "a", "1", NOON);
    payment.put("TRANSACTED_AT", -1L);
    payment.put("STATUS", new GenericData.EnumSymbol(status, "REFUNDED"));
    payment.put(
        "AMOUNT", new GenericData.Fixed(fixed, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -2}));
    GenericRecord recent = new GenericData.Record(schemas.get(8));
    recent.put("PAYMENTS", List.of(payment));

    assertThat(json(decode(encode(8, recent))))
        .startsWith("[{\"amount\":\"-0.0002\",\"status\":\"REFUNDED\",")
        .endsWith("\"transactedAt\":\"1969-12-31T23:59:59.999999Z\"}]");
  }

  @Test
  void readsTimesThatAreTextWithTheirOffset() {
    Schema text =
        record(
            "Payment",
            PAYMENT.getFields().stream()
                .map(
                    f ->
                        f.name().equals("TRANSACTED_AT")
                            ? field(f.name(), STRING)
                            : new Schema.Field(f, f.schema()))
                .toArray(Schema.Field[]::new));
    schemas.put(8, record("RecentPayments", field("PAYMENTS", Schema.createArray(text))));

    assertThat(json(decodeWithTime(text, "2026-03-01T00:30:00.123+02:00")))
        .contains("\"transactedAt\":\"2026-02-28T22:30:00.123Z\"");
    assertThat(json(decodeWithTime(text, "2026-03-01T00:30:00.123456789Z")))
        .contains("\"transactedAt\":\"2026-03-01T00:30:00.123456Z\"");
    assertThat(reason(decodeWithTime(text, "2026-03-01 00:30")))
        .isEqualTo(
            "field 'TRANSACTED_AT' of payment 1 is text, but not an ISO 8601 time with its offset");
    assertThat(reason(decodeWithTime(text, "+10000-01-01T00:00:00Z")))
        .isEqualTo("field 'TRANSACTED_AT' of payment 1 is not within the years 1 to 9999");
  }

  private Change decodeWithTime(Schema payment, String time) {
    GenericRecord record = payment(payment, "a", "1", NOON);
    record.put("TRANSACTED_AT", time);
    GenericRecord recent = new GenericData.Record(schemas.get(8));
    recent.put("PAYMENTS", List.of(record));
    return decode(encode(8, recent));
  }

  @Test
  void asksAgainForSchemaThatTheRegistryDidNotKnow() {
    byte[] value = encode(8, recentPayments(List.of()));
    Change before = decode(value);
    schemas.put(8, SCHEMA);

    Change after = decode(value);

    assertThat(reason(before)).isEqualTo("the schema registry has no Avro schema with id 8");
    assertThat(json(after)).isEqualTo("[]");
  }

  @Test
  void leavesRecordUndecidedWhileTheRegistryIsAway() {
    RecentPaymentsDecoder away =
        new RecentPaymentsDecoder(
            id -> {
              throw new UnavailableError("away");
            });

    assertThatThrownBy(() -> away.decode(consumed(new byte[] {1}, header(ID))))
        .isInstanceOf(UnavailableError.class)
        .hasMessage("away");
  }

  private static GenericRecord withAmount(Schema paymentSchema, long unscaled) {
    return withAmount(paymentSchema, unscaled, 1);
  }

  private static GenericRecord withAmount(Schema paymentSchema, long unscaled, long times) {
    GenericRecord payment = payment(paymentSchema, "a", "1", NOON);
    payment.put(
        "AMOUNT",
        ByteBuffer.wrap(
            BigInteger.valueOf(unscaled).multiply(BigInteger.valueOf(times)).toByteArray()));
    GenericRecord recent =
        new GenericData.Record(
            record(
                "RecentPayments", field("PAYMENTS", Schema.createArray(nullable(paymentSchema)))));
    recent.put("PAYMENTS", List.of(payment));
    return recent;
  }

  private Change decode(GenericRecord value) {
    return decode(encode(ID, value));
  }

  private Change decode(byte[] value) {
    return decode("C1".getBytes(StandardCharsets.UTF_8), value);
  }

  private Change decode(byte @Nullable [] key, byte @Nullable [] value) {
    return decoder.decode(consumed(key, value));
  }

  private static ConsumerRecord<byte[], byte[]> consumed(
      byte @Nullable [] key, byte @Nullable [] value) {
    return new ConsumerRecord<>(
        "PAYMENT-TRX-AGGR",
        0,
        42,
        1_000,
        TimestampType.CREATE_TIME,
        0,
        0,
        key,
        value,
        new RecordHeaders(),
        Optional.empty());
  }

  private static byte[] header(int schemaId, int... data) {
    ByteBuffer bytes = ByteBuffer.allocate(5 + data.length).put((byte) 0).putInt(schemaId);
    for (int one : data) {
      bytes.put((byte) one);
    }
    return bytes.array();
  }

  private static String json(Change change) {
    return ((Change.Upsert) change).paymentsJson();
  }

  private static String reason(Change change) {
    return ((Change.DeadLetter) change).reason();
  }
}
