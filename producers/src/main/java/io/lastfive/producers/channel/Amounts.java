// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Money as the events hold it: decimal(19,4). */
public final class Amounts {
  public static final int SCALE = 4;
  private static final int INTEGER_DIGITS = 15;
  private static final int LONGEST_SHOWN = 40;

  /** 18 digits fit. */
  private static final int MOST_BITS = 59;

  /** By a currency's decimals: what an amount's ten-thousandths are a multiple of. */
  private static final long[] STEPS = {10_000, 1_000, 100, 10, 1};

  private Amounts() {}

  /** Whether {@code amount} is what nearly all amounts are: sound. False means: look closer. */
  static boolean isPlainlySound(BigDecimal amount, String currency) {
    if (amount.scale() != SCALE || amount.signum() <= 0 || !Currencies.isKnown(currency)) {
      return false;
    }
    BigInteger tenThousandths = amount.unscaledValue();
    return tenThousandths.bitLength() <= MOST_BITS
        && tenThousandths.longValue() % STEPS[Currencies.decimals(currency)] == 0;
  }

  /**
   * {@code amount} with the event's four decimals, or as it is where it does not fit: the
   * publisher's check then says why.
   */
  public static BigDecimal toScale(BigDecimal amount) {
    boolean fits = fitsIntegerDigits(amount) && fitsDecimals(amount, SCALE);
    return fits ? amount.setScale(SCALE, RoundingMode.UNNECESSARY) : amount;
  }

  /** {@code amount} with the decimals of {@code currency}, all of its own where it has more. */
  static BigDecimal inCurrency(BigDecimal amount, String currency) {
    boolean fits =
        Currencies.isKnown(currency) && fitsDecimals(amount, Currencies.decimals(currency));
    return fits ? amount.setScale(Currencies.decimals(currency), RoundingMode.UNNECESSARY) : amount;
  }

  static boolean fitsIntegerDigits(BigDecimal amount) {
    return (long) amount.precision() - amount.scale() <= INTEGER_DIGITS;
  }

  /** Whether {@code amount} has at most {@code decimals} decimals, zeros at the end aside. */
  static boolean fitsDecimals(BigDecimal amount, int decimals) {
    if (amount.scale() <= decimals || amount.signum() == 0) {
      return true;
    }
    // An amount of thousands of digits must not be rescaled to find out.
    return (long) amount.scale() - decimals <= amount.precision()
        && amount.setScale(decimals, RoundingMode.DOWN).compareTo(amount) == 0;
  }

  static String shown(BigDecimal amount) {
    boolean tooLong =
        amount.precision() > LONGEST_SHOWN || Math.abs(amount.scale()) > LONGEST_SHOWN;
    return Shown.quoted(tooLong ? amount.toString() : amount.stripTrailingZeros().toPlainString());
  }
}
