// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.creditcard;

import com.fasterxml.jackson.annotation.JsonValue;
import io.lastfive.producers.channel.Luhn;
import io.lastfive.producers.channel.RefusedPayment;
import java.util.Arrays;

/**
 * A full card number on its way to being masked and tokenized. It cannot be printed, serialized or
 * logged: {@link #toString} masks, there is no accessor outside this package, the type is not
 * {@link java.io.Serializable}, and Jackson is refused whatever its settings. Immutable.
 */
public final class CardNumber {
  private static final int SHORTEST = 12;
  private static final int LONGEST = 19;
  private static final int SHOWN_FIRST = 6;
  private static final int SHOWN_LAST = 4;

  private final transient char[] digits;

  private CardNumber(char[] digits) {
    this.digits = digits;
  }

  /**
   * The card number written in {@code text}: 12 to 19 digits that pass the Luhn check, single
   * spaces or dashes between them allowed. Anything else is refused with a message that does not
   * hold the text.
   *
   * @throws RefusedPayment where the text is no card number
   */
  public static CardNumber of(CharSequence text) {
    char[] digits = new char[LONGEST];
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        if (count == LONGEST) {
          throw new RefusedPayment(
              "card_number has more than 19 digits; a card number has 12 to 19");
        }
        digits[count++] = c;
      } else if (c != ' ' && c != '-') {
        throw new RefusedPayment(
            isMasked(text)
                ? "card_number is masked already and gives no token; send the full number, or card_number_masked (first 6 and"
                    + " last 4 digits, '*' between) with the card_token it had"
                : "card_number has a character at position %d that is no digit, space or dash"
                    .formatted(i + 1));
      }
    }
    if (count < SHORTEST) {
      throw new RefusedPayment(
          "card_number has %d digits; a card number has 12 to 19".formatted(count));
    }
    if (!Luhn.passes(digits, count)) {
      throw new RefusedPayment(
          "card_number fails the Luhn check: a digit is wrong, missing or swapped");
    }
    return new CardNumber(Arrays.copyOf(digits, count));
  }

  /** Several of what programs put in place of hidden digits. */
  private static boolean isMasked(CharSequence text) {
    return text.chars().filter(c -> "*xX#\u2022".indexOf(c) >= 0).count() > 1;
  }

  /** The first six and last four digits, {@code *} between: what may be stored and shown. */
  public String masked() {
    char[] masked = digits.clone();
    Arrays.fill(masked, SHOWN_FIRST, masked.length - SHOWN_LAST, '*');
    return new String(masked);
  }

  /**
   * Whose card it is by its first digits, such as {@code VISA}; {@code OTHER} where they are
   * nobody's we know.
   */
  public String scheme() {
    return CardScheme.of(digits);
  }

  /** The digits as bytes, for {@link CardTokenizer} alone. */
  byte[] digitsAsBytes() {
    byte[] bytes = new byte[digits.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) digits[i];
    }
    return bytes;
  }

  /** What Jackson asks for, whether fields and empty beans are allowed or not. */
  @JsonValue
  @SuppressWarnings("UnusedMethod") // Jackson calls it.
  private String json() {
    throw new UnsupportedOperationException(
        "A card number is never written as JSON. Write its masked() form or its token.");
  }

  @Override
  public String toString() {
    return masked();
  }
}
