// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import io.lastfive.customersink.write.Change;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads parts of the topic beside the sinks: in no group, changing nothing. What is away ends it
 * with an {@link UnavailableError}. Used by one thread.
 */
public final class TopicScan implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

  private final String topic;
  private final String brokers;
  private final UUID topicId;
  private final List<TopicPartition> partitions;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final RecentPaymentsDecoder decoder;

  /** Takes what was read of one partition. */
  @FunctionalInterface
  public interface Reading {
    void take(int partition, List<ConsumerRecord<byte[], byte[]>> records, List<Change> changes)
        throws SQLException;
  }

  private TopicScan(
      Settings settings,
      TopicDescription description,
      KafkaConsumer<byte[], byte[]> consumer,
      RegistrySchemas schemas) {
    this.topic = description.name();
    this.brokers = settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS);
    Uuid id = description.topicId();
    this.topicId = new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    this.partitions =
        description.partitions().stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    this.consumer = consumer;
    this.decoder = new RecentPaymentsDecoder(schemas);
  }

  /**
   * Finds the topic of the settings.
   *
   * @throws UserError there is no such topic
   * @throws UnavailableError brokers or registry do not answer
   */
  public static TopicScan open(Settings settings) {
    String topic = settings.get(KnownSettings.SINK_TOPIC);
    RegistrySchemas schemas = RegistrySchemas.open(settings);
    Map<String, Object> properties = new HashMap<>(settings.kafkaProperties());
    try (Admin admin = Admin.create(properties)) {
      TopicDescription description =
          admin.describeTopics(List.of(topic)).allTopicNames().get().values().iterator().next();
      properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
      properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
      properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
      properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
      properties.put(
          ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.get(KnownSettings.SINK_BATCH_SIZE));
      return new TopicScan(
          settings,
          description,
          new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
          schemas);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new UserError(
            "topic '%s' does not exist; 'lastfive ksql apply' makes it".formatted(topic), failed);
      }
      throw away(settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UnavailableError("stopped before Kafka answered", interrupted);
    }
  }

  public UUID topicId() {
    return topicId;
  }

  public String topic() {
    return topic;
  }

  /** Number of partitions. */
  public int partitions() {
    return partitions.size();
  }

  /** Where each partition begins. */
  public Map<Integer, Long> beginnings() {
    return byNumber(answer(() -> consumer.beginningOffsets(partitions)));
  }

  /** Where each partition ends, as far as transactions are committed. */
  public Map<Integer, Long> ends() {
    return byNumber(answer(() -> consumer.endOffsets(partitions)));
  }

  /** Reads from the first offsets up to, not including, the last ones. */
  public void read(Map<Integer, Long> from, Map<Integer, Long> to, Reading reading)
      throws SQLException {
    Map<TopicPartition, Long> open = new HashMap<>();
    Map<Integer, Long> beginnings = beginnings();
    Map<Integer, Long> starts = new HashMap<>();
    to.forEach(
        (partition, end) -> {
          long start =
              Math.max(from.getOrDefault(partition, 0L), beginnings.getOrDefault(partition, 0L));
          if (start < end) {
            open.put(new TopicPartition(topic, partition), end);
            starts.put(partition, start);
          }
        });
    consumer.assign(open.keySet());
    starts.forEach(
        (partition, start) -> consumer.seek(new TopicPartition(topic, partition), start));
    long silentSince = System.nanoTime();
    while (!open.isEmpty()) {
      ConsumerRecords<byte[], byte[]> polled = answer(() -> consumer.poll(POLL));
      for (TopicPartition partition : polled.partitions()) {
        take(partition, polled.records(partition), open.getOrDefault(partition, 0L), reading);
        silentSince = System.nanoTime();
      }
      if (open.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue())) {
        consumer.assign(open.keySet());
        silentSince = System.nanoTime();
      }
      if (System.nanoTime() - silentSince > LONGEST_SILENCE.toNanos()) {
        throw away(
            brokers, new KafkaException("no record within " + LONGEST_SILENCE.toSeconds() + " s"));
      }
    }
  }

  private <T> T answer(Supplier<T> request) {
    try {
      return request.get();
    } catch (KafkaException trouble) {
      throw away(brokers, trouble);
    }
  }

  private void take(
      TopicPartition partition,
      List<ConsumerRecord<byte[], byte[]>> polled,
      long end,
      Reading reading)
      throws SQLException {
    List<ConsumerRecord<byte[], byte[]>> records =
        polled.stream().filter(record -> record.offset() < end).toList();
    List<Change> changes = new ArrayList<>(records.size());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      changes.add(decoder.decode(record));
    }
    if (!changes.isEmpty()) {
      reading.take(partition.partition(), records, changes);
    }
  }

  private static Map<Integer, Long> byNumber(Map<TopicPartition, Long> offsets) {
    Map<Integer, Long> byNumber = new TreeMap<>();
    offsets.forEach((partition, offset) -> byNumber.put(partition.partition(), offset));
    return byNumber;
  }

  private static UnavailableError away(String brokers, Throwable error) {
    return UnavailableError.at("Kafka", brokers, KnownSettings.KAFKA_BOOTSTRAP_SERVERS, error);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
