// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.banktransfer;

import io.lastfive.producers.channel.PaymentChannel;
import io.lastfive.producers.channel.PaymentCheck;
import io.lastfive.schemas.BankTransferPayment;
import io.lastfive.schemas.PaymentEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What may enter BANK-TRANSFER-PAYMENT. */
public final class BankTransferChannel implements PaymentChannel<BankTransferPayment> {
  public static final List<String> STATUSES = List.of("ACSC", "ACSP", "RJCT");

  @Override
  public String topic() {
    return PaymentEvent.BANK_TRANSFER.topic();
  }

  @Override
  public void check(BankTransferPayment event, PaymentCheck check) {
    check.uuid("uetr", event.getUetr());
    check.customerId(event.getCustomerId());
    check.amount("instructed_amount", event.getInstructedAmount(), "currency", event.getCurrency());
    check.present("debtor_iban", event.getDebtorIban());
    checkIban("debtor_iban", event.getDebtorIban(), check);
    check.optionalText("debtor_name", event.getDebtorName(), 140);
    check.optionalText("debtor_agent_name", event.getDebtorAgentName(), 140);
    checkBic(event.getDebtorAgentBic(), check);
    check.optionalText("creditor_name", event.getCreditorName(), 140);
    checkIban("creditor_iban", event.getCreditorIban(), check);
    check.optionalText("end_to_end_id", event.getEndToEndId(), 35);
    check.optionalText("remittance_information", event.getRemittanceInformation(), 140);
    check.oneOf("status", event.getStatus(), STATUSES);
    check.present("settled_at", event.getSettledAt());
    if (event.getSettledAt() != null) {
      check.note("settled_at", SettledAt.problemWith(event.getSettledAt()));
    }
  }

  private static void checkIban(String field, @Nullable String iban, PaymentCheck check) {
    if (iban != null) {
      check.note(field, Iban.problemWith(iban));
    }
  }

  private static void checkBic(@Nullable String bic, PaymentCheck check) {
    if (bic != null && bic.length() != 8 && bic.length() != 11) {
      check.note(
          "debtor_agent_bic", "has %d characters; a BIC has 8 or 11".formatted(bic.length()));
    } else {
      check.optionalCode("debtor_agent_bic", bic, 8, 11);
    }
  }

  @Override
  public String paymentId(BankTransferPayment event) {
    return event.getUetr();
  }

  @Override
  public String customerId(BankTransferPayment event) {
    return event.getCustomerId();
  }
}
