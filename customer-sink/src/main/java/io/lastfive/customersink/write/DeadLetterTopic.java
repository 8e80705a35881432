// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.customersink.write.CollapsedBatch.Row;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The topic of records that could not be read: where each stands and why, as JSON, never its bytes.
 * A record may come twice after a crash; its key, topic id, partition and offset, is the same then.
 */
public final class DeadLetterTopic implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  // The transaction of the batch waits meanwhile; what is not sent by then is sent with the next
  // try.
  private static final Map<String, Integer> LIMITS =
      Map.of(
          ProducerConfig.MAX_BLOCK_MS_CONFIG,
          5_000,
          ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
          4_000,
          ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
          8_000);
  private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(5);

  private final String sourceTopic;
  private final String topic;
  private final Producer<byte[], byte[]> producer;

  public DeadLetterTopic(String sourceTopic, String topic, Map<String, String> kafkaProperties) {
    this.sourceTopic = sourceTopic;
    this.topic = topic;
    Map<String, Object> properties = new LinkedHashMap<>(kafkaProperties);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    if (LIMITS.keySet().stream().noneMatch(properties::containsKey)) {
      properties.putAll(LIMITS);
    }
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Returns once the brokers have all of them; an error means that some may be missing. */
  void send(List<Row<Change.DeadLetter>> deadLetters) {
    List<Future<?>> sent = new ArrayList<>(deadLetters.size());
    for (Row<Change.DeadLetter> row : deadLetters) {
      sent.add(producer.send(new ProducerRecord<>(topic, key(row), value(row))));
    }
    producer.flush();
    for (Future<?> one : sent) {
      try {
        one.get();
      } catch (ExecutionException failed) {
        throw new KafkaException(
            "dead letters could not be sent to topic '" + topic + "'", failed.getCause());
      } catch (InterruptedException interrupted) {
        throw new InterruptException(interrupted);
      }
    }
  }

  private static byte[] key(Row<Change.DeadLetter> row) {
    return "%s-%d-%d"
        .formatted(row.claim().topicId(), row.claim().partition(), row.change().offset())
        .getBytes(StandardCharsets.UTF_8);
  }

  private byte[] value(Row<Change.DeadLetter> row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("topic", sourceTopic);
    json.put("topicId", row.claim().topicId().toString());
    json.put("partition", row.claim().partition());
    json.put("offset", row.change().offset());
    json.put("recordTime", row.change().recordTimeMillis());
    json.put("reason", row.change().reason());
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a dead letter is always JSON", e);
    }
  }

  @Override
  public void close() {
    producer.close(LONGEST_GOODBYE);
  }
}
