// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import java.time.LocalTime;

/** TIME as milliseconds of the day. */
final class Times {
  private static final long NANOS_IN_A_MILLI = 1_000_000L;

  private Times() {}

  static long millisOfDay(LocalTime time) {
    return time.toNanoOfDay() / NANOS_IN_A_MILLI;
  }

  /**
   * @throws IllegalArgumentException where the day has no such millisecond
   */
  static LocalTime ofMillisOfDay(long millis) {
    if (millis < 0 || millis >= 86_400_000L) {
      throw new IllegalArgumentException("a day has no such millisecond");
    }
    return LocalTime.ofNanoOfDay(millis * NANOS_IN_A_MILLI);
  }
}
