// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.WindowDuration;
import io.lastfive.ksqlengine.parser.grammar.SqlParser;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code 1 HOUR}, {@code 10 SECONDS}: whole numbers of a unit. */
final class Durations {

  private Durations() {}

  static WindowDuration of(SqlParser.DurationContext duration) {
    String unit = duration.timeUnit().getText();
    return new WindowDuration(
        wholeNumber(duration.number()),
        unit(unit).orElseThrow(() -> new IllegalStateException("Unknown unit: " + unit)));
  }

  /** The unit of a word of the language, in the singular or the plural. */
  static Optional<TimeUnit> unit(String word) {
    return switch (word.toUpperCase(Locale.ROOT)) {
      case "DAY", "DAYS" -> Optional.of(TimeUnit.DAYS);
      case "HOUR", "HOURS" -> Optional.of(TimeUnit.HOURS);
      case "MINUTE", "MINUTES" -> Optional.of(TimeUnit.MINUTES);
      case "SECOND", "SECONDS" -> Optional.of(TimeUnit.SECONDS);
      case "MILLISECOND", "MILLISECONDS" -> Optional.of(TimeUnit.MILLISECONDS);
      default -> Optional.empty();
    };
  }

  private static long wholeNumber(SqlParser.NumberContext number) {
    try {
      return Long.parseLong(number.getText());
    } catch (NumberFormatException e) {
      throw new KsqlException(
          "Failed to prepare statement: A length of time must be a whole number, but was: "
              + number.getText(),
          e);
    }
  }
}
