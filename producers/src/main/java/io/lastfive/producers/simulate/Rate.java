// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import io.lastfive.settings.UserError;

/**
 * How fast records are sent.
 *
 * @param perSecond infinite: as fast as the broker takes them
 */
public record Rate(double perSecond) {
  public static final Rate MAX = new Rate(Double.POSITIVE_INFINITY);

  public Rate {
    if (!(perSecond > 0)) {
      throw new UserError("rate = %s is not above zero.".formatted(perSecond));
    }
  }

  /** {@code max} or a number of records a second. */
  public static Rate parse(String text) {
    if (text.equals("max")) {
      return MAX;
    }
    try {
      double perSecond = Double.parseDouble(text);
      if (perSecond > 0 && perSecond <= 1e9) {
        return new Rate(perSecond);
      }
      throw new UserError(noRate(text));
    } catch (NumberFormatException notANumber) {
      throw new UserError(noRate(text), notANumber);
    }
  }

  private static String noRate(String text) {
    return "rate = '%s' is not 'max' or a number of records a second, such as 1000."
        .formatted(text);
  }

  boolean isMax() {
    return Double.isInfinite(perSecond);
  }

  /** When record number {@code n}, from 0, is due after the first. */
  long nanosUntil(long n) {
    return (long) (n * (1e9 / perSecond));
  }
}
