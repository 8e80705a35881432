// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.producers.channel.PaymentChannel;
import io.lastfive.producers.channel.PaymentCheck;
import io.lastfive.producers.channel.RefusedPayment;
import io.lastfive.producers.channel.creditcard.CardNumber;
import io.lastfive.producers.channel.creditcard.CardTokenizer;
import io.lastfive.producers.channel.creditcard.CreditCardChannel;
import io.lastfive.schemas.CreditCardPayment;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Texts become a card payment; the card number is masked and tokenized on the way. */
public final class CreditCardFields implements ChannelFields<CreditCardPayment> {
  private static final List<PaymentField> FIELDS =
      List.of(
          PaymentField.of(
              "payment_id", "id", "trxid", "transactionid", "trx", "paymentuuid", "uuid"),
          PaymentField.of(
              "customer_id", "customer", "custid", "customerno", "customernumber", "clientid"),
          PaymentField.of("amount", "trxamount", "transactionamount", "value", "paymentamount"),
          PaymentField.of(
              "currency", "currencycode", "ccy", "cur", "trxcurrency", "transactioncurrency"),
          PaymentField.of(
              "card_number",
              "cardno",
              "pan",
              "card",
              "ccnumber",
              "creditcardnumber",
              "primaryaccountnumber"),
          PaymentField.of(
              "card_number_masked", "maskedcardnumber", "maskedpan", "cardmasked", "truncatedpan"),
          PaymentField.of("card_token", "token", "pantoken"),
          PaymentField.of("cardholder_name", "cardholder", "nameoncard", "holdername", "holder"),
          PaymentField.of("issuer_name", "issuer", "issuingbank", "cardissuer"),
          PaymentField.of("card_scheme", "scheme", "cardtype", "cardbrand", "brand", "network"),
          PaymentField.of(
              "retrieval_reference",
              "rrn",
              "retrievalreferencenumber",
              "referenceno",
              "reference",
              "de37"),
          PaymentField.of(
              "authorization_code", "authcode", "authorisationcode", "approvalcode", "de38"),
          PaymentField.of("merchant_name", "merchant", "cardacceptorname", "payee"),
          PaymentField.of("merchant_category_code", "mcc", "categorycode"),
          PaymentField.of("status", "paymentstatus", "state", "trxstatus"),
          PaymentField.of(
              "transacted_at",
              "trxdate",
              "transactiondate",
              "date",
              "datetime",
              "timestamp",
              "time"));

  private final CardTokenizer tokenizer;
  private final Optional<ZoneId> zone;

  /**
   * @param zone of times that say no offset; empty: they are refused
   */
  public CreditCardFields(CardTokenizer tokenizer, Optional<ZoneId> zone) {
    this.tokenizer = tokenizer;
    this.zone = zone;
  }

  @Override
  public List<PaymentField> fields() {
    return FIELDS;
  }

  @Override
  public PaymentChannel<CreditCardPayment> channel() {
    return new CreditCardChannel();
  }

  @Override
  public List<List<String>> mandatory() {
    return List.of(
        List.of("customer_id"),
        List.of("amount"),
        List.of("currency"),
        List.of("card_number", "card_number_masked"),
        List.of("status"),
        List.of("transacted_at"));
  }

  @Override
  public CreditCardPayment event(Map<String, String> values) {
    PaymentCheck check = new PaymentCheck();
    FieldTexts texts = new FieldTexts(values, zone, check);
    Optional<String> id = texts.uuid("payment_id", "cc");
    Card card = card(texts, check);
    BigDecimal amount = texts.amount("amount");
    OffsetDateTime transactedAt = texts.time("transacted_at");
    CreditCardPayment event =
        new CreditCardPayment(
            id.orElse(FieldTexts.NO_ID),
            texts.text("customer_id"),
            amount,
            texts.code("currency"),
            card.masked,
            card.token,
            texts.text("cardholder_name"),
            texts.text("issuer_name"),
            card.scheme,
            texts.text("retrieval_reference"),
            texts.text("authorization_code"),
            texts.text("merchant_name"),
            texts.text("merchant_category_code"),
            texts.code("status"),
            transactedAt.toInstant());
    channel().check(event, check);
    check.refuseIfNoted();
    return id.isPresent() ? event : withIdOf(event);
  }

  /**
   * What the event keeps of a card; of a refused one something sound, so that the other fields can
   * be checked.
   */
  private record Card(@Nullable String masked, @Nullable String token, @Nullable String scheme) {}

  private Card card(FieldTexts texts, PaymentCheck check) {
    String number = texts.text("card_number");
    if (number == null) {
      return new Card(
          texts.text("card_number_masked"), texts.text("card_token"), texts.text("card_scheme"));
    }
    try {
      CardNumber cardNumber = CardNumber.of(number);
      String scheme = texts.code("card_scheme");
      return new Card(
          cardNumber.masked(),
          tokenizer.token(cardNumber),
          scheme == null ? cardNumber.scheme() : scheme);
    } catch (RefusedPayment refused) {
      check.note(refused);
      return new Card("000000******0000", "refused", null);
    }
  }

  /**
   * A payment without an id gets one from what the event holds, never from the card number, which
   * could be guessed back.
   */
  private static CreditCardPayment withIdOf(CreditCardPayment event) {
    StringBuilder name = new StringBuilder("cc");
    for (int i = 1; i < event.getSchema().getFields().size(); i++) {
      name.append('\u001f').append(Objects.toString(event.get(i)));
    }
    return new CreditCardPayment(
        FieldTexts.named(name.toString()),
        event.getCustomerId(),
        event.getAmount(),
        event.getCurrency(),
        event.getCardNumberMasked(),
        event.getCardToken(),
        event.getCardholderName(),
        event.getIssuerName(),
        event.getCardScheme(),
        event.getRetrievalReference(),
        event.getAuthorizationCode(),
        event.getMerchantName(),
        event.getMerchantCategoryCode(),
        event.getStatus(),
        event.getTransactedAt());
  }
}
