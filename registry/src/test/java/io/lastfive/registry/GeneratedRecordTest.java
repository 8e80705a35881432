// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.schemas.BankTransferPayment;
import io.lastfive.schemas.CreditCardPayment;
import io.lastfive.schemas.PaymentEvent;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The payment events, written and read as a payment service does. */
class GeneratedRecordTest {
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
  void comesBackAsItWas() {
    Map<String, Object> config =
        Map.of("schema.registry.url", registry.url(), "specific.avro.reader", true);
    try (LastfiveAvroSerializer serializer = new LastfiveAvroSerializer();
        LastfiveAvroDeserializer deserializer = new LastfiveAvroDeserializer()) {
      serializer.configure(config, false);
      deserializer.configure(config, false);
      CreditCardPayment payment = payment();

      Object back = deserializer.deserialize("t", serializer.serialize("t", payment));

      assertThat(back).isEqualTo(payment);
      assertThat(back)
          .isInstanceOfSatisfying(
              CreditCardPayment.class,
              read -> {
                assertThat(read.getAmount()).isEqualTo(new BigDecimal("12.3400"));
                assertThat(read.getTransactedAt())
                    .isEqualTo(Instant.parse("2026-11-23T07:00:00.123Z"));
                assertThat((Object) read.getCustomerId()).isInstanceOf(String.class);
              });
    }
  }

  @Test
  void isReadableAsGenericRecordWithoutItsClass() {
    try (LastfiveAvroSerializer serializer = new LastfiveAvroSerializer();
        LastfiveAvroDeserializer deserializer = new LastfiveAvroDeserializer()) {
      serializer.configure(Map.of("schema.registry.url", registry.url()), false);
      deserializer.configure(
          Map.of("schema.registry.url", registry.url(), "avro.use.logical.type.converters", "true"),
          false);

      assertThat(deserializer.deserialize("t", serializer.serialize("t", payment())))
          .isInstanceOfSatisfying(
              GenericRecord.class,
              read -> assertThat(read.get("amount")).isEqualTo(new BigDecimal("12.3400")));
    }
  }

  @Test
  void findsTheSchemaThatWasRegisteredFromItsFile() {
    registry.add("t-value", PaymentEvent.BANK_TRANSFER.schema().toString());
    BankTransferPayment payment = bankTransfer();

    try (LastfiveAvroSerializer serializer = new LastfiveAvroSerializer()) {
      serializer.configure(
          Map.of("schema.registry.url", registry.url(), "auto.register.schemas", "false"), false);
      byte[] bytes = serializer.serialize("t", payment);

      assertThat(bytes).startsWith(0, 0, 0, 0, 1);
    }
  }

  private static CreditCardPayment payment() {
    return CreditCardPayment.newBuilder()
        .setPaymentId("0b6f3c8e-8f0e-4a51-9d27-2f0a7a1c3d55")
        .setCustomerId("c-1")
        .setAmount(new BigDecimal("12.3400"))
        .setCurrency("EUR")
        .setCardNumberMasked("411111******1111")
        .setCardToken("00ff")
        .setStatus("CAPTURED")
        .setTransactedAt(Instant.parse("2026-11-23T07:00:00.123Z"))
        .build();
  }

  private static BankTransferPayment bankTransfer() {
    return BankTransferPayment.newBuilder()
        .setUetr("0b6f3c8e-8f0e-4a51-9d27-2f0a7a1c3d55")
        .setCustomerId("c-1")
        .setInstructedAmount(new BigDecimal("12.3400"))
        .setCurrency("EUR")
        .setDebtorIban("DE89370400440532013000")
        .setEndToEndId("e2e-1")
        .setStatus("ACSC")
        .setSettledAt("2026-11-23T07:00:00.123Z")
        .build();
  }
}
