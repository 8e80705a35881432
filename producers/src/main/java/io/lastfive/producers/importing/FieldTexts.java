// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.producers.channel.Amounts;
import io.lastfive.producers.channel.CardShapedText;
import io.lastfive.producers.channel.PaymentCheck;
import io.lastfive.producers.channel.Shown;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The texts of one payment, turned into values; notes each that is none. */
final class FieldTexts {
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][' ']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendPattern("[' ']")
          .appendPattern("[XXX][XX][X]")
          .optionalEnd()
          .optionalEnd()
          .toFormatter(Locale.ROOT);

  /** Stands for the id of a payment that gets one later. */
  static final String NO_ID = new UUID(0, 0).toString();

  private static final BigDecimal PLACEHOLDER_AMOUNT = BigDecimal.ONE.setScale(Amounts.SCALE);
  private static final OffsetDateTime PLACEHOLDER_TIME = Instant.EPOCH.atOffset(ZoneOffset.UTC);

  private final Map<String, String> values;
  private final Optional<ZoneId> zone;
  private final PaymentCheck check;

  FieldTexts(Map<String, String> values, Optional<ZoneId> zone, PaymentCheck check) {
    this.values = values;
    this.zone = zone;
    this.check = check;
  }

  boolean has(String field) {
    return values.containsKey(field);
  }

  @Nullable String text(String field) {
    return values.get(field);
  }

  /** A code whose capitals mean nothing, such as a currency. */
  @Nullable String code(String field) {
    String text = values.get(field);
    return text == null ? null : text.toUpperCase(Locale.ROOT);
  }

  /**
   * The amount with the event's scale; a sound one where it was noted, so that the other fields can
   * be checked.
   */
  BigDecimal amount(String field) {
    String text = values.get(field);
    if (text == null) {
      check.note(field, "is missing");
      return PLACEHOLDER_AMOUNT;
    }
    if (!isPlainNumber(text)) {
      check.note(field, Shown.quoted(text) + " is not a number such as 1234.50");
      return PLACEHOLDER_AMOUNT;
    }
    return Amounts.toScale(new BigDecimal(text));
  }

  static boolean isPlainNumber(String text) {
    int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    int dots = 0;
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      dots += c == '.' ? 1 : 0;
      if (c != '.' && (c < '0' || c > '9')) {
        return false;
      }
    }
    return text.length() - start > dots && dots <= 1 && text.length() <= 100;
  }

  /** The time with its offset; a sound one where it was noted. */
  OffsetDateTime time(String field) {
    String text = values.get(field);
    if (text == null) {
      check.note(field, "is missing");
      return PLACEHOLDER_TIME;
    }
    try {
      return isEpoch(text) ? epoch(text) : parse(field, text);
    } catch (DateTimeException notATime) {
      check.note(
          field,
          Shown.quoted(text)
              + " is not a time such as 2026-01-31T13:45:00+01:00 or 1769863500000 (milliseconds since 1970)");
      return PLACEHOLDER_TIME;
    }
  }

  private OffsetDateTime parse(String field, String text) {
    TemporalAccessor parsed =
        TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
    if (parsed instanceof OffsetDateTime withOffset) {
      return withOffset;
    }
    LocalDateTime local =
        parsed instanceof LocalDate date ? date.atStartOfDay() : LocalDateTime.from(parsed);
    if (zone.isEmpty()) {
      check.note(
          field,
          Shown.quoted(text)
              + " has no offset from UTC; say where it was with --zone, such as --zone Europe/Berlin");
      return PLACEHOLDER_TIME;
    }
    return local.atZone(zone.get()).toOffsetDateTime();
  }

  private static boolean isEpoch(String text) {
    return (text.length() == 10 || text.length() == 13)
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static OffsetDateTime epoch(String text) {
    long number = Long.parseLong(text);
    Instant instant =
        text.length() == 13 ? Instant.ofEpochMilli(number) : Instant.ofEpochSecond(number);
    return instant.atOffset(ZoneOffset.UTC);
  }

  /**
   * The id as a UUID: an id that is none becomes the one of its name, so that the same id is the
   * same payment in every run. Empty where there is no id.
   */
  Optional<String> uuid(String field, String channel) {
    String text = values.get(field);
    if (text == null) {
      return Optional.empty();
    }
    String small = text.toLowerCase(Locale.ROOT);
    if (isUuid(small)) {
      return Optional.of(small);
    }
    if (CardShapedText.isIn(text)) {
      check.note(field, "reads as a card number");
    }
    return Optional.of(named(channel + ":" + text));
  }

  static String named(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static boolean isUuid(String text) {
    if (text.length() != 36) {
      return false;
    }
    try {
      return UUID.fromString(text).toString().equals(text);
    } catch (IllegalArgumentException notAUuid) {
      return false;
    }
  }
}
