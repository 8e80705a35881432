// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import io.lastfive.producers.channel.Amounts;
import io.lastfive.schemas.BankTransferPayment;
import io.lastfive.schemas.CreditCardPayment;
import io.lastfive.schemas.PaymentEvent;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * What is wrong with an invalid payment. Either its publisher refuses it, and nothing is sent, or
 * it is sent as a careless service might and the scripts leave it out. None holds a card number.
 */
public enum Flaw {
  NEGATIVE_AMOUNT("negative amount", true),
  UNKNOWN_CURRENCY("currency that is none", true),
  TOO_MANY_DECIMALS("amount with more decimals than the currency has", true),
  WRONG_IBAN("IBAN with a wrong check digit", true),
  LONG_REFERENCE("end-to-end id of 40 characters", true),
  UNKNOWN_STATUS("status that is none", false),
  TIME_OUT_OF_RANGE("time before 1970", false),
  UNREADABLE_TIME("time that is none", false);

  private static final List<Flaw> OF_CARDS =
      List.of(
          NEGATIVE_AMOUNT, UNKNOWN_CURRENCY, TOO_MANY_DECIMALS, UNKNOWN_STATUS, TIME_OUT_OF_RANGE);
  private static final List<Flaw> OF_TRANSFERS = Arrays.asList(values());

  private final String description;
  private final boolean refused;

  Flaw(String description, boolean refused) {
    this.description = description;
    this.refused = refused;
  }

  /** Whether the publisher refuses it; otherwise the scripts leave it out. */
  public boolean isRefused() {
    return refused;
  }

  @Override
  public String toString() {
    return description;
  }

  static List<Flaw> of(PaymentEvent channel) {
    return switch (channel) {
      case CREDIT_CARD -> OF_CARDS;
      case BANK_TRANSFER -> OF_TRANSFERS;
    };
  }

  /** A copy of {@code event} with this flaw. */
  SpecificRecord in(SpecificRecord event) {
    return event instanceof CreditCardPayment payment
        ? in(CreditCardPayment.newBuilder(payment))
        : in(BankTransferPayment.newBuilder((BankTransferPayment) event));
  }

  private SpecificRecord in(CreditCardPayment.Builder copy) {
    switch (this) {
      case NEGATIVE_AMOUNT -> copy.setAmount(copy.getAmount().negate());
      case UNKNOWN_CURRENCY -> copy.setCurrency("QQQ");
      case TOO_MANY_DECIMALS -> copy.setAmount(withMoreDecimals(copy.getAmount()));
      case UNKNOWN_STATUS -> copy.setStatus("PENDING");
      case TIME_OUT_OF_RANGE -> copy.setTransactedAt(Instant.ofEpochMilli(-1));
      case WRONG_IBAN, LONG_REFERENCE, UNREADABLE_TIME -> throw noneOf("a card payment");
    }
    return copy.build();
  }

  private SpecificRecord in(BankTransferPayment.Builder copy) {
    switch (this) {
      case NEGATIVE_AMOUNT -> copy.setInstructedAmount(copy.getInstructedAmount().negate());
      case UNKNOWN_CURRENCY -> copy.setCurrency("QQQ");
      case TOO_MANY_DECIMALS ->
          copy.setInstructedAmount(withMoreDecimals(copy.getInstructedAmount()));
      case WRONG_IBAN -> copy.setDebtorIban(withOtherLastDigit(copy.getDebtorIban()));
      case LONG_REFERENCE -> copy.setEndToEndId("E2E-" + "X".repeat(36));
      case UNKNOWN_STATUS -> copy.setStatus("PENDING");
      case TIME_OUT_OF_RANGE -> copy.setSettledAt("1969-12-31T23:59:59.999Z");
      case UNREADABLE_TIME -> copy.setSettledAt("yesterday at noon");
    }
    return copy.build();
  }

  private static BigDecimal withMoreDecimals(BigDecimal amount) {
    return amount.add(BigDecimal.ONE.movePointLeft(Amounts.SCALE));
  }

  private static String withOtherLastDigit(String iban) {
    char last = iban.charAt(iban.length() - 1);
    return iban.substring(0, iban.length() - 1) + (last == '0' ? '1' : '0');
  }

  private IllegalStateException noneOf(String what) {
    return new IllegalStateException(this + " is no flaw of " + what);
  }
}
