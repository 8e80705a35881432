// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.producers.channel.PaymentCheck;
import io.lastfive.producers.channel.Shown;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a file writes amounts and times, where it does otherwise than {@link FieldTexts} takes them.
 *
 * @param decimal what stands before an amount's decimals
 * @param grouping what stands between an amount's thousands
 * @param minorUnits whether amounts count the currency's smallest unit: 1250 is 12.50 EUR
 * @param negative whether amounts paid are below zero
 */
record TextFormat(
    Optional<Character> decimal,
    Optional<Character> grouping,
    boolean minorUnits,
    boolean negative,
    Optional<DateTimeFormatter> time) {
  static final TextFormat USUAL =
      new TextFormat(Optional.empty(), Optional.empty(), false, false, Optional.empty());

  private static final List<String> AMOUNTS = List.of("amount", "instructed_amount");
  private static final List<String> TIMES = List.of("transacted_at", "settled_at");

  /** Writes the amount and the time in {@code values} as the channels' fields take them. */
  void apply(Map<String, String> values) {
    PaymentCheck check = new PaymentCheck();
    String currency = values.getOrDefault("currency", "").toUpperCase(Locale.ROOT);
    for (String field : AMOUNTS) {
      values.computeIfPresent(field, (name, text) -> amount(name, text, currency, check));
    }
    for (String field : TIMES) {
      values.computeIfPresent(field, (name, text) -> time(name, text, check));
    }
    check.refuseIfNoted();
  }

  private String amount(String field, String text, String currency, PaymentCheck check) {
    if (decimal.isEmpty() && grouping.isEmpty() && !minorUnits && !negative) {
      return text;
    }
    String plain = plain(text);
    if (plain.isEmpty()) {
      check.note(field, "%s is not a number such as %s".formatted(Shown.quoted(text), example()));
      return text;
    }
    BigDecimal amount = new BigDecimal(plain);
    if (negative && amount.signum() > 0) {
      check.note(
          field,
          "%s is above zero: money that came in, where amount.sign=negative says that what is paid is below zero"
              .formatted(Shown.quoted(text)));
      return text;
    }
    amount = negative ? amount.negate() : amount;
    return (minorUnits ? amount.movePointLeft(decimals(currency)) : amount).toPlainString();
  }

  private String example() {
    if (minorUnits) {
      return "1250";
    }
    return "1" + grouping.map(String::valueOf).orElse("") + "234" + decimal.orElse('.') + "50";
  }

  /** The number with a point and without groups; empty where it is none. */
  private String plain(String text) {
    String point = Pattern.quote(decimal.orElse('.').toString());
    String digits =
        grouping
            .map(group -> Pattern.quote(group.toString()))
            .map(group -> "(?:\\d{1,3}(?:" + group + "\\d{3})+|\\d+)")
            .orElse("\\d+");
    if (text.length() > 100 || !text.matches("[+-]?" + digits + "(?:" + point + "\\d+)?")) {
      return "";
    }
    String ungrouped = grouping.map(group -> text.replace(group.toString(), "")).orElse(text);
    return ungrouped.replace(decimal.orElse('.'), '.');
  }

  private static int decimals(String currency) {
    try {
      return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
    } catch (IllegalArgumentException none) {
      // The channel's check names the currency.
      return 0;
    }
  }

  private String time(String field, String text, PaymentCheck check) {
    if (time.isEmpty()) {
      return text;
    }
    try {
      TemporalAccessor parsed =
          time.get()
              .parseBest(
                  text,
                  ZonedDateTime::from,
                  OffsetDateTime::from,
                  LocalDateTime::from,
                  LocalDate::from);
      if (parsed instanceof LocalDate date) {
        return date.atStartOfDay().toString();
      }
      return parsed instanceof ZonedDateTime zoned
          ? zoned.toOffsetDateTime().toString()
          : parsed.toString();
    } catch (DateTimeException other) {
      check.note(field, Shown.quoted(text) + " is not written as time.format says");
      return text;
    }
  }
}
