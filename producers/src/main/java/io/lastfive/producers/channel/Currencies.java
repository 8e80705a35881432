// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import java.util.Currency;
import java.util.HashMap;
import java.util.Map;

/** The currencies of ISO 4217 and their decimals. */
final class Currencies {
  private static final Map<String, Integer> DECIMALS = decimalsByCode();

  private Currencies() {}

  static boolean isKnown(String code) {
    return DECIMALS.containsKey(code);
  }

  static int decimals(String code) {
    Integer decimals = DECIMALS.get(code);
    if (decimals == null) {
      throw new IllegalArgumentException("'" + code + "' is no currency.");
    }
    return decimals;
  }

  private static Map<String, Integer> decimalsByCode() {
    Map<String, Integer> decimals = new HashMap<>();
    for (Currency currency : Currency.getAvailableCurrencies()) {
      // Codes without decimals of their own (XXX, XTS, metals, drawing rights) are no money a
      // customer pays with.
      if (currency.getDefaultFractionDigits() >= 0) {
        decimals.put(
            currency.getCurrencyCode(),
            Math.min(currency.getDefaultFractionDigits(), Amounts.SCALE));
      }
    }
    return decimals;
  }
}
