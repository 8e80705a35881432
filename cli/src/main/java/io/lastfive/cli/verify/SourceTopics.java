// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import io.lastfive.registry.LastfiveAvroDeserializer;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The payment events' topics, read from their beginnings to where they ended when asked. */
public final class SourceTopics {
  private static final Duration POLL = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(SourceTopics.class);

  private SourceTopics() {}

  /**
   * Hands every event over, in the order of each partition. A record that is none is left out, as
   * the pipeline leaves it out.
   *
   * @return how many records each topic has, by topic
   */
  public static Map<String, Long> read(
      Settings settings, BiConsumer<String, SpecificRecord> event) {
    Map<String, Object> properties = new HashMap<>(settings.kafkaProperties());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put("specific.avro.reader", "true");
    properties.putAll(settings.schemaRegistryProperties());
    LastfiveAvroDeserializer values = new LastfiveAvroDeserializer();
    values.configure(properties, false);
    try (Consumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          Arrays.stream(PaymentEvent.values())
              .flatMap(
                  channel ->
                      consumer.partitionsFor(channel.topic()).stream()
                          .map(info -> new TopicPartition(info.topic(), info.partition())))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<String, Long> counts = new HashMap<>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          counts.merge(record.topic(), 1L, Long::sum);
          read(values, record).ifPresent(value -> event.accept(record.key(), value));
        }
      }
      return counts;
    } catch (TimeoutException e) {
      throw UnavailableError.at(
          "Kafka",
          settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS),
          KnownSettings.KAFKA_BOOTSTRAP_SERVERS,
          e);
    }
  }

  private static Optional<SpecificRecord> read(
      LastfiveAvroDeserializer values, ConsumerRecord<String, byte[]> record) {
    try {
      return values.deserialize(record.topic(), record.value()) instanceof SpecificRecord event
          ? Optional.of(event)
          : Optional.empty();
    } catch (SerializationException unreadable) {
      LOG.warn(
          "Record left out. topic={} partition={} offset={} reason={}",
          record.topic(),
          record.partition(),
          record.offset(),
          unreadable.getMessage());
      return Optional.empty();
    }
  }
}
