// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.creditcard;

import io.lastfive.producers.channel.PaymentChannel;
import io.lastfive.producers.channel.PaymentCheck;
import io.lastfive.schemas.CreditCardPayment;
import io.lastfive.schemas.PaymentEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What may enter CC-PAYMENT: never a full card number, in no field. */
public final class CreditCardChannel implements PaymentChannel<CreditCardPayment> {
  public static final List<String> STATUSES =
      List.of("AUTHORIZED", "CAPTURED", "DECLINED", "REFUNDED");

  @Override
  public String topic() {
    return PaymentEvent.CREDIT_CARD.topic();
  }

  @Override
  public void check(CreditCardPayment event, PaymentCheck check) {
    check.uuid("payment_id", event.getPaymentId());
    check.customerId(event.getCustomerId());
    check.amount("amount", event.getAmount(), "currency", event.getCurrency());
    checkCard(event.getCardNumberMasked(), event.getCardToken(), check);
    check.optionalText("cardholder_name", event.getCardholderName(), 140);
    check.optionalText("issuer_name", event.getIssuerName(), 140);
    check.optionalText("card_scheme", event.getCardScheme(), 20);
    check.optionalCode("retrieval_reference", event.getRetrievalReference(), 1, 12);
    check.optionalCode("authorization_code", event.getAuthorizationCode(), 6, 6);
    check.optionalText("merchant_name", event.getMerchantName(), 140);
    check.optionalDigits("merchant_category_code", event.getMerchantCategoryCode(), 4);
    check.oneOf("status", event.getStatus(), STATUSES);
    check.time("transacted_at", event.getTransactedAt());
  }

  private static void checkCard(
      @Nullable String masked, @Nullable String token, PaymentCheck check) {
    if (masked == null || !MaskedCardNumber.isOne(masked)) {
      check.note(
          "card_number_masked",
          "is not the first 6 and last 4 digits with '*' for each digit between, such as 411111******1111");
    }
    // Hexadecimal digits may happen to read as a card number; the token of another vault may be
    // one.
    if (token == null || !isHash(token)) {
      check.text("card_token", token, 128);
    }
  }

  private static boolean isHash(String token) {
    boolean hash = token.length() == 64;
    for (int i = 0; hash && i < 64; i++) {
      char c = token.charAt(i);
      hash = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
    return hash;
  }

  @Override
  public String paymentId(CreditCardPayment event) {
    return event.getPaymentId();
  }

  @Override
  public String customerId(CreditCardPayment event) {
    return event.getCustomerId();
  }
}
