// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

/**
 * Values in messages: short, on one line, and nothing that may be a card number, mistyped ones
 * included.
 */
public final class Shown {
  private static final int LONGEST = 40;
  private static final int DIGITS_OF_A_CARD_NUMBER = 12;

  private Shown() {}

  /** {@code 'value'}, or {@code '...'} where it had better not be shown. */
  public static String quoted(CharSequence value) {
    int digits = 0;
    boolean printable = value.length() <= LONGEST;
    for (int i = 0; printable && i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isDigit(c)) {
        digits++;
      } else if (!CardShapedText.isSeparator(c)) {
        digits = 0;
      }
      printable = !Character.isISOControl(c) && digits < DIGITS_OF_A_CARD_NUMBER;
    }
    return printable ? "'" + value + "'" : "'...'";
  }
}
