// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.creditcard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.producers.channel.PaymentCheck;
import io.lastfive.producers.channel.RefusedPayment;
import io.lastfive.schemas.CreditCardPayment;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreditCardChannelTest {
  private static final String NUMBER = "4111111111111111";
  private static final CardTokenizer TOKENIZER = CardTokenizer.withKey(new byte[32]);

  private final CreditCardChannel channel = new CreditCardChannel();

  @Test
  void masksAndTokenizesBeforeAnythingIsBuiltFromTheNumber() {
    CardPayment payment = sound().build();

    CreditCardPayment event = payment.toEvent(TOKENIZER);

    channel.refuseUnsound(event);
    assertThat(event.getCardNumberMasked()).isEqualTo("411111******1111");
    assertThat(event.getCardToken()).hasSize(64);
    assertThat(event.getCardScheme()).isEqualTo("VISA");
    assertThat(event.getAmount()).isEqualTo("12.5000");
    assertThat(payment + "|" + event).doesNotContain(NUMBER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "12.50 | EUR | ",
        "999999999999999.99 | EUR | ",
        "0.001 | BHD | ",
        "1500.0000 | JPY | ",
        "0 | EUR | amount '0' is not above zero; a refund is a payment of its own with status REFUNDED",
        "-5.00 | EUR | amount '-5' is not above zero; a refund is a payment of its own with status REFUNDED",
        "12.345 | EUR | amount '12.345' has more decimals than EUR has (2)",
        "12.5 | JPY | amount '12.5' has more decimals than JPY has (0)",
        "1.00001 | BHD | amount '1.00001' has more decimals than BHD has (3)",
        "1000000000000000 | EUR | amount has 16 digits before the decimal point; at most 15 fit",
        "1e400 | EUR | amount has 401 digits before the decimal point; at most 15 fit",
        "12.50 | EURO | currency is no ISO 4217 code such as EUR",
        "12.50 | ZZZ | currency 'ZZZ' is no ISO 4217 code such as EUR",
        "12.50 | XXX | currency 'XXX' is no ISO 4217 code such as EUR"
      })
  void checksAmountAndCurrencyTogether(String amount, String currency, String problem) {
    CreditCardPayment event = sound().amount(amount, currency).build().toEvent(TOKENIZER);

    assertThat(problems(event)).isEqualTo(problem == null ? List.of() : List.of(problem));
  }

  @Test
  void namesEverythingThatIsWrongAtOnce() {
    CreditCardPayment event =
        new CreditCardPayment(
            "no-uuid",
            " C-1",
            new BigDecimal("1.0000"),
            "EUR",
            "4111********1111",
            "",
            "4111 1111 1111 1111",
            "Bank\nName",
            "x".repeat(21),
            "RRN-1",
            "12345",
            "",
            "54x2",
            "PAID",
            Instant.parse("1969-12-31T23:59:59Z"));

    assertThatThrownBy(() -> channel.refuseUnsound(event))
        .isInstanceOfSatisfying(
            RefusedPayment.class,
            refused ->
                assertThat(refused.problems())
                    .containsExactly(
                        "payment_id is not a UUID in small letters, such as 6fa459ea-ee8a-4ca4-894e-db77e160355e",
                        "customer_id starts or ends with white space; it would be another customer",
                        "card_number_masked is not the first 6 and last 4 digits with '*' for each digit between, such as 411111******1111",
                        "card_token is missing",
                        "cardholder_name holds what reads as a card number (13 to 19 digits that pass the Luhn check); take it out or break the digits with letters",
                        "issuer_name has a control character at position 5",
                        "card_scheme has 21 characters; at most 20 fit",
                        "retrieval_reference is not 1 to 12 letters and digits (A-Z, 0-9)",
                        "authorization_code is not 6 letters and digits (A-Z, 0-9)",
                        "merchant_category_code is not 4 digits",
                        "status 'PAID' is none of AUTHORIZED, CAPTURED, DECLINED, REFUNDED",
                        "transacted_at is not between the years 1970 and 9999"));
  }

  @Test
  void refusesATokenThatIsACardNumber() {
    CreditCardPayment event =
        CreditCardPayment.newBuilder(sound().build().toEvent(TOKENIZER))
            .setCardToken(NUMBER)
            .build();

    assertThat(problems(event))
        .containsExactly(
            "card_token holds what reads as a card number (13 to 19 digits that pass the Luhn check); take it out or break the digits with letters");
  }

  @Test
  void namesWhatABuilderWasNotGiven() {
    assertThatThrownBy(() -> CardPayment.builder().build())
        .isInstanceOf(RefusedPayment.class)
        .hasMessage(
            "customer_id is missing; amount is missing; currency is missing; card_number is missing");
  }

  private static CardPayment.Builder sound() {
    return CardPayment.builder()
        .paymentId(UUID.fromString("6fa459ea-ee8a-4ca4-894e-db77e160355e"))
        .customerId("C-1")
        .cardNumber(CardNumber.of(NUMBER))
        .cardholderName("Zoë O'Neil 李雷")
        .amount("12.5", "EUR")
        .transactedAt(Instant.parse("2026-01-31T12:45:00Z"));
  }

  private List<String> problems(CreditCardPayment event) {
    PaymentCheck check = new PaymentCheck();
    channel.check(event, check);
    return check.refused().problems();
  }
}
