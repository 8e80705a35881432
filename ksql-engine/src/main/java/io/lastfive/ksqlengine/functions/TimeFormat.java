// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import java.text.ParsePosition;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;

/**
 * A pattern in DateTimeFormatter's language, read and written. Letters match whatever their case;
 * what a text does not say is taken from 1970-01-01T00:00.
 */
final class TimeFormat {
  private final String pattern;
  private final DateTimeFormatter formatter;

  private TimeFormat(String pattern, DateTimeFormatter formatter) {
    this.pattern = pattern;
    this.formatter = formatter;
  }

  static TimeFormat of(String pattern) {
    try {
      return new TimeFormat(
          pattern,
          new DateTimeFormatterBuilder()
              .parseCaseInsensitive()
              .appendPattern(pattern)
              .toFormatter(Locale.ENGLISH));
    } catch (IllegalArgumentException e) {
      throw new FunctionException("'" + pattern + "' is not a date or time pattern.");
    }
  }

  static ZoneId zone(String id) {
    try {
      return ZoneId.of(id, ZoneId.SHORT_IDS);
    } catch (DateTimeException e) {
      throw new FunctionException("Unknown time-zone ID: " + id);
    }
  }

  String format(TemporalAccessor time) {
    try {
      return formatter.format(time);
    } catch (DateTimeException e) {
      throw new FunctionException("The pattern '" + pattern + "' asks for what the value has not.");
    }
  }

  /** Text behind the date is left alone, as ksqlDB does for dates only. */
  LocalDate parseDate(String text) {
    ParsePosition position = new ParsePosition(0);
    try {
      return date(formatter.parse(text, position));
    } catch (DateTimeParseException e) {
      throw mismatch(e.getErrorIndex());
    }
  }

  LocalTime parseTime(String text) {
    return time(parse(text));
  }

  /**
   * @param zone the zone of a text that names none
   */
  Instant parseTimestamp(String text, ZoneId zone) {
    TemporalAccessor parsed = parse(text);
    ZoneId named = parsed.query(TemporalQueries.zone());
    return LocalDateTime.of(date(parsed), time(parsed))
        .atZone(named == null ? zone : named)
        .toInstant()
        .truncatedTo(ChronoUnit.MILLIS);
  }

  private TemporalAccessor parse(String text) {
    try {
      return formatter.parse(text);
    } catch (DateTimeParseException e) {
      throw mismatch(e.getErrorIndex());
    }
  }

  private FunctionException mismatch(int index) {
    return new FunctionException(
        "The text does not match the pattern '" + pattern + "' at index " + index);
  }

  private static LocalDate date(TemporalAccessor parsed) {
    LocalDate date = parsed.query(TemporalQueries.localDate());
    if (date != null) {
      return date;
    }
    int year = field(parsed, ChronoField.YEAR, field(parsed, ChronoField.YEAR_OF_ERA, 1970));
    return LocalDate.of(
        year,
        field(parsed, ChronoField.MONTH_OF_YEAR, 1),
        field(parsed, ChronoField.DAY_OF_MONTH, 1));
  }

  private static LocalTime time(TemporalAccessor parsed) {
    LocalTime time = parsed.query(TemporalQueries.localTime());
    if (time != null) {
      return time;
    }
    return LocalTime.of(
        field(parsed, ChronoField.HOUR_OF_DAY, 0),
        field(parsed, ChronoField.MINUTE_OF_HOUR, 0),
        field(parsed, ChronoField.SECOND_OF_MINUTE, 0));
  }

  private static int field(TemporalAccessor parsed, ChronoField field, int otherwise) {
    return parsed.isSupported(field) ? parsed.get(field) : otherwise;
  }
}
