// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.banktransfer;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * The text form of a settlement time: yyyy-MM-dd'T'HH:mm:ss.SSSXXX. Written by hand: it is made for
 * every transfer.
 */
public final class SettledAt {
  private static final int MILLIS_IN_DAY = 86_400_000;

  private SettledAt() {}

  public static String text(OffsetDateTime time) {
    return text(time.toInstant().toEpochMilli(), time.getOffset().getTotalSeconds() / 60);
  }

  /**
   * The time {@code epochMillis} as a clock shows it that is {@code offsetMinutes} ahead of UTC.
   */
  public static String text(long epochMillis, int offsetMinutes) {
    long local = epochMillis + offsetMinutes * 60_000L;
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(local, MILLIS_IN_DAY));
    int time = Math.floorMod(local, MILLIS_IN_DAY);
    byte[] text = new byte[offsetMinutes == 0 ? 24 : 29];
    digits(text, 0, 4, date.getYear());
    text[4] = '-';
    digits(text, 5, 2, date.getMonthValue());
    text[7] = '-';
    digits(text, 8, 2, date.getDayOfMonth());
    text[10] = 'T';
    digits(text, 11, 2, time / 3_600_000);
    text[13] = ':';
    digits(text, 14, 2, time / 60_000 % 60);
    text[16] = ':';
    digits(text, 17, 2, time / 1000 % 60);
    text[19] = '.';
    digits(text, 20, 3, time % 1000);
    if (offsetMinutes == 0) {
      text[23] = 'Z';
    } else {
      int offset = Math.abs(offsetMinutes);
      text[23] = (byte) (offsetMinutes < 0 ? '-' : '+');
      digits(text, 24, 2, offset / 60);
      text[26] = ':';
      digits(text, 27, 2, offset % 60);
    }
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /** What is wrong with {@code text}; completes "settled_at ...". */
  static Optional<String> problemWith(String text) {
    return isOne(text)
        ? Optional.empty()
        : Optional.of("is not a time such as 2026-01-31T13:45:00.000+01:00");
  }

  private static boolean isOne(String text) {
    int length = text.length();
    if (length != 24 && length != 29) {
      return false;
    }
    String form = length == 24 ? "0000-00-00T00:00:00.000Z" : "0000-00-00T00:00:00.000+00:00";
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      char wanted = form.charAt(i);
      boolean fits =
          wanted == '0' ? c >= '0' && c <= '9' : wanted == '+' ? c == '+' || c == '-' : c == wanted;
      if (!fits) {
        return false;
      }
    }
    int month = number(text, 5);
    int day = number(text, 8);
    int year = number(text, 0) * 100 + number(text, 2);
    return year >= 1970
        && month >= 1
        && month <= 12
        && day >= 1
        && (day <= 28 || day <= LocalDate.of(year, month, 1).lengthOfMonth())
        && number(text, 11) <= 23
        && number(text, 14) <= 59
        && number(text, 17) <= 59
        && (length == 24 || (number(text, 24) <= 18 && number(text, 27) <= 59));
  }

  private static int number(String text, int start) {
    return (text.charAt(start) - '0') * 10 + text.charAt(start + 1) - '0';
  }

  private static void digits(byte[] text, int start, int count, int value) {
    int rest = value;
    for (int i = start + count - 1; i >= start; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
