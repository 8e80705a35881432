// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Finds out in seconds, before the first payment, whether the broker answers and the channels'
 * topics are there.
 */
public final class ReadyTopics {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private ReadyTopics() {}

  /**
   * Returns where payments can be sent.
   *
   * @throws UnavailableError where the broker does not answer
   * @throws UserError where a topic has not been made
   */
  public static void require(Settings settings, Collection<String> topics) {
    Map<String, Object> properties = new TreeMap<>(settings.kafkaProperties());
    properties.put(AdminClientConfig.CLIENT_ID_CONFIG, "lastfive-topics");
    properties.put(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(LONGEST_WAIT.toMillis()));
    properties.put(
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(LONGEST_WAIT.toMillis()));
    try (Admin admin = Admin.create(properties)) {
      Map<String, ? extends KafkaFuture<?>> descriptions =
          admin.describeTopics(topics).topicNameValues();
      for (Map.Entry<String, ? extends KafkaFuture<?>> description : descriptions.entrySet()) {
        require(settings, description.getKey(), description.getValue());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UserError("Stopped before anything was sent.", interrupted);
    } catch (KafkaException notConnected) {
      throw unavailable(settings, notConnected);
    }
  }

  private static void require(Settings settings, String topic, KafkaFuture<?> description)
      throws InterruptedException {
    try {
      description.get();
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      if (cause instanceof UnknownTopicOrPartitionException) {
        throw new UserError(
            "Topic '%s' is not on %s. Make the topics with 'lastfive topics create'."
                .formatted(topic, settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS)),
            failed);
      }
      throw unavailable(settings, cause);
    }
  }

  private static UnavailableError unavailable(Settings settings, Throwable cause) {
    Throwable shown =
        cause instanceof TimeoutException
            ? new TimeoutException("no answer within " + LONGEST_WAIT.toSeconds() + " s")
            : cause;
    return UnavailableError.at(
        "Kafka",
        settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS),
        KnownSettings.KAFKA_BOOTSTRAP_SERVERS,
        shown);
  }
}
