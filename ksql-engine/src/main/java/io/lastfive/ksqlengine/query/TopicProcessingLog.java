// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.query;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.EngineConfig;
import io.lastfive.ksqlengine.topology.ProcessingLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what queries could not process to the topic of the stream KSQL_PROCESSING_LOG, laid out as
 * ksqlDB does, and counts it a query. Never with a record's contents: a record is named by topic,
 * partition and offset.
 */
public final class TopicProcessingLog implements ProcessingLog, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("processing");
  private static final int ENTRIES_WAITING = 10_000;

  /** The statement that shows the topic as a stream, as ksqlDB makes it at its first start. */
  public static String streamStatement(EngineConfig config) {
    String errors =
        "target VARCHAR, errorMessage VARCHAR, recordB64 VARCHAR, cause ARRAY<VARCHAR>, `topic` VARCHAR";
    return "CREATE STREAM KSQL_PROCESSING_LOG (logger VARCHAR, level VARCHAR, time BIGINT, message STRUCT<type INTEGER, deserializationError STRUCT<"
        + errors
        + ">, recordProcessingError STRUCT<errorMessage VARCHAR, record VARCHAR, cause ARRAY<VARCHAR>>, productionError STRUCT<errorMessage VARCHAR>, serializationError STRUCT<target VARCHAR, errorMessage VARCHAR, record VARCHAR, cause ARRAY<VARCHAR>, `topic` VARCHAR>, kafkaStreamsThreadError STRUCT<errorMessage VARCHAR, threadName VARCHAR, cause ARRAY<VARCHAR>>>) WITH (KAFKA_TOPIC='"
        + config.processingLogTopic()
        + "', VALUE_FORMAT='JSON', KEY_FORMAT='KAFKA');";
  }

  private final JsonMapper json = JsonMapper.builder().build();
  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
  // A log must not hold up the queries, as it would where its topic was deleted: its own thread
  // writes, and what that cannot keep up with is dropped.
  private final ThreadPoolExecutor writer =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(ENTRIES_WAITING),
          task -> {
            Thread thread = new Thread(task, "ksql-processing-log");
            thread.setDaemon(true);
            return thread;
          },
          new ThreadPoolExecutor.DiscardPolicy());

  public TopicProcessingLog(EngineConfig config) {
    Map<String, Object> settings = new HashMap<>(config.kafka());
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "5000");
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "ksql-processing-log");
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = config.processingLogTopic();
  }

  /** How many records the query could not process since the engine started. */
  public long count(String queryId) {
    LongAdder count = counts.get(queryId);
    return count == null ? 0 : count.sum();
  }

  @Override
  public void report(ProcessingError error) {
    int dot = error.logger().indexOf('.');
    String queryId = dot < 0 ? error.logger() : error.logger().substring(0, dot);
    counts.computeIfAbsent(queryId, id -> new LongAdder()).increment();
    LOG.warn(
        "Record left out or changed. queryId={} step={} topic={} partition={} offset={} reason={} cause={}",
        queryId,
        error.logger(),
        error.topic(),
        error.partition(),
        error.offset(),
        error.message(),
        error.cause());
    byte[] entry = value(error);
    writer.execute(() -> write(entry));
  }

  // Nobody waits for it: what is lost here is in the server's log and in the count.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void write(byte[] entry) {
    producer.send(
        new ProducerRecord<>(topic, null, entry),
        (metadata, failure) -> {
          if (failure != null) {
            LOG.warn("Processing log entry not written. topic={}", topic, failure);
          }
        });
  }

  /** The number ksqlDB gives each kind. */
  private static int type(Kind kind) {
    return switch (kind) {
      case DESERIALIZATION_ERROR -> 0;
      case RECORD_PROCESSING_ERROR -> 1;
      case PRODUCTION_ERROR -> 2;
      case SERIALIZATION_ERROR -> 3;
    };
  }

  private byte[] value(ProcessingError error) {
    ObjectNode message = json.createObjectNode();
    message.put("type", type(error.kind()));
    ObjectNode detail = json.createObjectNode();
    detail.put(
        "errorMessage",
        error.message()
            + " ("
            + error.topic()
            + "-"
            + error.partition()
            + "@"
            + error.offset()
            + ")");
    detail.putArray("cause").add(error.cause());
    String part =
        switch (error.kind()) {
          case DESERIALIZATION_ERROR -> "deserializationError";
          case RECORD_PROCESSING_ERROR -> "recordProcessingError";
          case PRODUCTION_ERROR -> "productionError";
          case SERIALIZATION_ERROR -> "serializationError";
        };
    if (error.kind() == Kind.DESERIALIZATION_ERROR || error.kind() == Kind.SERIALIZATION_ERROR) {
      detail.put("topic", error.topic());
    }
    message.set(part, detail);
    ObjectNode entry = json.createObjectNode();
    entry.put("level", "ERROR");
    entry.put("logger", "processing." + error.logger());
    entry.put("time", System.currentTimeMillis());
    entry.set("message", message);
    return entry.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    writer.shutdown();
    try {
      if (!writer.awaitTermination(5, TimeUnit.SECONDS)) {
        writer.shutdownNow();
      }
    } catch (InterruptedException e) {
      writer.shutdownNow();
      Thread.currentThread().interrupt();
    }
    producer.close(Duration.ofSeconds(5));
  }
}
