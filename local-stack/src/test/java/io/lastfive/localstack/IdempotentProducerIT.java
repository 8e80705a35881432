// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A producer as Kafka has them by default, idempotent and with five requests under way, at full
 * speed: every record arrives, once.
 */
class IdempotentProducerIT {
  private static final int PARTITIONS = 6;
  private static final int RECORDS = 20_000;
  private static final byte[] VALUE = new byte[300];

  @TempDir Path folder;

  @Test
  void loadsTopicsThatWereMadeThisMoment() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      // Several times, for a topic that takes no records yet does so for some milliseconds.
      for (int i = 0; i < 5; i++) {
        List<String> topics = List.of("first" + i, "second" + i);
        try (KafkaProducer<String, byte[]> producer = producer(kafka)) {
          create(kafka, topics);

          awaitAll(send(producer, topics, RECORDS / 5));
        }

        assertThat(records(kafka, topics)).isEqualTo(2L * (RECORDS / 5));
      }
    }
  }

  @Test
  void goesOnOverARestartOfTheBroker() throws Exception {
    List<String> topics = List.of("first", "second");
    EmbeddedKafka kafka = EmbeddedKafka.builder().dataDir(folder).start();
    try {
      create(kafka, topics);
      try (KafkaProducer<String, byte[]> producer = producer(kafka)) {
        CompletableFuture<Void> someAreThere = new CompletableFuture<>();
        CompletableFuture<List<Future<?>>> sent =
            CompletableFuture.supplyAsync(
                () -> {
                  List<Future<?>> all = send(producer, topics, RECORDS);
                  someAreThere.complete(null);
                  all.addAll(send(producer, topics, RECORDS));
                  return all;
                });
        someAreThere.join();

        kafka.close();
        kafka = EmbeddedKafka.builder().dataDir(folder).port(kafka.port()).start();

        awaitAll(sent.join());
      }

      assertThat(records(kafka, topics)).isEqualTo(4L * RECORDS);
    } finally {
      kafka.close();
    }
  }

  private static void create(EmbeddedKafka kafka, List<String> topics) {
    kafka.createTopics(
        topics.stream().map(topic -> new NewTopic(topic, PARTITIONS, (short) 1)).toList());
  }

  private static KafkaProducer<String, byte[]> producer(EmbeddedKafka kafka) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "linger.ms", "0"),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  private static List<Future<?>> send(
      KafkaProducer<String, byte[]> producer, List<String> topics, int count) {
    List<Future<?>> sent = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      for (String topic : topics) {
        sent.add(producer.send(new ProducerRecord<>(topic, "key" + i, VALUE)));
      }
    }
    return sent;
  }

  private static void awaitAll(List<Future<?>> sent) throws Exception {
    for (Future<?> one : sent) {
      one.get();
    }
  }

  private static long records(EmbeddedKafka kafka, List<String> topics) throws Exception {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (String topic : topics) {
      for (int i = 0; i < PARTITIONS; i++) {
        ends.put(new TopicPartition(topic, i), OffsetSpec.latest());
      }
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      return admin.listOffsets(ends).all().get().values().stream()
          .mapToLong(ListOffsetsResultInfo::offset)
          .sum();
    }
  }
}
