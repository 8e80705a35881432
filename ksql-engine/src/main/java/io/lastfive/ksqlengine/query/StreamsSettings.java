// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.query;

import io.lastfive.ksqlengine.EngineConfig;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.topology.SkipUnreadableRecords;
import io.lastfive.ksqlengine.topology.SkipUnwritableRecords;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What SET means to Kafka Streams. Names may begin with {@code ksql.streams.}; ksqlDB's older name
 * of the cache's size is taken too.
 */
public final class StreamsSettings {
  private static final String PREFIX = "ksql.streams.";
  private static final String OLD_CACHE_SIZE = "cache.max.bytes.buffering";
  private static final Map<String, String> DEFAULTS =
      Map.of(
          StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
          "2000",
          StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG,
          "10000000",
          StreamsConfig.NUM_STREAM_THREADS_CONFIG,
          "1",
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
          "latest");

  private StreamsSettings() {}

  /**
   * Whether SET may name the property.
   *
   * @throws KsqlException {@code Unknown property: no.such.property}
   */
  public static void check(String name) {
    String bare = bare(name);
    boolean known =
        name.startsWith("ksql.")
            || StreamsConfig.configDef().names().contains(bare)
            || ConsumerConfig.configNames().contains(bare)
            || ProducerConfig.configNames().contains(bare)
            || bare.startsWith(StreamsConfig.CONSUMER_PREFIX)
            || bare.startsWith(StreamsConfig.PRODUCER_PREFIX)
            || bare.startsWith(StreamsConfig.TOPIC_PREFIX)
            || bare.equals(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG);
    if (!known) {
      throw new KsqlException("Unknown property: " + name);
    }
  }

  /** Everything a query's Kafka Streams instance is started with. */
  public static Properties of(
      EngineConfig config, String applicationId, Map<String, String> overrides) {
    Map<String, String> settings = new HashMap<>(DEFAULTS);
    settings.putAll(config.kafka());
    config.defaults().forEach((name, value) -> put(settings, name, value));
    overrides.forEach((name, value) -> put(settings, name, value));
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDirectory().toString());
    settings.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
        SkipUnreadableRecords.class.getName());
    settings.put(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
        SkipUnwritableRecords.class.getName());
    // One instance an engine: no need to wait until its session is over when it comes back.
    settings.putIfAbsent(
        StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), "10000");
    Properties properties = new Properties();
    properties.putAll(settings);
    return properties;
  }

  /**
   * Where a new query begins at the latest records, its group is given the positions of now, so
   * that what is written from here on is read, however long the query takes to start.
   *
   * @param settings what its instance is started with
   */
  static void beginAtEndOf(Topics topics, AnalysedQuery query, String group, Properties settings) {
    if ("latest".equals(settings.getProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG))) {
      topics.beginAtEnd(
          group, query.sources().stream().map(source -> source.source().topic()).toList());
    }
  }

  /**
   * The value that a query gets of a setting, as the statement's own, the engine's or the default.
   */
  public static String value(EngineConfig config, Map<String, String> overrides, String name) {
    return String.valueOf(of(config, "any", overrides).getProperty(bare(name)));
  }

  /** One of ksqlDB's own settings, as the statement's, the engine's, or none of both. */
  public static Optional<String> own(
      EngineConfig config, Map<String, String> overrides, String name) {
    return Optional.ofNullable(overrides.getOrDefault(name, config.defaults().get(name)));
  }

  private static void put(Map<String, String> settings, String name, String value) {
    if (name.startsWith("ksql.") && !name.startsWith(PREFIX)) {
      return; // ksqlDB's own settings are not Kafka's.
    }
    settings.put(bare(name), value);
  }

  private static String bare(String name) {
    String bare = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    return bare.equals(OLD_CACHE_SIZE) ? StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG : bare;
  }
}
