// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.localstack.EmbeddedKafka;
import io.lastfive.localstack.EmbeddedKsql;
import io.lastfive.localstack.EmbeddedRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** An embedded engine with its broker and registry, and looks into both. */
public final class MigrationServer implements AutoCloseable {
  private final EmbeddedKafka kafka;
  private final EmbeddedRegistry registry;
  private final EmbeddedKsql ksql;
  private final KsqlClient client;

  public MigrationServer(Path state) {
    kafka = EmbeddedKafka.start();
    registry = EmbeddedRegistry.start(kafka);
    ksql = EmbeddedKsql.start(kafka.bootstrapServers(), registry.url(), state, 0);
    client = new KsqlClient(URI.create(ksql.url()), Optional.empty());
  }

  public String url() {
    return ksql.url();
  }

  KsqlClient client() {
    return client;
  }

  List<JsonNode> execute(String sql) {
    return client.execute(sql, Map.of("auto.offset.reset", "earliest"), Map.of());
  }

  List<String> streams() {
    return names("LIST STREAMS;", "streams");
  }

  List<String> queryIds() {
    return execute("LIST QUERIES;").get(0).path("queries").findValuesAsText("id");
  }

  List<String> types() {
    List<String> names = new ArrayList<>();
    execute("LIST TYPES;").get(0).path("types").fieldNames().forEachRemaining(names::add);
    return names;
  }

  private List<String> names(String statement, String list) {
    return execute(statement).get(0).path(list).findValuesAsText("name");
  }

  /** Key and value of every record of a topic with one partition, as text. */
  List<Map.Entry<String, String>> records(String topic) {
    List<Map.Entry<String, String>> records = new ArrayList<>();
    TopicPartition partition = new TopicPartition(topic, 0);
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          records.add(
              Map.entry(
                  new String(record.key(), StandardCharsets.UTF_8),
                  new String(record.value(), StandardCharsets.UTF_8)));
        }
      }
    }
    return records;
  }

  void write(String topic, List<Map.Entry<String, String>> records)
      throws ExecutionException, InterruptedException {
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (Map.Entry<String, String> record : records) {
        producer
            .send(
                new ProducerRecord<>(
                    topic,
                    record.getKey().getBytes(StandardCharsets.UTF_8),
                    record.getValue().getBytes(StandardCharsets.UTF_8)))
            .get();
      }
    }
  }

  @Override
  public void close() {
    ksql.close();
    registry.close();
    kafka.close();
  }
}
