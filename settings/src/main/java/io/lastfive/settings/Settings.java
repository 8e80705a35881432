// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The effective settings: each value with the place it comes from. Immutable; {@link #toString}
 * holds no secrets. Made by {@link SettingsLoader}.
 */
public final class Settings {
  /** A value as written, and where. */
  record Entry(String text, Origin origin) {}

  private final Map<String, Entry> entries;

  Settings(Map<String, Entry> entries) {
    this.entries = Collections.unmodifiableMap(new TreeMap<>(entries));
  }

  /** Settings where nothing is set. */
  public static Settings defaults() {
    return new Settings(Map.of());
  }

  /** The value of {@code setting}, or its default. A {@link UserError} where it has neither. */
  public <T> T get(Setting<T> setting) {
    return find(setting)
        .orElseThrow(
            () ->
                new UserError(
                    "%s is not set: %s Set it in lastfive.properties, as %s or with --%s=..."
                        .formatted(
                            setting.name(),
                            setting.meaning(),
                            setting.environmentVariable(),
                            setting.name())));
  }

  /** The value of {@code setting}, or its default; empty where it has neither. */
  public <T> Optional<T> find(Setting<T> setting) {
    return text(setting).map(setting::parse);
  }

  public Origin origin(Setting<?> setting) {
    Entry entry = entries.get(setting.name());
    return entry == null ? Origin.DEFAULT : entry.origin();
  }

  /**
   * What every Kafka client gets: each {@code kafka.*} setting without the prefix, {@code
   * bootstrap.servers} included.
   */
  public Map<String, String> kafkaProperties() {
    Map<String, String> properties = new TreeMap<>();
    properties.put("bootstrap.servers", get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS));
    entries.forEach(
        (name, entry) -> {
          if (name.startsWith(KnownSettings.KAFKA_PREFIX)) {
            properties.put(name.substring(KnownSettings.KAFKA_PREFIX.length()), entry.text());
          }
        });
    return Collections.unmodifiableMap(properties);
  }

  /**
   * What a serializer or registry client gets, named as Confluent's name it: what is said as {@code
   * schema.registry.NAME} also as {@code NAME}, which is where a serializer looks for its own
   * settings. Not so {@code ssl.*}, which would be the broker's in a Kafka client.
   */
  public Map<String, String> schemaRegistryProperties() {
    Map<String, String> properties = new TreeMap<>();
    entries.forEach(
        (name, entry) -> {
          if (name.startsWith(KnownSettings.SCHEMA_REGISTRY_PREFIX)) {
            properties.put(name, entry.text());
            String bare = name.substring(KnownSettings.SCHEMA_REGISTRY_PREFIX.length());
            if (!bare.startsWith("ssl.") && !bare.equals("url")) {
              properties.put(bare, entry.text());
            }
          }
        });
    properties.remove(KnownSettings.SCHEMA_REGISTRY_USER_INFO.name());
    find(KnownSettings.SCHEMA_REGISTRY_USER_INFO)
        .ifPresent(
            userInfo -> {
              properties.put("basic.auth.credentials.source", "USER_INFO");
              properties.put("basic.auth.user.info", userInfo);
            });
    properties.put("schema.registry.url", get(KnownSettings.SCHEMA_REGISTRY_URL).toString());
    properties.put("auto.register.schemas", get(KnownSettings.AUTO_REGISTER_SCHEMAS).toString());
    properties.put("use.latest.version", get(KnownSettings.USE_LATEST_VERSION).toString());
    return Collections.unmodifiableMap(properties);
  }

  /** These settings with one value replaced by the program, such as the port a server got. */
  public Settings with(Setting<?> setting, Object value) {
    return with(setting.name(), value.toString());
  }

  /**
   * As {@link #with(Setting, Object)}; also takes pass-through names such as {@code
   * kafka.linger.ms}.
   */
  public Settings with(String name, String text) {
    SettingNames.problemWithName(name)
        .or(() -> SettingNames.known(name).flatMap(setting -> setting.problemWith(text)))
        .ifPresent(
            problem -> {
              throw new UserError(problem);
            });
    Map<String, Entry> changed = new LinkedHashMap<>(entries);
    changed.put(name, new Entry(text, Origin.PROGRAM));
    return new Settings(changed);
  }

  /** The value of a setting as it may be shown to anyone: secrets in an address are masked. */
  public String shown(Setting<?> setting) {
    return text(setting).map(setting::shown).orElse("");
  }

  /**
   * Every known setting in the order of {@link KnownSettings#all()}, then what is passed through.
   */
  public List<EffectiveSetting> effective() {
    List<EffectiveSetting> effective = new ArrayList<>();
    for (Setting<?> setting : KnownSettings.all()) {
      effective.add(
          new EffectiveSetting(
              setting.name(),
              text(setting).map(setting::shown),
              origin(setting),
              setting.unit(),
              setting.meaning()));
    }
    entries.forEach(
        (name, entry) -> {
          if (SettingNames.known(name).isEmpty()) {
            effective.add(
                new EffectiveSetting(
                    name,
                    Optional.of(shown(name, entry.text())),
                    entry.origin(),
                    "",
                    SettingNames.meaningOfPassedThrough(name)));
          }
        });
    return List.copyOf(effective);
  }

  @Override
  public String toString() {
    Map<String, String> shown = new LinkedHashMap<>();
    entries.forEach((name, entry) -> shown.put(name, shown(name, entry.text())));
    return "Settings" + shown;
  }

  static String shown(String name, String text) {
    Optional<Setting<?>> known = SettingNames.known(name);
    if (known.isPresent()) {
      return known.get().shown(text);
    }
    return Secrets.isSecretName(name) ? Secrets.MASK : Secrets.maskIn(text);
  }

  private Optional<String> text(Setting<?> setting) {
    Entry entry = entries.get(setting.name());
    return entry == null ? setting.defaultText() : Optional.of(entry.text());
  }
}
