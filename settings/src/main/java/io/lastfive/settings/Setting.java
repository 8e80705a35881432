// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import java.util.Locale;
import java.util.Optional;

/**
 * One thing that can be set, and what is documented about it.
 *
 * @param name as written in lastfive.properties and after {@code --}
 * @param defaultText the value where nothing is set; empty where there is none
 * @param unit what a number counts; empty where it counts nothing
 * @param meaning one sentence for {@code lastfive config} and the README
 * @param secret whether the value must never be shown
 */
public record Setting<T>(
    String name,
    SettingType<T> type,
    Optional<String> defaultText,
    String unit,
    String meaning,
    boolean secret) {

  public Setting {
    if (!name.matches("[a-z0-9]+([.-][a-z0-9]+)*")) {
      throw new IllegalArgumentException("'" + name + "' is not a name of a setting.");
    }
  }

  public static <T> Setting<T> of(
      String name, SettingType<T> type, String defaultText, String meaning) {
    return new Setting<>(name, type, Optional.of(defaultText), "", meaning, false);
  }

  public static <T> Setting<T> withoutDefault(String name, SettingType<T> type, String meaning) {
    return new Setting<>(name, type, Optional.empty(), "", meaning, false);
  }

  public Setting<T> unit(String counted) {
    return new Setting<>(name, type, defaultText, counted, meaning, secret);
  }

  public Setting<T> asSecret() {
    return new Setting<>(name, type, defaultText, unit, meaning, true);
  }

  /** {@code LASTFIVE_KAFKA_BOOTSTRAP_SERVERS} for {@code kafka.bootstrap.servers}. */
  public String environmentVariable() {
    return SettingsLoader.ENVIRONMENT_PREFIX
        + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** {@code text} as it may be shown to anyone. */
  public String shown(String text) {
    return secret ? Secrets.MASK : Secrets.maskIn(text);
  }

  /** What is wrong with {@code text}; empty where it is a value. */
  Optional<String> problemWith(String text) {
    return type.parser().apply(text).isPresent()
        ? Optional.empty()
        : Optional.of(
            "%s = '%s' is not %s.%s".formatted(name, shown(text), type.description(), example()));
  }

  T parse(String text) {
    return type.parser()
        .apply(text)
        .orElseThrow(() -> new UserError(problemWith(text).orElseThrow()));
  }

  private String example() {
    return secret ? "" : defaultText.map(text -> " Example: " + name + "=" + text).orElse("");
  }
}
