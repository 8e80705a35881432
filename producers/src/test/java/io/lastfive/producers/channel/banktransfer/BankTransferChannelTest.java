// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.banktransfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.producers.channel.PaymentCheck;
import io.lastfive.producers.channel.RefusedPayment;
import io.lastfive.schemas.BankTransferPayment;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class BankTransferChannelTest {
  private final BankTransferChannel channel = new BankTransferChannel();

  @Test
  void keepsTheOffsetOfTheSettlementTime() {
    BankTransferPayment event = sound().build().toEvent();

    assertThat(problems(event)).isEmpty();
    assertThat(event.getSettledAt()).isEqualTo("2026-01-31T13:45:00.000+01:00");
    assertThat(event.getDebtorIban()).isEqualTo("DE89370400440532013000");
    assertThat(event.getInstructedAmount()).isEqualTo("99.9000");
  }

  @Test
  void namesEverythingThatIsWrongAtOnce() {
    BankTransferPayment event =
        BankTransferPayment.newBuilder(sound().build().toEvent())
            .setUetr("6FA459EA-EE8A-4CA4-894E-DB77E160355E")
            .setCustomerId("  ")
            .setDebtorIban("DE88370400440532013000")
            .setDebtorAgentBic("COBADEFFX")
            .setCreditorIban("DE")
            .setEndToEndId("x".repeat(36))
            .setRemittanceInformation("my card is 5555555555554444")
            .setStatus("CAPTURED")
            .setSettledAt("2026-01-31")
            .build();

    assertThat(problems(event))
        .containsExactly(
            "uetr is not a UUID in small letters, such as 6fa459ea-ee8a-4ca4-894e-db77e160355e",
            "customer_id is missing",
            "customer_id starts or ends with white space; it would be another customer",
            "debtor_iban has wrong check digits (mod 97): a character is mistyped or swapped",
            "debtor_agent_bic has 9 characters; a BIC has 8 or 11",
            "creditor_iban has 2 characters; an IBAN has 15 to 34",
            "end_to_end_id has 36 characters; at most 35 fit",
            "remittance_information holds what reads as a card number (13 to 19 digits that pass the Luhn check); take it out or break the digits with letters",
            "status 'CAPTURED' is none of ACSC, ACSP, RJCT",
            "settled_at is not a time such as 2026-01-31T13:45:00.000+01:00");
  }

  @Test
  void namesWhatABuilderWasNotGiven() {
    assertThatThrownBy(() -> BankTransfer.builder().build())
        .isInstanceOf(RefusedPayment.class)
        .hasMessage(
            "customer_id is missing; instructed_amount is missing; currency is missing; debtor_iban is missing");
  }

  private static BankTransfer.Builder sound() {
    return BankTransfer.builder()
        .customerId("C-1")
        .debtorIban("DE89 3704 0044 0532 0130 00")
        .instructedAmount("99.9", "EUR")
        .settledAt(OffsetDateTime.parse("2026-01-31T13:45:00+01:00"));
  }

  private List<String> problems(BankTransferPayment event) {
    PaymentCheck check = new PaymentCheck();
    channel.check(event, check);
    return check.refused().problems();
  }
}
