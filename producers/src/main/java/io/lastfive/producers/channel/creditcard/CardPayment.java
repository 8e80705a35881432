// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.creditcard;

import io.lastfive.producers.channel.Amounts;
import io.lastfive.producers.channel.PaymentCheck;
import io.lastfive.schemas.CreditCardPayment;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A card payment as the credit card service knows it, with the full card number. It becomes a
 * {@link CreditCardPayment}, which has none, through {@link
 * CreditCardPaymentPublisher#publish(CardPayment)}. There is no place for a CVV, a track or an
 * expiry date. Immutable.
 */
public record CardPayment(
    UUID paymentId,
    String customerId,
    BigDecimal amount,
    String currency,
    CardNumber cardNumber,
    Optional<String> cardholderName,
    Optional<String> issuerName,
    Optional<String> retrievalReference,
    Optional<String> authorizationCode,
    Optional<String> merchantName,
    Optional<String> merchantCategoryCode,
    String status,
    Instant transactedAt) {

  public static Builder builder() {
    return new Builder();
  }

  CreditCardPayment toEvent(CardTokenizer tokenizer) {
    return new CreditCardPayment(
        paymentId.toString(),
        customerId,
        Amounts.toScale(amount),
        currency,
        cardNumber.masked(),
        tokenizer.token(cardNumber),
        cardholderName.orElse(null),
        issuerName.orElse(null),
        cardNumber.scheme(),
        retrievalReference.orElse(null),
        authorizationCode.orElse(null),
        merchantName.orElse(null),
        merchantCategoryCode.orElse(null),
        status,
        transactedAt);
  }

  /**
   * Customer, card number and amount must be given; the id is random, the status CAPTURED and the
   * time now unless set.
   */
  public static final class Builder {
    private UUID paymentId = UUID.randomUUID();
    private @Nullable String customerId;
    private @Nullable BigDecimal amount;
    private @Nullable String currency;
    private @Nullable CardNumber cardNumber;
    private Optional<String> cardholderName = Optional.empty();
    private Optional<String> issuerName = Optional.empty();
    private Optional<String> retrievalReference = Optional.empty();
    private Optional<String> authorizationCode = Optional.empty();
    private Optional<String> merchantName = Optional.empty();
    private Optional<String> merchantCategoryCode = Optional.empty();
    private String status = "CAPTURED";
    private @Nullable Instant transactedAt;

    private Builder() {}

    public Builder paymentId(UUID value) {
      paymentId = value;
      return this;
    }

    public Builder customerId(String value) {
      customerId = value;
      return this;
    }

    public Builder amount(String decimal, String currencyCode) {
      return amount(new BigDecimal(decimal), currencyCode);
    }

    public Builder amount(BigDecimal value, String currencyCode) {
      amount = value;
      currency = currencyCode;
      return this;
    }

    public Builder cardNumber(CardNumber value) {
      cardNumber = value;
      return this;
    }

    public Builder cardholderName(String value) {
      cardholderName = Optional.of(value);
      return this;
    }

    public Builder issuerName(String value) {
      issuerName = Optional.of(value);
      return this;
    }

    /** ISO 8583 data element 37. */
    public Builder retrievalReference(String value) {
      retrievalReference = Optional.of(value);
      return this;
    }

    /** ISO 8583 data element 38. */
    public Builder authorizationCode(String value) {
      authorizationCode = Optional.of(value);
      return this;
    }

    public Builder merchantName(String value) {
      merchantName = Optional.of(value);
      return this;
    }

    /** ISO 18245. */
    public Builder merchantCategoryCode(String value) {
      merchantCategoryCode = Optional.of(value);
      return this;
    }

    /** One of {@link CreditCardChannel#STATUSES}. */
    public Builder status(String value) {
      status = value;
      return this;
    }

    public Builder transactedAt(Instant value) {
      transactedAt = value;
      return this;
    }

    /**
     * The payment.
     *
     * @throws io.lastfive.producers.channel.RefusedPayment where customer, card number or amount is
     *     missing
     */
    public CardPayment build() {
      if (customerId == null || amount == null || currency == null || cardNumber == null) {
        PaymentCheck check = new PaymentCheck();
        check.present("customer_id", customerId);
        check.present("amount", amount);
        check.present("currency", currency);
        check.present("card_number", cardNumber);
        throw check.refused();
      }
      return new CardPayment(
          paymentId,
          customerId,
          amount,
          currency,
          cardNumber,
          cardholderName,
          issuerName,
          retrievalReference,
          authorizationCode,
          merchantName,
          merchantCategoryCode,
          status,
          transactedAt == null ? Instant.now() : transactedAt);
    }
  }
}
