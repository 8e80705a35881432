// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import io.lastfive.settings.SettingType;
import io.lastfive.settings.UserError;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How fast records are sent, steadily or in a pattern.
 *
 * @param low records a second; infinite: as fast as the broker takes them
 * @param high the other end of a pattern
 * @param period how long a ramp rises, or after what time a sine or burst begins anew; empty where
 *     the length of the run decides
 */
public record Rate(Shape shape, double low, double high, Optional<Duration> period) {
  /** How the rate changes. */
  public enum Shape {
    CONSTANT,
    /** From low to high evenly, then high. */
    RAMP,
    /** From low to high and back, softly. */
    SINE,
    /** High for the first tenth of each period, low for the rest. */
    BURST
  }

  public static final Rate MAX = new Rate(Double.POSITIVE_INFINITY);

  private static final double HIGHEST = 1e9;
  private static final Pattern PATTERN =
      Pattern.compile(
          "(ramp|sine|burst)(?::(\\d+(?:\\.\\d+)?)\\.\\.(\\d+(?:\\.\\d+)?))?(?:/(.+))?");
  private static final double DEFAULT_LOW = 100;
  private static final double DEFAULT_HIGH = 5000;
  private static final Duration RAMP = Duration.ofSeconds(60);
  private static final Duration LONGEST_RAMP = Duration.ofDays(100_000);
  private static final Duration SINE = Duration.ofSeconds(60);
  private static final Duration BURST = Duration.ofSeconds(10);

  public Rate {
    if (!(low > 0 && high > 0)) {
      throw new UserError("rate = %s is not above zero.".formatted(low > 0 ? high : low));
    }
  }

  /** A steady one. */
  public Rate(double perSecond) {
    this(Shape.CONSTANT, perSecond, perSecond, Optional.empty());
  }

  /** {@code max}, a number of records a second, or a pattern such as {@code ramp:100..5000/30s}. */
  public static Rate parse(String text) {
    if (text.equals("max")) {
      return MAX;
    }
    Matcher pattern = PATTERN.matcher(text);
    if (pattern.matches()) {
      return parse(text, pattern);
    }
    try {
      return new Rate(inBounds(text, Double.parseDouble(text)));
    } catch (NumberFormatException notANumber) {
      throw new UserError(noRate(text), notANumber);
    }
  }

  private static Rate parse(String text, Matcher pattern) {
    boolean bounds = pattern.group(2) != null;
    double low = bounds ? inBounds(text, Double.parseDouble(pattern.group(2))) : DEFAULT_LOW;
    double high = bounds ? inBounds(text, Double.parseDouble(pattern.group(3))) : DEFAULT_HIGH;
    Optional<Duration> said = Optional.ofNullable(pattern.group(4)).map(d -> period(text, d));
    return switch (pattern.group(1)) {
      case "ramp" -> new Rate(Shape.RAMP, low, high, said);
      case "sine" -> new Rate(Shape.SINE, low, high, said.or(() -> Optional.of(SINE)));
      default -> new Rate(Shape.BURST, low, high, said.or(() -> Optional.of(BURST)));
    };
  }

  private static double inBounds(String text, double perSecond) {
    if (perSecond > 0 && perSecond <= HIGHEST) {
      return perSecond;
    }
    throw new UserError(noRate(text));
  }

  private static Duration period(String text, String duration) {
    return SettingType.DURATION_WITH_UNIT
        .parser()
        .apply(duration)
        .filter(period -> period.compareTo(Duration.ofMillis(10)) >= 0)
        .orElseThrow(() -> new UserError(noRate(text)));
  }

  private static String noRate(String text) {
    return ("rate = '%s' is none. Rates: max; a number of records a second, such as 1000; a pattern with its lowest and highest"
            + " rate and its period, such as ramp:100..5000, ramp:100..5000/30s, sine:100..5000/60s, burst:100..5000/10s.")
        .formatted(text);
  }

  boolean isMax() {
    return Double.isInfinite(low);
  }

  /**
   * This rate in a run of that length: a ramp without a time of its own rises as long as the run
   * lasts, or until {@code records} are sent.
   */
  public Rate over(Optional<Duration> length, OptionalLong records) {
    if (shape != Shape.RAMP || period.isPresent()) {
      return this;
    }
    Duration untilSent =
        records.isPresent()
            ? Duration.ofMillis(
                Math.max(
                    1,
                    Math.min(
                        LONGEST_RAMP.toMillis(),
                        Math.round(2000.0 * records.getAsLong() / (low + high)))))
            : RAMP;
    Duration rises =
        length.filter(l -> records.isEmpty() || l.compareTo(untilSent) < 0).orElse(untilSent);
    return new Rate(shape, low, high, Optional.of(rises));
  }

  /** When each record is due. */
  Schedule schedule() {
    return new Schedule(this);
  }

  /** Records a second, {@code nanos} after the first. */
  double at(double nanos) {
    double length = (double) period.orElse(RAMP).toNanos();
    double phase = nanos % length / length;
    return switch (shape) {
      case CONSTANT -> low;
      case RAMP -> nanos >= length ? high : low + (high - low) * nanos / length;
      case SINE -> low + (high - low) * (1 - Math.cos(2 * Math.PI * phase)) / 2;
      case BURST -> phase < Schedule.BURST_SHARE ? high : low;
    };
  }
}
