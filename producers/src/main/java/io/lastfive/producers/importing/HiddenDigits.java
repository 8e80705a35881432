// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

/** Texts with the digits hidden that are, or may be, of a card number. */
final class HiddenDigits {
  private static final int FEWEST_OF_A_CARD_NUMBER = 12;
  private static final String SEPARATORS = " -./_\u00a0\u202f";

  private HiddenDigits() {}

  /** {@code text} without any digit. */
  static String all(String text) {
    StringBuilder hidden = new StringBuilder(text);
    for (int i = 0; i < hidden.length(); i++) {
      if (Character.isDigit(hidden.charAt(i))) {
        hidden.setCharAt(i, '*');
      }
    }
    return hidden.toString();
  }

  /**
   * What stood in a card number's column, right or wrong: its first six and last four characters.
   */
  static String middle(String cardNumber) {
    int length = cardNumber.length();
    if (length < FEWEST_OF_A_CARD_NUMBER) {
      return "*".repeat(length);
    }
    return cardNumber.substring(0, 6) + "*".repeat(length - 10) + cardNumber.substring(length - 4);
  }

  /**
   * {@code text} with every long enough run of digits hidden, single separators within it allowed,
   * whether it passes the Luhn check or not: the row may have been rejected for a mistyped digit.
   */
  static String ofCardNumbers(String text) {
    StringBuilder hidden = new StringBuilder(text);
    int i = 0;
    while (i < text.length()) {
      int end = endOfRun(text, i);
      if (digits(text, i, end) >= FEWEST_OF_A_CARD_NUMBER) {
        hidden.replace(i, end, all(text.substring(i, end)));
      }
      i = Math.max(end, i + 1);
    }
    return hidden.toString();
  }

  private static int endOfRun(String text, int start) {
    int end = start;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
      boolean separated =
          end + 1 < text.length()
              && SEPARATORS.indexOf(text.charAt(end)) >= 0
              && Character.isDigit(text.charAt(end + 1));
      end += separated ? 1 : 0;
    }
    return end;
  }

  private static int digits(String text, int start, int end) {
    int digits = 0;
    for (int i = start; i < end; i++) {
      digits += Character.isDigit(text.charAt(i)) ? 1 : 0;
    }
    return digits;
  }
}
