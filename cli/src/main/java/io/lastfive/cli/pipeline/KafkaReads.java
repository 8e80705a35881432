// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.pipeline;

import io.lastfive.registry.SchemaRegistryUnavailableException;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Kafka as a command reads it that looks at the pipeline: nothing is made, committed or changed,
 * and a broker that is away is an {@link UnavailableError} after seconds. Safe for use by many
 * threads, the consumers that it makes are not.
 */
public final class KafkaReads implements AutoCloseable {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  /** No consumer of ours comes past an open transaction. */
  private static final ListOffsetsOptions COMMITTED =
      new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);

  private final Settings settings;
  private @Nullable Admin admin;

  /** Connects when it is first asked. */
  public KafkaReads(Settings settings) {
    this.settings = settings;
  }

  /** A consumer of bytes that belongs to no group; it sees what transactions have committed. */
  public Consumer<byte[], byte[]> consumer(Map<String, ?> tuning) {
    Map<String, Object> properties = properties(LONGEST_WAIT.multipliedBy(6));
    tuning.forEach(properties::putIfAbsent);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return connected(
        () ->
            new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  /** The partitions of those of {@code topics} that are there, by topic. */
  public Map<String, List<TopicPartition>> partitions(Collection<String> topics) {
    Map<String, List<TopicPartition>> partitions = new TreeMap<>();
    admin()
        .describeTopics(topics)
        .topicNameValues()
        .forEach(
            (topic, description) ->
                found(description)
                    .ifPresent(
                        there ->
                            partitions.put(
                                topic,
                                there.partitions().stream()
                                    .map(part -> new TopicPartition(topic, part.partition()))
                                    .toList())));
    return partitions;
  }

  /**
   * As {@link #partitions}, for topics that must be there.
   *
   * @throws UserError which are not
   */
  public List<TopicPartition> partitionsOfAll(Collection<String> topics) {
    Map<String, List<TopicPartition>> found = partitions(topics);
    List<String> missing = topics.stream().filter(topic -> !found.containsKey(topic)).toList();
    if (!missing.isEmpty()) {
      throw new UserError(
          "%s '%s' %s not on %s. Make the topics with 'lastfive topics create', and those of the scripts with 'lastfive ksql apply'."
              .formatted(
                  missing.size() == 1 ? "Topic" : "Topics",
                  String.join("', '", missing),
                  missing.size() == 1 ? "is" : "are",
                  brokers()));
    }
    return found.values().stream().flatMap(List::stream).toList();
  }

  /**
   * The id of a topic, which another topic of the same name has not; empty where it is not there.
   */
  public Optional<UUID> topicId(String topic) {
    return admin().describeTopics(List.of(topic)).topicNameValues().values().stream()
        .findFirst()
        .flatMap(this::found)
        .map(TopicDescription::topicId)
        .map(id -> new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits()));
  }

  public Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions) {
    return offsets(partitions, OffsetSpec.earliest());
  }

  /** Where an open transaction begins, or behind the last record. */
  public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    return offsets(partitions, OffsetSpec.latest());
  }

  /** What each of the groups that is there has committed. */
  public Map<String, Map<TopicPartition, Long>> committed(Collection<String> groups) {
    if (groups.isEmpty()) {
      return Map.of();
    }
    Map<String, ListConsumerGroupOffsetsSpec> asked = new HashMap<>();
    groups.forEach(group -> asked.put(group, new ListConsumerGroupOffsetsSpec()));
    Map<String, Map<TopicPartition, Long>> committed = new TreeMap<>();
    answer(admin().listConsumerGroupOffsets(asked).all())
        .forEach((group, offsets) -> committed.put(group, offsetsOf(offsets)));
    return committed;
  }

  /** The ids of the groups that are there. */
  public List<String> groups() {
    List<String> groups = new ArrayList<>();
    answer(admin().listGroups().valid()).forEach(group -> groups.add(group.groupId()));
    return groups;
  }

  /** For questions that only one command has. */
  public synchronized Admin admin() {
    Admin known = admin;
    if (known == null) {
      known = connected(() -> Admin.create(properties(LONGEST_WAIT)));
      admin = known;
    }
    return known;
  }

  /** Waits for an answer. */
  public <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException failed) {
      throw explained(failed.getCause() == null ? failed : failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UnavailableError("Stopped before Kafka answered.", interrupted);
    }
  }

  /** As {@link #answer}; empty for a topic or a group that is not there. */
  public <T> Optional<T> found(KafkaFuture<T> future) {
    try {
      return Optional.of(future.get());
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw explained(failed.getCause() == null ? failed : failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UnavailableError("Stopped before Kafka answered.", interrupted);
    }
  }

  /** What a failure of a client of Kafka, or of its deserializer, means to the user. */
  public RuntimeException explained(Throwable failure) {
    if (failure instanceof SchemaRegistryUnavailableException) {
      return UnavailableError.at(
          "Schema Registry",
          settings.get(KnownSettings.SCHEMA_REGISTRY_URL).toString(),
          KnownSettings.SCHEMA_REGISTRY_URL,
          failure);
    }
    if (failure instanceof TimeoutException) {
      return UnavailableError.at(
          "Kafka",
          brokers(),
          KnownSettings.KAFKA_BOOTSTRAP_SERVERS,
          "no answer within " + LONGEST_WAIT.toSeconds() + " s",
          failure);
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof ConfigException
        && Objects.toString(root.getMessage()).startsWith("No resolvable bootstrap")) {
      return UnavailableError.at(
          "Kafka",
          brokers(),
          KnownSettings.KAFKA_BOOTSTRAP_SERVERS,
          "the host is not known",
          failure);
    }
    if (root instanceof ConfigException) {
      return new UserError(
          "Kafka's client refuses a kafka.* setting: %s. './lastfive config' shows where it was set."
              .formatted(root.getMessage()),
          failure);
    }
    return new UserError("Kafka at " + brokers() + " refused: " + failure.getMessage(), failure);
  }

  public String brokers() {
    return settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS);
  }

  @Override
  public synchronized void close() {
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
  }

  private Map<TopicPartition, Long> offsets(
      Collection<TopicPartition> partitions, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, which));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    answer(admin().listOffsets(asked, COMMITTED).all())
        .forEach((partition, found) -> offsets.put(partition, found.offset()));
    return offsets;
  }

  private static Map<TopicPartition, Long> offsetsOf(
      Map<TopicPartition, OffsetAndMetadata> committed) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    committed.forEach(
        (partition, position) ->
            Optional.ofNullable(position).ifPresent(at -> offsets.put(partition, at.offset())));
    return offsets;
  }

  private Map<String, Object> properties(Duration longestWait) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, "lastfive-look");
    properties.put(
        CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(longestWait.toMillis()));
    properties.put(
        CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(LONGEST_WAIT.toMillis()));
    properties.putAll(settings.kafkaProperties());
    return properties;
  }

  private <T> T connected(Supplier<T> client) {
    try {
      return client.get();
    } catch (KafkaException refused) {
      throw explained(refused);
    }
  }
}
