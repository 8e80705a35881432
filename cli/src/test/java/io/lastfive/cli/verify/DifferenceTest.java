// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DifferenceTest {
  private static final ExpectedPayment NEW = payment("p-2", "2.0000", "411111******1111");
  private static final ExpectedPayment OLD = payment("p-1", "1.0000", "411111******1111");

  @Test
  void namesEachFieldThatDiffers() {
    ExpectedPayment other = payment("p-1", "1.0001", "411111******1112");

    assertThat(between(List.of(NEW, OLD), List.of(NEW, other)))
        .containsExactly(
            new Difference("T", "C-1", 2, "amount", "1.0000", "1.0001"),
            new Difference("T", "C-1", 2, "account_no", "411111******1111", "411111******1112"));
  }

  @Test
  void namesOnlyThePaymentThatIsMissingAndNotThoseThatMovedUp() {
    assertThat(between(List.of(NEW, OLD), List.of(OLD)))
        .containsExactly(new Difference("T", "C-1", 1, "payment_id", "p-2", "nothing"));
  }

  @Test
  void namesThePaymentThatIsNotExpected() {
    assertThat(between(List.of(OLD), List.of(NEW, OLD)))
        .containsExactly(new Difference("T", "C-1", 1, "payment_id", "nothing", "p-2"));
  }

  @Test
  void tellsAnotherOrder() {
    assertThat(between(List.of(NEW, OLD), List.of(OLD, NEW)))
        .containsExactly(new Difference("T", "C-1", 0, "order", "p-2 p-1", "p-1 p-2"));
  }

  @Test
  void tellsACustomerWhoIsNotThere() {
    assertThat(between(List.of(NEW, OLD), List.of()))
        .containsExactly(new Difference("T", "C-1", 0, "customer", "2 payments", "nothing"));
  }

  @Test
  void neverShowsACardNumber() {
    ExpectedPayment leaked = payment("p-1", "1.0000", "4111 1111 1111 1111");

    assertThat(between(List.of(OLD), List.of(leaked)))
        .containsExactly(
            new Difference(
                "T", "C-1", 1, "account_no", "411111******1111", "(reads as a card number)"));
  }

  private static List<Difference> between(
      List<ExpectedPayment> expected, List<ExpectedPayment> found) {
    return Difference.between("T", "C-1", expected, found);
  }

  private static ExpectedPayment payment(String id, String amount, String accountNo) {
    return new ExpectedPayment(
        id,
        "CC",
        new BigDecimal(amount),
        "EUR",
        Optional.of(accountNo),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "SETTLED",
        Instant.EPOCH);
  }
}
