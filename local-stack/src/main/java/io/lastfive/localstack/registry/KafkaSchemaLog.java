// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The topic {@code _schemas}: one partition, compacted. */
final class KafkaSchemaLog implements SchemaLog {
  private static final String TOPIC = "_schemas";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

  private final String bootstrapServers;
  private final KafkaProducer<String, String> producer;

  KafkaSchemaLog(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    makeTopic();
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "client.id",
                "lastfive-registry",
                "acks",
                "all",
                "linger.ms",
                0,
                "buffer.memory",
                4_194_304),
            new StringSerializer(),
            new StringSerializer());
  }

  private void makeTopic() {
    NewTopic topic =
        new NewTopic(TOPIC, Optional.of(1), Optional.of((short) 1))
            .configs(Map.of("cleanup.policy", "compact"));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.createTopics(List.of(topic)).all().get();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException("topic '%s' could not be made".formatted(TOPIC), e);
      }
    }
  }

  @Override
  public void replay(Reader reader) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "client.id", "lastfive-registry"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToBeginning(List.of(PARTITION));
      long end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
      while (consumer.position(PARTITION) < end) {
        for (ConsumerRecord<String, String> entry : consumer.poll(Duration.ofMillis(100))) {
          reader.read(entry.key(), Optional.ofNullable(entry.value()), entry.timestamp());
        }
      }
    }
  }

  @Override
  public long append(String key, Optional<String> value) {
    try {
      return producer.send(new ProducerRecord<>(TOPIC, key, value.orElse(null))).get().timestamp();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("topic '%s' could not be written".formatted(TOPIC), e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
