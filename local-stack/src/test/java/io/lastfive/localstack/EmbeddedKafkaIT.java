// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
  private static final String TOPIC = "greetings";

  @TempDir Path folder;

  @Test
  void servesProducersAndConsumersOnFreePortAndLeavesNothingBehind() throws Exception {
    Path dataDir;
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      dataDir = kafka.dataDir();
      createTopic(kafka);

      send(kafka, "hello");

      assertThat(receive(kafka, 1)).containsExactly("hello");
    }

    assertThat(Files.exists(dataDir)).isFalse();
  }

  @Test
  void keepsRecordsAndCommittedOffsetsOverRestart() throws Exception {
    int port;
    try (EmbeddedKafka first = EmbeddedKafka.builder().dataDir(folder).start()) {
      port = first.port();
      createTopic(first);
      send(first, "one");
      assertThat(receive(first, 1)).containsExactly("one");
      send(first, "two");
    }

    try (EmbeddedKafka second = EmbeddedKafka.builder().dataDir(folder).port(port).start()) {
      assertThat(second.port()).isEqualTo(port);
      assertThat(receive(second, 1)).containsExactly("two");
    }
  }

  @Test
  void refusesPortInUseByName() {
    try (EmbeddedKafka first = EmbeddedKafka.start()) {
      assertThatThrownBy(() -> EmbeddedKafka.builder().port(first.port()).start())
          .isInstanceOf(UncheckedIOException.class)
          .hasMessage(
              "java.net.BindException: port %d of 127.0.0.1, wanted for Kafka, is in use. Stop what holds it, or give another port."
                  .formatted(first.port()));
    }
  }

  private static void createTopic(EmbeddedKafka kafka) {
    kafka.createTopics(List.of(new NewTopic(TOPIC, Optional.of(2), Optional.empty())));
  }

  private static void send(EmbeddedKafka kafka, String value) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>(TOPIC, "key", value)).get();
    }
  }

  private static List<String> receive(EmbeddedKafka kafka, int count) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "group.id",
                "readers",
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                "false"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of(TOPIC));
      List<String> values = new ArrayList<>();
      long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (values.size() < count && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
      consumer.commitSync();
      return values;
    }
  }
}
