// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.schemas.CreditCardPayment;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;

/** The last five do not depend on the order of arrival, nor on payments that come again. */
class ExpectedPaymentsPropertyTest {
  private static final int PAYMENTS = 12;

  @RepeatedTest(50)
  void keepsTheFiveNewestHoweverTheyArrive() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<CreditCardPayment> payments = new ArrayList<>();
    for (int i = 0; i < PAYMENTS; i++) {
      payments.add(payment("p-" + i, random.nextInt(5)));
    }
    List<String> newest =
        payments.stream()
            .sorted(
                Comparator.comparing(CreditCardPayment::getTransactedAt)
                    .thenComparing(CreditCardPayment::getPaymentId)
                    .reversed())
            .map(CreditCardPayment::getPaymentId)
            .limit(5)
            .toList();
    payments.addAll(payments.subList(0, random.nextInt(PAYMENTS)));
    Collections.shuffle(payments, random);

    ExpectedPayments expected = new ExpectedPayments();
    payments.forEach(payment -> expected.add("C-1", payment));

    assertThat(expected.of("C-1"))
        .as("seed %d", seed)
        .extracting(ExpectedPayment::paymentId)
        .isEqualTo(newest);
    assertThat(expected.conflicting()).as("seed %d", seed).isZero();
  }

  private static CreditCardPayment payment(String id, int second) {
    CreditCardPayment.Builder payment = CreditCardPayment.newBuilder();
    payment.setPaymentId(id);
    payment.setCustomerId("C-1");
    payment.setAmount(new BigDecimal("1.0000"));
    payment.setCurrency("EUR");
    payment.setCardNumberMasked("411111******1111");
    payment.setCardToken("t");
    payment.setStatus("CAPTURED");
    payment.setTransactedAt(Instant.EPOCH.plusSeconds(second));
    return payment.build();
  }
}
