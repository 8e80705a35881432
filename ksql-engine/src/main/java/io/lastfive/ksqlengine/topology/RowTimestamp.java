// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.catalog.DataSource.TimestampColumn;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.RowSchema;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.streams.kstream.Windowed;
import org.jspecify.annotations.Nullable;

/** Reads a record's time from the column that WITH (TIMESTAMP=...) names. */
final class RowTimestamp {
  private final String column;
  private final boolean isKey;
  private final int index;
  private final Optional<DateTimeFormatter> formatter;

  private RowTimestamp(
      String column, boolean isKey, int index, Optional<DateTimeFormatter> formatter) {
    this.column = column;
    this.isKey = isKey;
    this.index = index;
    this.formatter = formatter;
  }

  static RowTimestamp of(TimestampColumn timestamp, RowSchema schema) {
    Optional<DateTimeFormatter> formatter = timestamp.format().map(RowTimestamp::formatter);
    for (int i = 0; i < schema.key().size(); i++) {
      if (named(schema.key().get(i), timestamp)) {
        return new RowTimestamp(timestamp.column(), true, i, formatter);
      }
    }
    for (int i = 0; i < schema.value().size(); i++) {
      if (named(schema.value().get(i), timestamp)) {
        return new RowTimestamp(timestamp.column(), false, i, formatter);
      }
    }
    throw new KsqlException("The TIMESTAMP column does not exist: " + timestamp.column());
  }

  private static boolean named(Column column, TimestampColumn timestamp) {
    return column.name().equals(timestamp.column());
  }

  private static DateTimeFormatter formatter(String pattern) {
    return new DateTimeFormatterBuilder()
        .parseCaseInsensitive()
        .appendPattern(pattern)
        .parseDefaulting(ChronoField.MONTH_OF_YEAR, 1)
        .parseDefaulting(ChronoField.DAY_OF_MONTH, 1)
        .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
        .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0)
        .parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0)
        .toFormatter(Locale.ENGLISH);
  }

  /** The time in epoch milliseconds, negative where the record has none and is to be left out. */
  long of(
      @Nullable Object key,
      @Nullable Object @Nullable [] value,
      long recordTime,
      RowReader reader) {
    if (value == null) {
      return recordTime;
    }
    Object time = isKey ? keyColumn(key) : value[index];
    if (time instanceof Long millis) {
      return millis;
    }
    if (time instanceof Instant instant) {
      return instant.toEpochMilli();
    }
    if (time instanceof String text && formatter.isPresent()) {
      try {
        return parse(formatter.get(), text);
      } catch (DateTimeException e) {
        reader.failed("The timestamp column " + column + " does not follow its format", e);
        return -1;
      }
    }
    reader.failed("The timestamp column " + column + " is null", new NullPointerException(column));
    return -1;
  }

  private @Nullable Object keyColumn(@Nullable Object key) {
    if (key instanceof RowKey plain) {
      return plain.columns()[index];
    }
    return key instanceof Windowed<?> windowed ? ((RowKey) windowed.key()).columns()[index] : null;
  }

  private static long parse(DateTimeFormatter formatter, String text) {
    TemporalAccessor parsed = formatter.parse(text);
    LocalDateTime local = LocalDateTime.from(parsed);
    ZoneId zone = parsed.query(TemporalQueries.zone());
    return local.atZone(zone == null ? ZoneOffset.UTC : zone).toInstant().toEpochMilli();
  }
}
