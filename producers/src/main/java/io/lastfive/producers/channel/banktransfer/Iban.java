// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.banktransfer;

import io.lastfive.producers.channel.RefusedPayment;
import java.util.Locale;
import java.util.Optional;

/** International bank account numbers (ISO 13616): form and check digits (mod 97). */
public final class Iban {
  private static final int SHORTEST = 15;
  private static final int LONGEST = 34;

  private static final long LARGEST_BEFORE_REDUCING = Long.MAX_VALUE / 1000;

  private Iban() {}

  /** {@code text} in the electronic form: without spaces, in capitals. */
  public static String normalize(String text) {
    return text.replace(" ", "").replace("\u00a0", "").toUpperCase(Locale.ROOT);
  }

  /** What is wrong with {@code iban} in the electronic form; completes "debtor_iban ...". */
  public static Optional<String> problemWith(String iban) {
    if (iban.length() < SHORTEST || iban.length() > LONGEST) {
      return Optional.of("has %d characters; an IBAN has 15 to 34".formatted(iban.length()));
    }
    for (int i = 0; i < iban.length(); i++) {
      char c = iban.charAt(i);
      boolean fits = i < 2 ? isLetter(c) : i < 4 ? isDigit(c) : isLetter(c) || isDigit(c);
      if (!fits) {
        return Optional.of(
            "has a wrong character at position %d; an IBAN is two letters, two digits, then letters and digits, such as"
                    .formatted(i + 1)
                + " DE89370400440532013000");
      }
    }
    // 00, 01 and 99 have the same remainders as 97, 98 and 02, which are the digits that are used.
    int checkDigits = (iban.charAt(2) - '0') * 10 + iban.charAt(3) - '0';
    if (remainder(iban) != 1 || checkDigits < 2 || checkDigits > 98) {
      return Optional.of("has wrong check digits (mod 97): a character is mistyped or swapped");
    }
    return Optional.empty();
  }

  /** The IBAN of {@code country} with {@code account} (BBAN) and the right check digits. */
  public static String of(String country, String account) {
    String withZeros = country + "00" + account;
    int checkDigits = 98 - remainder(withZeros);
    String iban = country + (checkDigits < 10 ? "0" : "") + checkDigits + account;
    problemWith(iban)
        .ifPresent(
            problem -> {
              throw new RefusedPayment("An IBAN of " + country + " " + problem);
            });
    return iban;
  }

  /**
   * Remainder of the number that the IBAN spells once its first four characters are moved to the
   * end.
   */
  private static int remainder(String iban) {
    long remainder = remainder(iban, 4, iban.length(), 0);
    return (int) (remainder(iban, 0, 4, remainder) % 97);
  }

  private static long remainder(String iban, int start, int end, long before) {
    long remainder = before;
    for (int i = start; i < end; i++) {
      char c = iban.charAt(i);
      remainder = isDigit(c) ? remainder * 10 + (c - '0') : remainder * 100 + (c - 'A' + 10);
      if (remainder > LARGEST_BEFORE_REDUCING) {
        remainder %= 97;
      }
    }
    return remainder;
  }

  private static boolean isLetter(char c) {
    return c >= 'A' && c <= 'Z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
