// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import io.lastfive.registry.LastfiveAvroDeserializer;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What a channel's topic holds already. Opens a consumer for each question. Safe for threads. */
public final class SentPayments {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final Settings settings;
  private final String topic;

  public SentPayments(Settings settings, String topic) {
    this.settings = settings;
    this.topic = topic;
  }

  /** By partition: where the next record will stand at the earliest. */
  public Map<Integer, Long> endOffsets() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      Map<Integer, Long> offsets = new HashMap<>();
      consumer
          .endOffsets(partitions(consumer), LONGEST_WAIT)
          .forEach((partition, offset) -> offsets.put(partition.partition(), offset));
      return offsets;
    } catch (KafkaException notRead) {
      throw unavailable(notRead);
    }
  }

  /**
   * Which of the payments with {@code ids} are in the topic, looking from {@code fromOffsets} on;
   * in a partition that is not named, from its beginning.
   */
  public Set<String> among(Set<String> ids, Map<Integer, Long> fromOffsets) {
    Set<String> found = new HashSet<>();
    if (ids.isEmpty()) {
      return found;
    }
    try (KafkaConsumer<byte[], byte[]> consumer = consumer();
        LastfiveAvroDeserializer values = deserializer()) {
      List<TopicPartition> partitions = partitions(consumer);
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, LONGEST_WAIT);
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, LONGEST_WAIT);
      for (TopicPartition partition : partitions) {
        long from = fromOffsets.getOrDefault(partition.partition(), 0L);
        consumer.seek(partition, Math.max(from, begins.getOrDefault(partition, 0L)));
      }
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
          String id = id(values, message);
          if (ids.contains(id)) {
            found.add(id);
          }
        }
      }
      return found;
    } catch (KafkaException notRead) {
      throw unavailable(notRead);
    }
  }

  /** The event's first field; empty of a record that is no payment. */
  private String id(LastfiveAvroDeserializer values, ConsumerRecord<byte[], byte[]> message) {
    try {
      Object event = values.deserialize(topic, message.value());
      return event instanceof IndexedRecord fields ? String.valueOf(fields.get(0)) : "";
    } catch (SerializationException foreign) {
      return "";
    }
  }

  private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
    return consumer.partitionsFor(topic, LONGEST_WAIT).stream()
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> properties = new HashMap<>(settings.kafkaProperties());
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "lastfive-sent-payments");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private LastfiveAvroDeserializer deserializer() {
    LastfiveAvroDeserializer values = new LastfiveAvroDeserializer();
    values.configure(new HashMap<>(settings.schemaRegistryProperties()), false);
    return values;
  }

  private UnavailableError unavailable(KafkaException cause) {
    return UnavailableError.at(
        "Kafka",
        settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS),
        KnownSettings.KAFKA_BOOTSTRAP_SERVERS,
        cause);
  }
}
