// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the text of a setting becomes a value.
 *
 * @param description completes "is not ...", such as {@code a port (a number from 0 to 65535)}
 * @param parser the value, or empty where the text is none
 */
public record SettingType<T>(String description, Function<String, Optional<T>> parser) {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");

  /** Nanoseconds of a longer one do not fit into a long. */
  private static final Duration LONGEST = Duration.ofDays(100_000);

  public static final SettingType<String> TEXT =
      new SettingType<>(
          "a text (it is empty)", text -> Optional.of(text).filter(t -> !t.isBlank()));

  /** Any text, also an empty one. */
  public static final SettingType<String> PASSWORD = new SettingType<>("a text", Optional::of);

  public static final SettingType<Boolean> BOOLEAN =
      new SettingType<>("true or false", SettingType::parseBoolean);

  public static final SettingType<Integer> PORT =
      integer("a port (a number from 0 to 65535)", 0, 65_535);

  public static final SettingType<Duration> DURATION_WITH_UNIT =
      new SettingType<>(
          "a duration (a whole number and ms, s, m, h or d, such as 30s or 365d; at most 100000d)",
          SettingType::parseDuration);

  public static final SettingType<URI> HTTP_ADDRESS =
      new SettingType<>("an http:// or https:// address", SettingType::parseHttpAddress);

  public static final SettingType<String> JDBC_ADDRESS =
      new SettingType<>(
          "a PostgreSQL address (jdbc:postgresql://host:port/database)",
          text -> Optional.of(text).filter(t -> t.startsWith("jdbc:postgresql:")));

  public static final SettingType<String> BOOTSTRAP_SERVERS =
      new SettingType<>(
          "a list of brokers (host:port, comma between them)", SettingType::parseBootstrapServers);

  public static final SettingType<Path> PATH = new SettingType<>("a path", SettingType::parsePath);

  /** A whole number from {@code least} to {@code most}. */
  public static SettingType<Integer> integer(int least, int most) {
    return integer("a whole number from %d to %d".formatted(least, most), least, most);
  }

  /** One of {@code choices}, each named as it is written in settings. */
  public static <T> SettingType<T> oneOf(Map<String, T> choices) {
    Map<String, T> sorted = new TreeMap<>(choices);
    return new SettingType<>(
        "one of " + String.join(", ", sorted.keySet()),
        text -> Optional.ofNullable(sorted.get(text)));
  }

  private static SettingType<Integer> integer(String description, int least, int most) {
    return new SettingType<>(
        description, text -> parseInteger(text).filter(n -> n >= least && n <= most));
  }

  private static Optional<Integer> parseInteger(String text) {
    try {
      return Optional.of(Integer.valueOf(text));
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }

  private static Optional<Boolean> parseBoolean(String text) {
    return text.equals("true") || text.equals("false")
        ? Optional.of(Boolean.valueOf(text))
        : Optional.empty();
  }

  private static Optional<Duration> parseDuration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    Duration duration =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        };
    return Optional.of(duration).filter(known -> known.compareTo(LONGEST) <= 0);
  }

  private static Optional<URI> parseHttpAddress(String text) {
    try {
      URI address = new URI(text);
      boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      return http && address.getHost() != null ? Optional.of(address) : Optional.empty();
    } catch (URISyntaxException malformed) {
      return Optional.empty();
    }
  }

  private static Optional<String> parseBootstrapServers(String text) {
    Pattern server =
        Pattern.compile("([A-Z0-9_]+://)?(\\[[0-9a-fA-F:.]+]|[^\\s:/\\[\\]]+):\\d{1,5}");
    boolean all =
        List.of(text.split(",", -1)).stream()
            .map(String::strip)
            .allMatch(s -> server.matcher(s).matches());
    return all ? Optional.of(text) : Optional.empty();
  }

  private static Optional<Path> parsePath(String text) {
    try {
      return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException malformed) {
      return Optional.empty();
    }
  }
}
