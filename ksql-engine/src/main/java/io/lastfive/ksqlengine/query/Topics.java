// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.query;

import io.lastfive.ksqlengine.KsqlException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of the cluster: looked at, made and deleted. Safe for use by several threads. */
public final class Topics implements AutoCloseable {

  /**
   * @param retentionMillis empty where the topic keeps the broker's
   */
  public record Topic(String name, int partitions, int replicas, Optional<Long> retentionMillis) {}

  private static final Duration LONGEST_WAIT_FOR_LEADERS = Duration.ofSeconds(30);
  private static final long MILLIS_BETWEEN_LOOKS = 20;

  private final Admin admin;

  public Topics(Map<String, String> kafka) {
    this.admin = Admin.create(new HashMap<>(kafka));
  }

  /** Empty where there is none of the name. */
  public Optional<Topic> find(String name) {
    try {
      TopicDescription description =
          admin.describeTopics(List.of(name)).topicNameValues().values().iterator().next().get();
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
      ConfigEntry retention =
          admin
              .describeConfigs(List.of(resource))
              .values()
              .values()
              .iterator()
              .next()
              .get()
              .get(TopicConfig.RETENTION_MS_CONFIG);
      return Optional.of(
          new Topic(
              name,
              description.partitions().size(),
              description.partitions().get(0).replicas().size(),
              Optional.ofNullable(retention).map(ConfigEntry::value).map(Long::valueOf)));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw failed("look at topic '" + name + "'", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Every topic with the replicas of each partition, by name. */
  public Map<String, List<Integer>> all() {
    try {
      Collection<String> names =
          admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
      Map<String, List<Integer>> replicas = new TreeMap<>();
      for (var found : admin.describeTopics(names).topicNameValues().entrySet()) {
        description(found.getValue())
            .ifPresent(
                description ->
                    replicas.put(
                        found.getKey(),
                        description.partitions().stream().map(p -> p.replicas().size()).toList()));
      }
      return replicas;
    } catch (ExecutionException e) {
      throw failed("list the topics", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Empty where the topic was deleted since it was listed. */
  private static Optional<TopicDescription> description(KafkaFuture<TopicDescription> found)
      throws InterruptedException, ExecutionException {
    try {
      return Optional.of(found.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Makes the topic, and returns when it can be written to and read; one that is there already
   * stays as it is.
   */
  public void create(String name, int partitions, int replicas, Map<String, String> config) {
    NewTopic topic = new NewTopic(name, partitions, (short) replicas).configs(config);
    try {
      admin.createTopics(List.of(topic)).all().get();
      awaitServed(admin, Map.of(name, partitions));
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw failed("make topic '" + name + "'", e);
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Waits until the leaders of new topics serve them, which they do a moment after a topic was
   * made. Before, they refuse records, and an idempotent producer with several requests under way
   * loses the refused ones where a later request is taken (KAFKA-15591).
   *
   * @param partitions how many each topic has
   * @throws ExecutionException where they do not in half a minute, or the brokers refuse to tell
   */
  public static void awaitServed(Admin admin, Map<String, Integer> partitions)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    partitions.forEach(
        (name, count) -> {
          for (int i = 0; i < count; i++) {
            ends.put(new TopicPartition(name, i), OffsetSpec.latest());
          }
        });
    long deadline = System.nanoTime() + LONGEST_WAIT_FOR_LEADERS.toNanos();
    while (!areServed(admin, partitions.keySet(), ends, System.nanoTime() - deadline > 0)) {
      Thread.sleep(MILLIS_BETWEEN_LOOKS);
    }
  }

  /** The client waits by itself for leaders, but not for topics that no broker knows yet. */
  private static boolean areServed(
      Admin admin, Set<String> topics, Map<TopicPartition, OffsetSpec> ends, boolean lastLook)
      throws InterruptedException, ExecutionException {
    try {
      // Asked first, for the other question logs an error where one is not known.
      admin.describeTopics(topics).allTopicNames().get();
      admin.listOffsets(ends).all().get();
      return true;
    } catch (ExecutionException e) {
      if (lastLook || !(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw e;
      }
      return false;
    }
  }

  /** Deletes the topics that are there. */
  public void delete(Collection<String> names) {
    for (Map.Entry<String, KafkaFuture<Void>> deletion :
        admin.deleteTopics(names).topicNameValues().entrySet()) {
      try {
        deletion.getValue().get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw failed("delete topic '" + deletion.getKey() + "'", e);
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  /** The offset after the last record of each partition. */
  public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
    return offsets(partitions, OffsetSpec.latest());
  }

  /** The offset of the first record of each partition. */
  public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
    return offsets(partitions, OffsetSpec.earliest());
  }

  private Map<TopicPartition, Long> offsets(
      Collection<TopicPartition> partitions, OffsetSpec spec) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, spec));
    try {
      Map<TopicPartition, Long> offsets = new HashMap<>();
      admin
          .listOffsets(asked)
          .all()
          .get()
          .forEach((partition, info) -> offsets.put(partition, info.offset()));
      return offsets;
    } catch (ExecutionException e) {
      throw failed("read offsets", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Where a consumer group goes on, a partition. */
  public Map<TopicPartition, Long> committedOffsets(String group) {
    try {
      Map<TopicPartition, Long> offsets = new HashMap<>();
      admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach(
              (partition, offset) -> {
                if (offset != null) {
                  offsets.put(partition, offset.offset());
                }
              });
      return offsets;
    } catch (ExecutionException e) {
      throw failed("read the offsets of group '" + group + "'", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Lets a group that has no positions yet begin after the last records that are there now. */
  void beginAtEnd(String group, Collection<String> names) {
    Map<TopicPartition, Long> known = committedOffsets(group);
    Set<TopicPartition> partitions = new HashSet<>();
    for (String name : names) {
      int count = find(name).map(Topic::partitions).orElse(0);
      IntStream.range(0, count)
          .mapToObj(i -> new TopicPartition(name, i))
          .filter(partition -> !known.containsKey(partition))
          .forEach(partitions::add);
    }
    if (partitions.isEmpty()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    endOffsets(partitions)
        .forEach((partition, end) -> positions.put(partition, new OffsetAndMetadata(end)));
    try {
      admin.alterConsumerGroupOffsets(group, positions).all().get();
    } catch (ExecutionException e) {
      throw failed("set the offsets of group '" + group + "'", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Deletes the topics that Kafka Streams has made for an application. */
  void deleteInternal(String applicationId) {
    try {
      List<String> made =
          admin.listTopics().names().get().stream()
              .filter(name -> name.startsWith(applicationId + "-"))
              .filter(name -> name.endsWith("-changelog") || name.endsWith("-repartition"))
              .toList();
      if (!made.isEmpty()) {
        delete(made);
      }
    } catch (ExecutionException e) {
      throw failed("list the topics", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Forgets where a consumer group was. */
  public void deleteGroup(String group) {
    try {
      admin.deleteConsumerGroups(List.of(group)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof GroupIdNotFoundException)
          && !(e.getCause() instanceof GroupNotEmptyException)) {
        throw failed("delete group '" + group + "'", e);
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  public String clusterId() {
    try {
      return admin.describeCluster().clusterId().get();
    } catch (ExecutionException e) {
      throw failed("ask for the cluster's id", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(5));
  }

  private static KsqlException failed(String what, ExecutionException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new KsqlException("Kafka did not let us " + what + ": " + cause.getMessage(), cause);
  }

  private static KafkaException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new InterruptException(e);
  }
}
