// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

/**
 * Finds card numbers that were written into a text: 13 to 19 digits that pass the Luhn check, in
 * one piece or in groups with single spaces, dashes, dots, slashes or underscores between them.
 */
public final class CardShapedText {
  private static final int SHORTEST = 13;
  private static final int LONGEST = 19;

  private CardShapedText() {}

  public static boolean isIn(CharSequence text) {
    return digitsIn(text) >= SHORTEST && anyGroupStartsOne(text);
  }

  private static int digitsIn(CharSequence text) {
    int digits = 0;
    for (int i = 0; i < text.length(); i++) {
      if (isDigit(text.charAt(i))) {
        digits++;
      }
    }
    return digits;
  }

  private static boolean anyGroupStartsOne(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      boolean startsGroup = isDigit(text.charAt(i)) && (i == 0 || !isDigit(text.charAt(i - 1)));
      if (startsGroup && cardStartsAt(text, i)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a card number starts at {@code start} and ends where a group of digits ends. */
  private static boolean cardStartsAt(CharSequence text, int start) {
    char[] digits = new char[LONGEST];
    int count = 0;
    int i = start;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (isDigit(c)) {
        if (count == LONGEST) {
          return false;
        }
        digits[count++] = (char) ('0' + Character.digit(c, 10));
        boolean groupEnds = i + 1 == text.length() || !isDigit(text.charAt(i + 1));
        if (groupEnds && count >= SHORTEST && Luhn.passes(digits, count)) {
          return true;
        }
        i++;
      } else if (isSeparator(c) && i + 1 < text.length() && isDigit(text.charAt(i + 1))) {
        i++;
      } else {
        return false;
      }
    }
    return false;
  }

  private static boolean isDigit(char c) {
    return c < 128 ? c >= '0' && c <= '9' : Character.isDigit(c);
  }

  static boolean isSeparator(char c) {
    return c == ' '
        || c == '-'
        || c == '.'
        || c == '/'
        || c == '_'
        || c == '\u00a0'
        || c == '\u202f';
  }
}
