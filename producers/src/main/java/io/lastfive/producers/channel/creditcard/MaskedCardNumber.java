// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.creditcard;

/**
 * The one form in which a card number may enter a topic: six digits, {@code *} for each hidden one,
 * four digits.
 */
final class MaskedCardNumber {
  private MaskedCardNumber() {}

  static boolean isOne(CharSequence text) {
    int length = text.length();
    if (length < 12 || length > 19) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      boolean hidden = i >= 6 && i < length - 4;
      if (hidden ? c != '*' : c < '0' || c > '9') {
        return false;
      }
    }
    return true;
  }
}
