// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Which names are settings, and what a mistyped one was meant to be. */
final class SettingNames {
  /** What Confluent's registry clients and serializers have of their own. */
  private static final Set<String> OF_REGISTRY_CLIENTS =
      Set.of(
          "avro.remove.java.properties",
          "bearer.auth.credentials.source",
          "bearer.auth.token",
          "http.connect.timeout.ms",
          "http.read.timeout.ms",
          "key.subject.name.strategy",
          "latest.compatibility.strict",
          "max.retries",
          "normalize.schemas",
          "retries.max.wait.ms",
          "retries.wait.ms",
          "value.subject.name.strategy");

  private static final Map<String, Setting<?>> KNOWN = index();

  private SettingNames() {}

  static Optional<Setting<?>> known(String name) {
    return Optional.ofNullable(KNOWN.get(name));
  }

  /** Why {@code name} is no setting; empty where it is one. */
  static Optional<String> problemWithName(String name) {
    if (KNOWN.containsKey(name) || isPassedToRegistry(name)) {
      return Optional.empty();
    }
    boolean kafka = isPassedToKafka(name);
    if (kafka && isKafkaClientName(name)) {
      return Optional.empty();
    }
    Optional<String> nearest = nearest(name, kafka ? allWithKafkaClientNames() : KNOWN.keySet());
    if (kafka && nearest.isEmpty()) {
      // Settings of interceptors, serializers and login modules, which Kafka itself does not know
      // either.
      return Optional.empty();
    }
    return Optional.of(
        "unknown setting '%s'.%s './lastfive config' lists all settings."
            .formatted(name, nearest.map(known -> " Did you mean '" + known + "'?").orElse("")));
  }

  static String meaningOfPassedThrough(String name) {
    return isPassedToRegistry(name)
        ? "Passed to the Schema Registry client."
        : "Passed to every Kafka client without 'kafka.'.";
  }

  private static boolean isPassedToRegistry(String name) {
    if (!name.startsWith(KnownSettings.SCHEMA_REGISTRY_PREFIX)) {
      return false;
    }
    String bare = name.substring(KnownSettings.SCHEMA_REGISTRY_PREFIX.length());
    return bare.startsWith("ssl.") || OF_REGISTRY_CLIENTS.contains(bare);
  }

  private static boolean isPassedToKafka(String name) {
    return name.startsWith(KnownSettings.KAFKA_PREFIX)
        && name.length() > KnownSettings.KAFKA_PREFIX.length();
  }

  private static boolean isKafkaClientName(String name) {
    return kafkaClientNames().contains(name.substring(KnownSettings.KAFKA_PREFIX.length()));
  }

  /**
   * Loads Kafka's configuration classes, which takes a moment: only done when such a setting is
   * there.
   */
  private static Set<String> kafkaClientNames() {
    Set<String> names = new TreeSet<>(ProducerConfig.configNames());
    names.addAll(ConsumerConfig.configNames());
    names.addAll(AdminClientConfig.configNames());
    return names;
  }

  private static Set<String> allWithKafkaClientNames() {
    Set<String> names =
        kafkaClientNames().stream()
            .map(name -> KnownSettings.KAFKA_PREFIX + name)
            .collect(Collectors.toCollection(TreeSet::new));
    names.addAll(KNOWN.keySet());
    return names;
  }

  private static Optional<String> nearest(String name, Collection<String> candidates) {
    boolean kafka = name.startsWith(KnownSettings.KAFKA_PREFIX);
    return kafka ? NearestName.within(2, name, candidates) : NearestName.of(name, candidates);
  }

  private static Map<String, Setting<?>> index() {
    Map<String, Setting<?>> known = new LinkedHashMap<>();
    for (Setting<?> setting : KnownSettings.all()) {
      if (known.put(setting.name(), setting) != null) {
        throw new IllegalStateException("setting '" + setting.name() + "' is declared twice");
      }
    }
    return known;
  }
}
