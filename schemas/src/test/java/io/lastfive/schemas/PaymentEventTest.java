// SPDX-License-Identifier: Apache-2.0
package io.lastfive.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PaymentEventTest {
  @Test
  void namesTopicAndSubjectOfEachChannel() {
    assertThat(PaymentEvent.CREDIT_CARD.topic()).isEqualTo("CC-PAYMENT");
    assertThat(PaymentEvent.CREDIT_CARD.subject()).isEqualTo("CC-PAYMENT-value");
    assertThat(PaymentEvent.BANK_TRANSFER.topic()).isEqualTo("BANK-TRANSFER-PAYMENT");
    assertThat(PaymentEvent.BANK_TRANSFER.subject()).isEqualTo("BANK-TRANSFER-PAYMENT-value");
  }

  @Test
  void findsTheEventOfATopic() {
    assertThat(PaymentEvent.ofTopic("CC-PAYMENT")).contains(PaymentEvent.CREDIT_CARD);
    assertThat(PaymentEvent.ofTopic("PAYMENT-OUTPUT")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void registersASchemaWithoutJavaTypes(PaymentEvent event) {
    assertThat(event.schema().toString()).doesNotContain("avro.java");
  }

  @Test
  void generatesClassesFromTheRegisteredSchemas() {
    assertThat(withoutJavaTypes(CreditCardPayment.getClassSchema()))
        .isEqualTo(PaymentEvent.CREDIT_CARD.schema());
    assertThat(withoutJavaTypes(BankTransferPayment.getClassSchema()))
        .isEqualTo(PaymentEvent.BANK_TRANSFER.schema());
  }

  @ParameterizedTest
  @EnumSource
  void readsWhatTheLastReleaseHasWritten(PaymentEvent event) {
    assertThat(BackwardCompatibility.problems(event.schema(), event.released())).isEmpty();
  }

  @Test
  void keepsMoneyAndTimeExactThroughAvro() throws IOException {
    CreditCardPayment payment =
        CreditCardPayment.newBuilder()
            .setPaymentId("5f0e2a1c-7a52-4c0e-9d55-0e8f2f6a4f11")
            .setCustomerId("C-1")
            .setAmount(new BigDecimal("123456789012345.6789"))
            .setCurrency("EUR")
            .setCardNumberMasked("411111******1111")
            .setCardToken("ab12")
            .setStatus("CAPTURED")
            .setTransactedAt(Instant.parse("2026-03-01T10:15:30.123Z"))
            .build();

    CreditCardPayment read =
        new SpecificDatumReader<CreditCardPayment>(
                CreditCardPayment.getClassSchema(),
                CreditCardPayment.getClassSchema(),
                new GeneratedClasses())
            .read(null, DecoderFactory.get().binaryDecoder(bytesOf(payment), null));

    assertThat(read).isEqualTo(payment);
    assertThat(read.getAmount()).isEqualTo("123456789012345.6789");
    assertThat(read.getTransactedAt()).isEqualTo("2026-03-01T10:15:30.123Z");
    assertThat(read.getMerchantName()).isNull();
  }

  @Test
  void writesRecordsThatReadersOfTheRegisteredSchemaRead() throws IOException {
    BankTransferPayment payment =
        BankTransferPayment.newBuilder()
            .setUetr("8a1f0c1e-2d3b-4c5d-8e9f-001122334455")
            .setCustomerId("C-2")
            .setInstructedAmount(new BigDecimal("10.0000"))
            .setCurrency("CHF")
            .setDebtorIban("CH9300762011623852957")
            .setStatus("ACSC")
            .setSettledAt("2026-03-01T10:15:30.123+01:00")
            .build();
    Schema registered = PaymentEvent.BANK_TRANSFER.schema();

    GenericRecord read =
        new GenericDatumReader<GenericRecord>(registered)
            .read(null, DecoderFactory.get().binaryDecoder(bytesOf(payment), null));

    assertThat(read.get("debtor_iban")).hasToString("CH9300762011623852957");
    assertThat(read.get("settled_at")).hasToString("2026-03-01T10:15:30.123+01:00");
  }

  private static byte[] bytesOf(CreditCardPayment payment) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new SpecificDatumWriter<>(CreditCardPayment.class).write(payment, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private static byte[] bytesOf(BankTransferPayment payment) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new SpecificDatumWriter<>(BankTransferPayment.class).write(payment, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private static Schema withoutJavaTypes(Schema schema) {
    return new Schema.Parser()
        .parse(
            schema
                .toString()
                .replace("{\"type\":\"string\",\"avro.java.string\":\"String\"}", "\"string\""));
  }

  /**
   * Avro loads no class by a name in a schema unless it is told to trust it; this names it without
   * a lookup.
   */
  private static final class GeneratedClasses extends SpecificData {
    GeneratedClasses() {
      addLogicalTypeConversion(new Conversions.DecimalConversion());
      addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    }

    @Override
    @SuppressWarnings("rawtypes") // As SpecificData declares it.
    public Class getClass(Schema schema) {
      return schema.getType() == Schema.Type.RECORD
          ? CreditCardPayment.class
          : super.getClass(schema);
    }
  }
}
