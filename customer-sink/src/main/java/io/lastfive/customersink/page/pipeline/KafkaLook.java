// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page.pipeline;

import io.lastfive.customersink.CustomerSink;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads from Kafka how long the pipeline's topics are and how far queries have read them. A channel
 * that comes later is found by its topic's name. Used by one thread.
 */
final class KafkaLook implements AutoCloseable {
  private static final String CHANNEL_TOPIC_ENDS = "-PAYMENT";

  /** PAYMENT-OUTPUT, and later versions of it. */
  private static final String PIPELINE_TOPIC_BEGINS = "PAYMENT-";

  private static final String PROCESSING_LOG_ENDS = "ksql_processing_log";
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(4);
  private static final long LOOKS_BETWEEN_LISTS = 10;

  /** ksqlDB's application id of a persistent query: service id, then query id. */
  private static final Pattern QUERY_GROUP = Pattern.compile("_confluent-ksql-.*?query_(.+)");

  private final Settings settings;
  private final String sinkTopic;
  private @Nullable Admin admin;
  private Map<String, TopicDescription> topics = Map.of();
  private Map<String, String> groupsByQuery = Map.of();
  private long looks;

  KafkaLook(Settings settings) {
    this.settings = settings;
    this.sinkTopic = settings.get(KnownSettings.SINK_TOPIC);
  }

  /**
   * What is there now.
   *
   * @param endOffsets of every topic of the pipeline that exists
   * @param committed how far each query has read, by its id
   */
  record Seen(
      Map<String, Map<Integer, Long>> endOffsets,
      Map<String, UUID> topicIds,
      Map<String, Map<TopicPartition, Long>> committed) {

    long records(String topic) {
      return endOffsets.getOrDefault(topic, Map.of()).values().stream()
          .mapToLong(Long::longValue)
          .sum();
    }

    List<String> channels() {
      return endOffsets.keySet().stream()
          .filter(topic -> topic.endsWith(CHANNEL_TOPIC_ENDS))
          .toList();
    }

    /** Descriptions of records that queries have left out. */
    long leftOut() {
      return endOffsets.keySet().stream()
          .filter(topic -> topic.endsWith(PROCESSING_LOG_ENDS))
          .mapToLong(this::records)
          .sum();
    }
  }

  Seen look() throws ExecutionException, InterruptedException {
    Admin client = client();
    if (looks++ % LOOKS_BETWEEN_LISTS == 0 || topics.isEmpty()) {
      list(client);
    }
    try {
      return read(client);
    } catch (ExecutionException e) {
      // A topic may have been deleted: looked for again next time.
      looks = 0;
      throw e;
    }
  }

  private void list(Admin client) throws ExecutionException, InterruptedException {
    List<String> names =
        client.listTopics().names().get().stream().filter(this::isOfThePipeline).toList();
    Map<String, TopicDescription> described = new TreeMap<>();
    for (var topic : client.describeTopics(names).topicNameValues().entrySet()) {
      try {
        described.put(topic.getKey(), topic.getValue().get());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
    }
    topics = described;
    Map<String, String> groups = new HashMap<>();
    client
        .listGroups(ListGroupsOptions.forConsumerGroups())
        .valid()
        .get()
        .forEach(
            group -> {
              Matcher query = QUERY_GROUP.matcher(group.groupId());
              if (query.matches()) {
                groups.put(query.group(1), group.groupId());
              }
            });
    groupsByQuery = groups;
  }

  private Seen read(Admin client) throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    topics.forEach(
        (name, topic) ->
            topic
                .partitions()
                .forEach(
                    partition ->
                        wanted.put(
                            new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
    Map<String, Map<Integer, Long>> endOffsets = new TreeMap<>();
    Map<TopicPartition, ListOffsetsResultInfo> ends = client.listOffsets(wanted).all().get();
    ends.forEach(
        (partition, end) ->
            endOffsets
                .computeIfAbsent(partition.topic(), topic -> new TreeMap<>())
                .put(partition.partition(), end.offset()));
    Map<String, UUID> topicIds = new HashMap<>();
    topics.forEach(
        (name, topic) ->
            topicIds.put(
                name,
                new UUID(
                    topic.topicId().getMostSignificantBits(),
                    topic.topicId().getLeastSignificantBits())));
    return new Seen(endOffsets, topicIds, committed(client));
  }

  private Map<String, Map<TopicPartition, Long>> committed(Admin client)
      throws ExecutionException, InterruptedException {
    if (groupsByQuery.isEmpty()) {
      return Map.of();
    }
    Map<String, ListConsumerGroupOffsetsSpec> specs = new HashMap<>();
    groupsByQuery.values().forEach(group -> specs.put(group, new ListConsumerGroupOffsetsSpec()));
    Map<String, Map<TopicPartition, OffsetAndMetadata>> byGroup =
        client.listConsumerGroupOffsets(specs).all().get();
    Map<String, Map<TopicPartition, Long>> byQuery = new TreeMap<>();
    groupsByQuery.forEach(
        (query, group) -> {
          Map<TopicPartition, Long> offsets = new HashMap<>();
          byGroup
              .getOrDefault(group, Map.of())
              .forEach(
                  (partition, offset) -> {
                    if (offset != null) {
                      offsets.put(partition, offset.offset());
                    }
                  });
          byQuery.put(query, offsets);
        });
    return byQuery;
  }

  private boolean isOfThePipeline(String topic) {
    return topic.endsWith(CHANNEL_TOPIC_ENDS)
        || topic.endsWith(PROCESSING_LOG_ENDS)
        || topic.startsWith(PIPELINE_TOPIC_BEGINS)
        || topic.equals(sinkTopic)
        || topic.equals(CustomerSink.DEAD_LETTER_TOPIC);
  }

  private Admin client() {
    Admin client = admin;
    if (client == null) {
      Map<String, Object> properties = new HashMap<>(settings.kafkaProperties());
      properties.put("client.id", settings.get(KnownSettings.SINK_CLIENT_ID) + "-page");
      properties.put("default.api.timeout.ms", (int) LONGEST_WAIT.toMillis());
      properties.put("request.timeout.ms", (int) LONGEST_WAIT.toMillis());
      // A broker that is away for long is asked, and logged about, now and then.
      properties.put("reconnect.backoff.max.ms", "10000");
      client = Admin.create(properties);
      admin = client;
    }
    return client;
  }

  @Override
  public void close() {
    Admin client = admin;
    if (client != null) {
      client.close(Duration.ofSeconds(1));
    }
  }
}
