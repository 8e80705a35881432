// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import io.lastfive.schemas.BankTransferPayment;
import io.lastfive.schemas.CreditCardPayment;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the pipeline must make of the events of the source topics, computed in plain Java with none
 * of the pipeline's code: normalized, each payment once, the newest of each customer. Takes the
 * events in any order. For one thread.
 */
public final class ExpectedPayments {
  private static final Instant TOO_LATE = Instant.ofEpochMilli(1_000_000_000_000_000L);

  private final int last;
  private final Map<String, List<ExpectedPayment>> newest = new HashMap<>();
  private long passed;

  /** The five newest of each customer. */
  public ExpectedPayments() {
    this(5);
  }

  /**
   * @param last how many of each customer
   */
  public ExpectedPayments(int last) {
    this.last = last;
  }

  /** Takes an event of a source topic; what does not pass the normalizing is left out. */
  public void add(@Nullable String customerId, SpecificRecord event) {
    Optional<ExpectedPayment> payment =
        event instanceof CreditCardPayment card
            ? normalized(card)
            : normalized((BankTransferPayment) event);
    if (customerId != null && payment.isPresent()) {
      passed++;
      keep(newest.computeIfAbsent(customerId, id -> new ArrayList<>()), payment.get());
    }
  }

  /** How many events passed the normalizing, second sendings included. */
  public long passed() {
    return passed;
  }

  /** Newest first, by customer. */
  public Map<String, List<ExpectedPayment>> byCustomer() {
    return new TreeMap<>(newest);
  }

  private void keep(List<ExpectedPayment> payments, ExpectedPayment payment) {
    if (payments.contains(payment)) {
      return;
    }
    payments.add(payment);
    payments.sort(ExpectedPayment.NEWEST_FIRST);
    if (payments.size() > last) {
      payments.remove(last);
    }
  }

  private static Optional<ExpectedPayment> normalized(CreditCardPayment card) {
    boolean refunded = card.getStatus().equals("REFUNDED");
    if (!refunded && !card.getStatus().equals("CAPTURED") || !isInRange(card.getTransactedAt())) {
      return Optional.empty();
    }
    return Optional.of(
        new ExpectedPayment(
            clean(card.getPaymentId()),
            "CC",
            card.getAmount(),
            clean(card.getCurrency()),
            cleaned(card.getCardNumberMasked()),
            cleaned(card.getCardholderName()),
            cleaned(card.getIssuerName()),
            cleaned(card.getMerchantName()),
            cleaned(card.getRetrievalReference()),
            refunded ? "REFUNDED" : "SETTLED",
            card.getTransactedAt()));
  }

  private static Optional<ExpectedPayment> normalized(BankTransferPayment transfer) {
    Optional<Instant> settledAt = time(transfer.getSettledAt());
    if (!transfer.getStatus().equals("ACSC")
        || settledAt.filter(ExpectedPayments::isInRange).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ExpectedPayment(
            clean(transfer.getUetr()),
            "BANK_TRF",
            transfer.getInstructedAmount(),
            clean(transfer.getCurrency()),
            Optional.of(masked(transfer.getDebtorIban())),
            cleaned(transfer.getDebtorName()),
            cleaned(transfer.getDebtorAgentName()),
            cleaned(transfer.getCreditorName()),
            cleaned(transfer.getEndToEndId()),
            "SETTLED",
            settledAt.get()));
  }

  private static boolean isInRange(Instant time) {
    return !time.isBefore(Instant.EPOCH) && time.isBefore(TOO_LATE);
  }

  private static Optional<Instant> time(@Nullable String text) {
    try {
      return text == null ? Optional.empty() : Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static String masked(String iban) {
    int hidden = Math.max(0, iban.length() - 4);
    return "*".repeat(hidden) + iban.substring(hidden);
  }

  private static Optional<String> cleaned(@Nullable String text) {
    return Optional.ofNullable(text).map(ExpectedPayments::clean);
  }

  /** The signs with which the last five are packed become spaces. */
  private static String clean(String text) {
    return text.replace('\u241f', ' ').replace('\u2400', ' ');
  }
}
