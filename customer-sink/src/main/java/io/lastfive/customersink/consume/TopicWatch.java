// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Asks the brokers every now and then which topic now bears the name: one that was deleted and made
 * again has another id, and its offsets start anew. Never blocks; an answer counts for as long as
 * the next one. Used by one thread.
 */
final class TopicWatch implements AutoCloseable {
  private final Admin admin;
  private final String topic;
  private final Duration interval;
  private @Nullable KafkaFuture<Map<String, TopicDescription>> asked;
  private Instant askAgainAt = Instant.MIN;
  private Optional<UUID> topicId = Optional.empty();
  private Optional<Throwable> problem = Optional.empty();

  TopicWatch(Admin admin, String topic, Duration interval) {
    this.admin = admin;
    this.topic = topic;
    this.interval = interval;
  }

  /** The topic's id by the last answer; empty while there is none, or no such topic. */
  Optional<UUID> topicId() {
    look();
    return topicId;
  }

  /** Why the last answer holds no id; empty where it does, or nothing was answered yet. */
  Optional<Throwable> problem() {
    return problem;
  }

  /** The next {@link #topicId()} comes from an answer asked for after this call. */
  void forget() {
    topicId = Optional.empty();
    asked = null;
    askAgainAt = Instant.MIN;
  }

  private void look() {
    KafkaFuture<Map<String, TopicDescription>> answer = asked;
    if (answer == null) {
      if (!Instant.now().isBefore(askAgainAt)) {
        asked = admin.describeTopics(List.of(topic)).allTopicNames();
      }
    } else if (answer.isDone()) {
      asked = null;
      askAgainAt = Instant.now().plus(interval);
      try {
        Uuid id = answer.get().values().iterator().next().topicId();
        topicId = Optional.of(new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits()));
        problem = Optional.empty();
      } catch (ExecutionException failed) {
        problem = Optional.ofNullable(failed.getCause()).or(() -> Optional.of(failed));
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException("a finished answer does not wait", interrupted);
      }
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
