// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.creditcard;

/** The scheme of a card by the ranges of issuer numbers that the schemes publish. */
final class CardScheme {
  private CardScheme() {}

  static String of(char[] digits) {
    int four =
        ((digits[0] - '0') * 10 + digits[1] - '0') * 100 + (digits[2] - '0') * 10 + digits[3] - '0';
    int two = four / 100;
    if (two / 10 == 4) {
      return "VISA";
    } else if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) {
      return "MASTERCARD";
    } else if (two == 34 || two == 37) {
      return "AMEX";
    } else if (four >= 3528 && four <= 3589) {
      return "JCB";
    } else if (two == 36 || two == 38 || two == 39 || (four >= 3000 && four <= 3059)) {
      return "DINERS";
    } else if (two == 62) {
      return "UNIONPAY";
    } else if (four == 6011 || two == 65 || (four >= 6440 && four <= 6499)) {
      return "DISCOVER";
    } else if (two == 50 || (two >= 56 && two <= 69)) {
      return "MAESTRO";
    }
    return "OTHER";
  }
}
