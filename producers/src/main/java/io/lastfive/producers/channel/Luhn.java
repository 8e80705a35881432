// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

/** The check digit of card numbers (ISO/IEC 7812-1). */
public final class Luhn {
  private Luhn() {}

  /**
   * Whether the first {@code length} of {@code digits} ('0' to '9') end in the right check digit.
   */
  public static boolean passes(char[] digits, int length) {
    return sum(digits, length, false) % 10 == 0;
  }

  /** The digit that makes the first {@code length} of {@code digits} pass when it is appended. */
  public static char checkDigit(char[] digits, int length) {
    return (char) ('0' + (10 - sum(digits, length, true) % 10) % 10);
  }

  private static int sum(char[] digits, int length, boolean doubleLast) {
    int sum = 0;
    boolean doubled = doubleLast;
    for (int i = length - 1; i >= 0; i--) {
      int digit = digits[i] - '0';
      if (doubled) {
        digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
      }
      sum += digit;
      doubled = !doubled;
    }
    return sum;
  }
}
