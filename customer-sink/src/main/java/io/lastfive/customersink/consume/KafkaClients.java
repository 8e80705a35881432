// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The consumer and the admin client of the sink, both without side effects until they are used.
 *
 * @param brokers their addresses
 */
public record KafkaClients(Consumer<byte[], byte[]> consumer, Admin admin, String brokers)
    implements AutoCloseable {
  private static final int POLLS_A_BATCH = 4;
  private static final int MOST_A_POLL = 1_000;

  /**
   * Makes both, asks the brokers once, and makes the dead-letter topic where there is none.
   *
   * @throws UnavailableError no broker answers
   * @throws UserError a setting of Kafka's is wrong, or the brokers refuse the user
   */
  public static KafkaClients open(Settings settings, String deadLetterTopic) {
    Map<String, Object> shared = new HashMap<>(settings.kafkaProperties());
    shared.putIfAbsent(
        CommonClientConfigs.CLIENT_ID_CONFIG, settings.get(KnownSettings.SINK_CLIENT_ID));
    Admin admin = admin(shared);
    try {
      greet(settings, admin, deadLetterTopic);
      return new KafkaClients(
          consumer(settings, shared), admin, settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS));
    } catch (RuntimeException | InterruptedException e) {
      admin.close();
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw new UnavailableError("stopped before Kafka answered", e);
      }
      throw (RuntimeException) e;
    }
  }

  /** Both, where nobody else has closed them. */
  @Override
  public void close() {
    consumer.close();
    admin.close();
  }

  private static Admin admin(Map<String, Object> shared) {
    Map<String, Object> properties = new HashMap<>(shared);
    properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    try {
      return Admin.create(properties);
    } catch (KafkaException wrong) {
      throw wrongSetting(wrong);
    }
  }

  private static Consumer<byte[], byte[]> consumer(Settings settings, Map<String, Object> shared) {
    Map<String, Object> properties = new HashMap<>(shared);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, settings.get(KnownSettings.SINK_GROUP_ID));
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    // The database says where to read; a position that the broker does not have is an event of its
    // own.
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.putIfAbsent(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    // In parts, so that a writer that waits gets the first of them early and no batch grows much
    // beyond its size.
    properties.putIfAbsent(
        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
        Math.min(
            MOST_A_POLL, Math.max(1, settings.get(KnownSettings.SINK_BATCH_SIZE) / POLLS_A_BATCH)));
    properties.putIfAbsent(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, 5_000);
    try {
      return new KafkaConsumer<>(
          properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    } catch (KafkaException wrong) {
      throw wrongSetting(wrong);
    }
  }

  private static void greet(Settings settings, Admin admin, String deadLetterTopic)
      throws InterruptedException {
    try {
      makeTopic(settings, admin, deadLetterTopic);
      List<String> missing =
          KafkaRights.missing(
              admin,
              settings.get(KnownSettings.SINK_TOPIC),
              settings.get(KnownSettings.SINK_GROUP_ID),
              deadLetterTopic);
      if (!missing.isEmpty()) {
        throw new UserError(
            "Kafka at %s does not let this user run a sink: it lacks %s. Add that with Kafka's 'kafka-acls'; docs/operations.md lists all that a sink needs."
                .formatted(
                    settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS),
                    String.join(", ", missing)));
      }
    } catch (ExecutionException failed) {
      throw refusal(
          settings, Optional.ofNullable(failed.getCause()).orElse(failed), deadLetterTopic);
    }
  }

  private static void makeTopic(Settings settings, Admin admin, String name)
      throws ExecutionException, InterruptedException {
    NewTopic topic =
        new NewTopic(
            name,
            Optional.of(1),
            Optional.of(settings.get(KnownSettings.TOPICS_REPLICATION).shortValue()));
    try {
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException failed) {
      if (!(failed.getCause() instanceof TopicExistsException)) {
        throw failed;
      }
    }
  }

  private static RuntimeException refusal(
      Settings settings, Throwable cause, String deadLetterTopic) {
    String brokers = settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS);
    if (cause instanceof AuthenticationException) {
      return new UserError(
          "Kafka at %s refuses the login: %s".formatted(brokers, cause.getMessage()), cause);
    }
    if (cause instanceof TimeoutException) {
      return UnavailableError.at("Kafka", brokers, KnownSettings.KAFKA_BOOTSTRAP_SERVERS, cause);
    }
    return new UserError(
        "topic '%s' cannot be made on Kafka at %s: %s. Make it beforehand, or allow this user to."
            .formatted(deadLetterTopic, brokers, cause.getMessage()),
        cause);
  }

  private static RuntimeException wrongSetting(KafkaException error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigException) {
        return new UserError("a kafka.* setting is wrong: " + cause.getMessage(), error);
      }
    }
    return error;
  }
}
