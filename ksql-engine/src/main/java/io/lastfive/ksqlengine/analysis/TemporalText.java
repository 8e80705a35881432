// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates and times written as text, whole or cut short: {@code 2020}, {@code 2020-02}, {@code
 * 2020-02-10T08}, {@code 2020-02-10T08:31:44.001+0000}. What is left out is the earliest, a zone
 * left out is UTC.
 */
final class TemporalText {
  private static final Pattern DATE = Pattern.compile("(\\d{4})(?:-(\\d{1,2})(?:-(\\d{1,2}))?)?");
  private static final Pattern TIME =
      Pattern.compile("(\\d{1,2})(?::(\\d{1,2})(?::(\\d{1,2})(?:\\.(\\d{1,9}))?)?)?");

  /** The midnight that ends a day. */
  private static final Pattern END_OF_DAY = Pattern.compile("24(:0{1,2}(:0{1,2}(\\.0+)?)?)?");

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

  private TemporalText() {}

  static Instant timestamp(String text) {
    String trimmed = text.trim();
    int split = trimmed.indexOf('T');
    try {
      if (split < 0) {
        return date(trimmed).atStartOfDay(ZoneOffset.UTC).toInstant();
      }
      String time = trimmed.substring(split + 1);
      int zone = zoneStart(time);
      LocalDate day = date(trimmed.substring(0, split));
      String clock = time.substring(0, zone);
      LocalDateTime local =
          END_OF_DAY.matcher(clock).matches()
              ? day.plusDays(1).atStartOfDay()
              : day.atTime(zone == 0 ? LocalTime.MIDNIGHT : time(clock));
      ZoneId zoneId = zone == time.length() ? ZoneOffset.UTC : ZoneId.of(time.substring(zone));
      return local.atZone(zoneId).toInstant();
    } catch (DateTimeException e) {
      throw new KsqlException(
          "Failed to parse timestamp '"
              + text
              + "': "
              + e.getMessage()
              + "\nRequired format is: \"yyyy-MM-dd'T'HH:mm:ss.SSS\", with an optional numeric timezone. "
              + "Partials are also supported, for example \"2020-05-26\"",
          e);
    }
  }

  static LocalDate date(String text) {
    Matcher parts = DATE.matcher(text.trim());
    if (!parts.matches()) {
      throw new DateTimeException("Text '" + text + "' could not be parsed as a date");
    }
    return LocalDate.of(
        Integer.parseInt(parts.group(1)),
        parts.group(2) == null ? 1 : Integer.parseInt(parts.group(2)),
        parts.group(3) == null ? 1 : Integer.parseInt(parts.group(3)));
  }

  static LocalTime time(String text) {
    Matcher parts = TIME.matcher(text.trim());
    if (!parts.matches()) {
      throw new DateTimeException("Text '" + text + "' could not be parsed as a time");
    }
    String fraction = parts.group(4) == null ? "0" : parts.group(4);
    return LocalTime.of(
        Integer.parseInt(parts.group(1)),
        parts.group(2) == null ? 0 : Integer.parseInt(parts.group(2)),
        parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3)),
        Integer.parseInt((fraction + "000000000").substring(0, 9)));
  }

  static String format(Instant timestamp) {
    return TIMESTAMP.format(timestamp);
  }

  private static int zoneStart(String time) {
    for (int i = 0; i < time.length(); i++) {
      char c = time.charAt(i);
      if (c != ':' && c != '.' && (c < '0' || c > '9')) {
        return i;
      }
    }
    return time.length();
  }
}
