// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.schemas.BankTransferPayment;
import io.lastfive.schemas.CreditCardPayment;
import io.lastfive.schemas.PaymentEvent;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.generic.IndexedRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectedNormalizationTest {
  private static final Instant TIME = Instant.parse("2026-01-31T12:45:00.123Z");

  private final ExpectedNormalization normalization = new ExpectedNormalization();

  @Test
  void normalizesACardPayment() {
    assertThat(of(card("CAPTURED", TIME)))
        .isEqualTo(
            new ExpectedPayment(
                "p-1",
                "CC",
                new BigDecimal("12.5000"),
                "EUR",
                Optional.of("411111******1111"),
                Optional.of("Ada  Lovelace"),
                Optional.empty(),
                Optional.of("Bücherstube"),
                Optional.empty(),
                "SETTLED",
                TIME));
  }

  @Test
  void normalizesABankTransfer() {
    assertThat(of(transfer("ACSC", "2026-01-31T13:45:00.123+01:00")))
        .isEqualTo(
            new ExpectedPayment(
                "u-1",
                "BANK_TRF",
                new BigDecimal("99.9000"),
                "EUR",
                Optional.of("******************3000"),
                Optional.of("Ada Lovelace"),
                Optional.empty(),
                Optional.empty(),
                Optional.of("E2E"),
                "SETTLED",
                TIME));
  }

  @Test
  void passesARefundAsOne() {
    assertThat(of(card("REFUNDED", TIME)).status()).isEqualTo("REFUNDED");
  }

  @ParameterizedTest
  @CsvSource({
    "AUTHORIZED,status AUTHORIZED",
    "DECLINED,status DECLINED",
    "'',no status",
    "4111111111111111,a status that is none"
  })
  void leavesOutWhatHasNotMovedMoney(String status, String reason) {
    assertThat(reason(card(status, TIME))).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-31T13:45:00Z",
    "2026-01-31T13:45:00.1234567890Z",
    "2026-02-31T13:45:00.000Z",
    "31.01.2026 13:45:00.00000000",
    "''"
  })
  void leavesOutTransfersWhoseTimeTheScriptsCannotRead(String settledAt) {
    assertThat(reason(transfer("ACSC", settledAt)))
        .isEqualTo("settled_at is no time such as 2026-01-31T13:45:00.000+01:00");
  }

  @ParameterizedTest
  @CsvSource({"1969-12-31T23:59:59.999Z", "+33658-09-27T01:46:40Z"})
  void leavesOutTimesThatFifteenDigitsCannotHold(String time) {
    assertThat(reason(card("CAPTURED", Instant.parse(time))))
        .isEqualTo("a time before 1970 or too far ahead");
  }

  @Test
  void readsRecordsOfAnyWriterByNameWhateverItsCase() {
    GenericRecord event =
        new GenericRecordBuilder(nullableCardSchema())
            .set("PAYMENT_ID", "p-1")
            .set("AMOUNT", ByteBuffer.wrap(new BigDecimal("12.50").unscaledValue().toByteArray()))
            .set("CURRENCY", "EUR")
            .set("STATUS", new GenericData.EnumSymbol(statuses(), "CAPTURED"))
            .set("TRANSACTED_AT", TIME.toEpochMilli())
            .build();

    ExpectedPayment payment = of(event);

    assertThat(payment.amount()).isEqualTo(new BigDecimal("12.5000"));
    assertThat(payment.transactedAt()).isEqualTo(TIME);
    assertThat(payment.accountNo()).isEmpty();
  }

  @Test
  void leavesOutWhatLacksAMandatoryField() {
    GenericRecord event =
        new GenericRecordBuilder(nullableCardSchema())
            .set("PAYMENT_ID", "p-1")
            .set("CURRENCY", "EUR")
            .set("STATUS", new GenericData.EnumSymbol(statuses(), "CAPTURED"))
            .set("TRANSACTED_AT", TIME.toEpochMilli())
            .build();

    assertThat(reason(event)).isEqualTo("no amount");
  }

  private static Schema statuses() {
    return SchemaBuilder.enumeration("Status").symbols("CAPTURED");
  }

  private static Schema nullableCardSchema() {
    Schema decimal = LogicalTypes.decimal(19, 2).addToSchema(Schema.create(Schema.Type.BYTES));
    Schema time = LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
    return SchemaBuilder.record("AnyWriter")
        .fields()
        .optionalString("PAYMENT_ID")
        .name("AMOUNT")
        .type(Schema.createUnion(Schema.create(Schema.Type.NULL), decimal))
        .withDefault(null)
        .optionalString("CURRENCY")
        .name("STATUS")
        .type(statuses())
        .noDefault()
        .name("TRANSACTED_AT")
        .type(Schema.createUnion(Schema.create(Schema.Type.NULL), time))
        .withDefault(null)
        .endRecord();
  }

  private static CreditCardPayment card(String status, Instant time) {
    CreditCardPayment.Builder card = CreditCardPayment.newBuilder();
    card.setPaymentId("p-1");
    card.setCustomerId("C-1");
    card.setAmount(new BigDecimal("12.5000"));
    card.setCurrency("EUR");
    card.setCardNumberMasked("411111******1111");
    card.setCardToken("t");
    card.setCardholderName("Ada \u241fLovelace");
    card.setMerchantName("Bücherstube");
    card.setStatus(status);
    card.setTransactedAt(time);
    return card.build();
  }

  private static BankTransferPayment transfer(String status, String settledAt) {
    BankTransferPayment.Builder transfer = BankTransferPayment.newBuilder();
    transfer.setUetr("u-1");
    transfer.setCustomerId("C-1");
    transfer.setInstructedAmount(new BigDecimal("99.9000"));
    transfer.setCurrency("EUR");
    transfer.setDebtorIban("DE89370400440532013000");
    transfer.setDebtorName("Ada Lovelace");
    transfer.setEndToEndId("E2E");
    transfer.setStatus(status);
    transfer.setSettledAt(settledAt);
    return transfer.build();
  }

  private ExpectedPayment of(IndexedRecord event) {
    return normalization.of(channel(event), event).payment().orElseThrow();
  }

  private String reason(IndexedRecord event) {
    ExpectedNormalization.Outcome outcome = normalization.of(channel(event), event);
    assertThat(outcome.payment()).isEmpty();
    return outcome.leftOut();
  }

  private static PaymentEvent channel(IndexedRecord event) {
    return event instanceof BankTransferPayment
        ? PaymentEvent.BANK_TRANSFER
        : PaymentEvent.CREDIT_CARD;
  }
}
