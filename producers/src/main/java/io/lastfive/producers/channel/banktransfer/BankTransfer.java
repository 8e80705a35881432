// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.banktransfer;

import io.lastfive.producers.channel.Amounts;
import io.lastfive.producers.channel.PaymentCheck;
import io.lastfive.schemas.BankTransferPayment;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A credit transfer as the bank transfer service knows it. It becomes a {@link BankTransferPayment}
 * through {@link BankTransferPaymentPublisher#publish(BankTransfer)}. Immutable.
 *
 * @param settledAt keeps its offset in the event
 */
public record BankTransfer(
    UUID uetr,
    String customerId,
    BigDecimal instructedAmount,
    String currency,
    String debtorIban,
    Optional<String> debtorName,
    Optional<String> debtorAgentName,
    Optional<String> debtorAgentBic,
    Optional<String> creditorName,
    Optional<String> creditorIban,
    Optional<String> endToEndId,
    Optional<String> remittanceInformation,
    String status,
    OffsetDateTime settledAt) {

  public static Builder builder() {
    return new Builder();
  }

  BankTransferPayment toEvent() {
    return new BankTransferPayment(
        uetr.toString(),
        customerId,
        Amounts.toScale(instructedAmount),
        currency,
        Iban.normalize(debtorIban),
        debtorName.orElse(null),
        debtorAgentName.orElse(null),
        debtorAgentBic.orElse(null),
        creditorName.orElse(null),
        creditorIban.map(Iban::normalize).orElse(null),
        endToEndId.orElse(null),
        remittanceInformation.orElse(null),
        status,
        SettledAt.text(settledAt));
  }

  /**
   * Customer, debtor's IBAN and amount must be given; the UETR is random, the status ACSC and the
   * time now unless set.
   */
  public static final class Builder {
    private UUID uetr = UUID.randomUUID();
    private @Nullable String customerId;
    private @Nullable BigDecimal instructedAmount;
    private @Nullable String currency;
    private @Nullable String debtorIban;
    private Optional<String> debtorName = Optional.empty();
    private Optional<String> debtorAgentName = Optional.empty();
    private Optional<String> debtorAgentBic = Optional.empty();
    private Optional<String> creditorName = Optional.empty();
    private Optional<String> creditorIban = Optional.empty();
    private Optional<String> endToEndId = Optional.empty();
    private Optional<String> remittanceInformation = Optional.empty();
    private String status = "ACSC";
    private @Nullable OffsetDateTime settledAt;

    private Builder() {}

    public Builder uetr(UUID value) {
      uetr = value;
      return this;
    }

    public Builder customerId(String value) {
      customerId = value;
      return this;
    }

    public Builder instructedAmount(String decimal, String currencyCode) {
      return instructedAmount(new BigDecimal(decimal), currencyCode);
    }

    public Builder instructedAmount(BigDecimal value, String currencyCode) {
      instructedAmount = value;
      currency = currencyCode;
      return this;
    }

    /** The customer's account; spaces are taken out. */
    public Builder debtorIban(String value) {
      debtorIban = value;
      return this;
    }

    public Builder debtorName(String value) {
      debtorName = Optional.of(value);
      return this;
    }

    public Builder debtorAgentName(String value) {
      debtorAgentName = Optional.of(value);
      return this;
    }

    public Builder debtorAgentBic(String value) {
      debtorAgentBic = Optional.of(value);
      return this;
    }

    public Builder creditorName(String value) {
      creditorName = Optional.of(value);
      return this;
    }

    public Builder creditorIban(String value) {
      creditorIban = Optional.of(value);
      return this;
    }

    /** 35 characters at most. */
    public Builder endToEndId(String value) {
      endToEndId = Optional.of(value);
      return this;
    }

    /** 140 characters at most. */
    public Builder remittanceInformation(String value) {
      remittanceInformation = Optional.of(value);
      return this;
    }

    /** One of {@link BankTransferChannel#STATUSES}. */
    public Builder status(String value) {
      status = value;
      return this;
    }

    public Builder settledAt(OffsetDateTime value) {
      settledAt = value;
      return this;
    }

    /**
     * The transfer.
     *
     * @throws io.lastfive.producers.channel.RefusedPayment where customer, debtor's IBAN or amount
     *     is missing
     */
    public BankTransfer build() {
      if (customerId == null
          || instructedAmount == null
          || currency == null
          || debtorIban == null) {
        PaymentCheck check = new PaymentCheck();
        check.present("customer_id", customerId);
        check.present("instructed_amount", instructedAmount);
        check.present("currency", currency);
        check.present("debtor_iban", debtorIban);
        throw check.refused();
      }
      return new BankTransfer(
          uetr,
          customerId,
          instructedAmount,
          currency,
          debtorIban,
          debtorName,
          debtorAgentName,
          debtorAgentBic,
          creditorName,
          creditorIban,
          endToEndId,
          remittanceInformation,
          status,
          settledAt == null ? OffsetDateTime.now(ZoneOffset.UTC) : settledAt);
    }
  }
}
