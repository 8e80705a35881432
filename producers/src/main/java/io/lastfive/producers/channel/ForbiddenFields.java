// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import java.util.Locale;
import java.util.Set;

/** Names of what must never be stored: CVV, track, PIN and expiry (PCI DSS 3.3.1). */
public final class ForbiddenFields {
  private static final Set<String> NAMES =
      Set.of(
          "cvv",
          "cvv2",
          "cvc",
          "cvc2",
          "cid",
          "cav2",
          "csc",
          "securitycode",
          "cardsecuritycode",
          "cardverificationvalue",
          "cardverificationcode",
          "track",
          "track1",
          "track2",
          "track3",
          "trackdata",
          "track1data",
          "track2data",
          "magstripe",
          "pin",
          "pinblock",
          "expiry",
          "expirydate",
          "expirationdate",
          "expdate",
          "exp",
          "expires",
          "expirymonth",
          "expiryyear",
          "expmonth",
          "expyear",
          "expirationmonth",
          "expirationyear",
          "cardexpiry",
          "cardexpirydate",
          "cardexpirationdate",
          "validthru",
          "validuntil");

  private ForbiddenFields() {}

  /** Whether a field or column of that name must not be stored: letters and digits count. */
  public static boolean contains(String name) {
    return NAMES.contains(bare(name));
  }

  /** {@code Card-Number} and {@code card.number} are the same name. */
  public static String bare(String name) {
    StringBuilder bare = new StringBuilder();
    name.toLowerCase(Locale.ROOT)
        .codePoints()
        .filter(Character::isLetterOrDigit)
        .forEach(bare::appendCodePoint);
    return bare.toString();
  }
}
