// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import io.lastfive.producers.channel.Luhn;
import java.util.List;

/**
 * Card numbers that pass the Luhn check, from the ranges that payment providers publish for tests;
 * nobody's cards.
 */
final class TestCards {
  private record Range(String prefix, int length) {}

  private static final List<Range> RANGES =
      List.of(
          new Range("400000", 16),
          new Range("411111", 16),
          new Range("555555", 16),
          new Range("222300", 16),
          new Range("378282", 15),
          new Range("601111", 16),
          new Range("353011", 16),
          new Range("620000", 16));

  private TestCards() {}

  static String number(Dice dice) {
    Range range = dice.oneOf(RANGES);
    char[] digits = new char[range.length];
    for (int i = 0; i < digits.length - 1; i++) {
      digits[i] = i < 6 ? range.prefix.charAt(i) : (char) ('0' + dice.below(10));
    }
    digits[digits.length - 1] = Luhn.checkDigit(digits, digits.length - 1);
    return new String(digits);
  }
}
