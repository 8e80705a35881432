// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.scalar;
import static io.lastfive.ksqlengine.functions.Variant.nullable;
import static io.lastfive.ksqlengine.functions.Variant.strict;
import static io.lastfive.ksqlengine.functions.Variant.strictFor;

import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarBody;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Dates, times and timestamps, from text and to text. Patterns are DateTimeFormatter's; each is
 * prepared once a call, not once a row.
 */
final class DateTimeFunctions {
  private static final String CATEGORY = "DATE / TIME";
  private static final ZoneId GMT = ZoneId.of("GMT");

  private DateTimeFunctions() {}

  static List<Function<ScalarBody>> all() {
    return List.of(
        scalar(
            "parse_timestamp",
            CATEGORY,
            "Reads a TIMESTAMP from text in a pattern, in GMT unless text or call name a zone.",
            parsing("VARCHAR formattedTimestamp, VARCHAR formatPattern -> TIMESTAMP", GMT),
            parsing(
                "VARCHAR formattedTimestamp, VARCHAR formatPattern, VARCHAR timeZone -> TIMESTAMP",
                GMT)),
        scalar(
            "format_timestamp",
            CATEGORY,
            "Writes a TIMESTAMP in a pattern, in GMT unless the call names a zone.",
            formatting("TIMESTAMP timestamp, VARCHAR formatPattern -> VARCHAR", GMT),
            formatting(
                "TIMESTAMP timestamp, VARCHAR formatPattern, VARCHAR timeZone -> VARCHAR", GMT)),
        scalar(
            "stringtotimestamp",
            CATEGORY,
            "Reads the milliseconds since 1970 from text in a pattern. Use PARSE_TIMESTAMP.",
            parsingMillis("VARCHAR formattedTimestamp, VARCHAR formatPattern -> BIGINT"),
            parsingMillis(
                "VARCHAR formattedTimestamp, VARCHAR formatPattern, VARCHAR timeZone -> BIGINT")),
        scalar(
            "timestamptostring",
            CATEGORY,
            "Writes milliseconds since 1970 in a pattern. Use FORMAT_TIMESTAMP.",
            formattingMillis("BIGINT epochMilli, VARCHAR formatPattern -> VARCHAR"),
            formattingMillis(
                "BIGINT epochMilli, VARCHAR formatPattern, VARCHAR timeZone -> VARCHAR")),
        scalar(
            "parse_date",
            CATEGORY,
            "Reads a DATE from text in a pattern.",
            withFormat(
                "VARCHAR formattedDate, VARCHAR formatPattern -> DATE",
                (format, a) -> format.parseDate((String) a[0]))),
        scalar(
            "format_date",
            CATEGORY,
            "Writes a DATE in a pattern.",
            withFormat(
                "DATE date, VARCHAR formatPattern -> VARCHAR",
                (format, a) -> format.format((LocalDate) a[0]))),
        scalar(
            "stringtodate",
            CATEGORY,
            "Reads the days since 1970 from text in a pattern. Use PARSE_DATE.",
            withFormat(
                "VARCHAR formattedDate, VARCHAR formatPattern -> INT",
                (format, a) -> (int) format.parseDate((String) a[0]).toEpochDay())),
        scalar(
            "datetostring",
            CATEGORY,
            "Writes a day, counted since 1970, in a pattern. Use FORMAT_DATE.",
            withFormat(
                "INT epochDays, VARCHAR formatPattern -> VARCHAR",
                (format, a) -> format.format(LocalDate.ofEpochDay((int) a[0])))),
        scalar(
            "parse_time",
            CATEGORY,
            "Reads a TIME from text in a pattern.",
            withFormat(
                "VARCHAR formattedTime, VARCHAR formatPattern -> TIME",
                (format, a) -> format.parseTime((String) a[0]))),
        scalar(
            "format_time",
            CATEGORY,
            "Writes a TIME in a pattern.",
            withFormat(
                "TIME time, VARCHAR formatPattern -> VARCHAR",
                (format, a) -> format.format((LocalTime) a[0]))),
        scalar(
            "from_unixtime",
            CATEGORY,
            "Returns the TIMESTAMP of milliseconds since 1970.",
            strict("BIGINT epochMilli -> TIMESTAMP", a -> Instant.ofEpochMilli((long) a[0]))),
        scalar(
            "unix_timestamp",
            CATEGORY,
            "Returns milliseconds since 1970, of now unless a TIMESTAMP is given.",
            nullable(" -> BIGINT", a -> System.currentTimeMillis()),
            strict("TIMESTAMP timestamp -> BIGINT", a -> ((Instant) a[0]).toEpochMilli())),
        scalar(
            "from_days",
            CATEGORY,
            "Returns the DATE of days since 1970.",
            strict("INT days -> DATE", a -> LocalDate.ofEpochDay((int) a[0]))),
        scalar(
            "unix_date",
            CATEGORY,
            "Returns days since 1970, of today unless a DATE is given.",
            nullable(" -> INT", a -> (int) LocalDate.now(ZoneId.systemDefault()).toEpochDay()),
            strict("DATE date -> INT", a -> (int) ((LocalDate) a[0]).toEpochDay())),
        scalar(
            "convert_tz",
            CATEGORY,
            "Takes a TIMESTAMP that shows one zone's clock to the same moment on another's.",
            strictFor(
                "TIMESTAMP timestamp, VARCHAR fromTz, VARCHAR toTz -> TIMESTAMP",
                call -> {
                  Memo<ZoneId> from = new Memo<>(TimeFormat::zone);
                  Memo<ZoneId> to = new Memo<>(TimeFormat::zone);
                  return a ->
                      LocalDateTime.ofInstant((Instant) a[0], ZoneOffset.UTC)
                          .atZone(from.get(a[1]))
                          .withZoneSameInstant(to.get(a[2]))
                          .toLocalDateTime()
                          .toInstant(ZoneOffset.UTC);
                })),
        shifting("timestampadd", "Adds a duration to a TIMESTAMP.", "TIMESTAMP", 1),
        shifting("timestampsub", "Subtracts a duration from a TIMESTAMP.", "TIMESTAMP", -1),
        shifting("dateadd", "Adds a duration to a DATE.", "DATE", 1),
        shifting("datesub", "Subtracts a duration from a DATE.", "DATE", -1),
        shifting("timeadd", "Adds a duration to a TIME.", "TIME", 1),
        shifting("timesub", "Subtracts a duration from a TIME.", "TIME", -1));
  }

  @FunctionalInterface
  private interface Formatted {
    Object apply(TimeFormat format, @Nullable Object[] arguments);
  }

  /** The pattern is the second argument. */
  private static Variant<ScalarBody> withFormat(String signature, Formatted body) {
    return strictFor(
        signature,
        call -> {
          Memo<TimeFormat> formats = new Memo<>(TimeFormat::of);
          return a -> body.apply(formats.get(a[1]), a);
        });
  }

  @FunctionalInterface
  private interface Zoned {
    Object apply(TimeFormat format, ZoneId zone, Object value);
  }

  /** The pattern is the second argument, the zone the third, if it is there. */
  private static Variant<ScalarBody> withZone(String signature, ZoneId otherwise, Zoned body) {
    return strictFor(
        signature,
        call -> {
          Memo<TimeFormat> formats = new Memo<>(TimeFormat::of);
          Memo<ZoneId> zones = new Memo<>(TimeFormat::zone);
          return a ->
              body.apply(formats.get(a[1]), a.length > 2 ? zones.get(a[2]) : otherwise, a[0]);
        });
  }

  private static Variant<ScalarBody> parsing(String signature, ZoneId otherwise) {
    return withZone(
        signature, otherwise, (format, zone, text) -> format.parseTimestamp((String) text, zone));
  }

  private static Variant<ScalarBody> parsingMillis(String signature) {
    return withZone(
        signature,
        ZoneId.systemDefault(),
        (format, zone, text) -> format.parseTimestamp((String) text, zone).toEpochMilli());
  }

  private static Variant<ScalarBody> formatting(String signature, ZoneId otherwise) {
    return withZone(
        signature,
        otherwise,
        (format, zone, timestamp) -> format.format(((Instant) timestamp).atZone(zone)));
  }

  private static Variant<ScalarBody> formattingMillis(String signature) {
    return withZone(
        signature,
        ZoneId.systemDefault(),
        (format, zone, millis) -> format.format(Instant.ofEpochMilli((long) millis).atZone(zone)));
  }

  /**
   * @param sign 1 to add, -1 to subtract
   */
  private static Function<ScalarBody> shifting(
      String name, String description, String type, int sign) {
    return scalar(
        name,
        CATEGORY,
        description,
        strict(
            "INTERVALUNIT unit, INT interval, %1$s %2$s -> %1$s"
                .formatted(type, type.toLowerCase(Locale.ROOT)),
            a -> shifted(a[2], sign * ((TimeUnit) a[0]).toMillis((int) a[1]))));
  }

  private static Object shifted(Object time, long millis) {
    if (time instanceof Instant timestamp) {
      return timestamp.plusMillis(millis);
    }
    if (time instanceof LocalTime clock) {
      return clock.plusNanos(TimeUnit.MILLISECONDS.toNanos(millis % TimeUnit.DAYS.toMillis(1)));
    }
    return ((LocalDate) time).plusDays(Math.floorDiv(millis, TimeUnit.DAYS.toMillis(1)));
  }
}
