// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.Command;
import io.lastfive.ksqlengine.EngineConfig;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.query.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands that made the engine what it is, in the one partition of a topic, for ever. One
 * engine writes at a time: a command is a transaction, so a second engine of the same service id
 * fences the first. Not safe for use by several threads.
 */
final class CommandTopic implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CommandTopic.class);

  /** A command and its place in the log. */
  record Entry(long sequence, Command command) {}

  /** A transaction's end takes an offset too. */
  private static final int OFFSETS_A_COMMAND = 2;

  private static final Duration POLL = Duration.ofMillis(200);

  private final EngineConfig config;
  private final TopicPartition partition;
  private final Producer<String, byte[]> producer;
  private long nextSequence;

  private CommandTopic(EngineConfig config, Producer<String, byte[]> producer) {
    this.config = config;
    this.partition = new TopicPartition(config.commandTopic(), 0);
    this.producer = producer;
  }

  /** Makes the topic where it is not there, and shuts out any other engine that writes to it. */
  static CommandTopic open(EngineConfig config, Topics topics) {
    topics.create(
        config.commandTopic(),
        1,
        1,
        Map.of(
            TopicConfig.RETENTION_MS_CONFIG,
            "-1",
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE));
    Map<String, Object> settings = new HashMap<>(config.kafka());
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, config.serviceId());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    Producer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    producer.initTransactions();
    return new CommandTopic(config, producer);
  }

  /** Every command from the first on; to be called once, before anything is appended. */
  List<Entry> readAll() {
    Map<String, Object> settings = new HashMap<>(config.kafka());
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    List<Entry> entries = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          entries.add(new Entry(record.offset(), read(record)));
        }
      }
      nextSequence = end;
    }
    return entries;
  }

  /** The sequence number that the next command will probably get. */
  long nextSequence() {
    return nextSequence;
  }

  /** The same, after so many commands more. */
  long nextSequenceAfter(int commands) {
    return nextSequence + (long) commands * OFFSETS_A_COMMAND;
  }

  /**
   * Writes a command, and returns once Kafka has it for good.
   *
   * @return its sequence number
   * @throws ServerError where Kafka does not take it: it is then not in the log
   */
  long append(Command command) {
    try {
      producer.beginTransaction();
      long sequence =
          producer
              .send(new ProducerRecord<>(config.commandTopic(), 0, command.id(), write(command)))
              .get()
              .offset();
      producer.commitTransaction();
      nextSequence = sequence + OFFSETS_A_COMMAND;
      return sequence;
    } catch (ExecutionException | KafkaException e) {
      abort();
      throw notWritten(command, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      abort();
      Thread.currentThread().interrupt();
      throw notWritten(command, e);
    }
  }

  /** So that the next command can be written, unless another engine has taken over. */
  private void abort() {
    try {
      producer.abortTransaction();
    } catch (KafkaException e) {
      LOG.error("the command topic takes no more commands from this engine", e);
    }
  }

  private static ServerError notWritten(Command command, Throwable cause) {
    ServerError error =
        ServerError.ofStatement(
            ServerError.SERVER_ERROR,
            "Could not write the statement '"
                + command.statement()
                + "' into the command topic.\nCaused by: "
                + cause.getMessage(),
            command.statement());
    error.initCause(cause);
    return error;
  }

  private static byte[] write(Command command) {
    ObjectNode json = Json.object();
    json.put("statement", command.statement());
    ObjectNode properties = json.putObject("properties");
    command.properties().forEach(properties::put);
    json.put("queryId", command.queryId().orElse(null));
    return Json.text(json).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static Command read(ConsumerRecord<String, byte[]> record) {
    try {
      JsonNode json = Json.parseOwn(record.value());
      Map<String, String> properties = new HashMap<>();
      json.path("properties")
          .properties()
          .forEach(property -> properties.put(property.getKey(), property.getValue().asText()));
      return new Command(
          record.key(),
          json.path("statement").asText(),
          properties,
          Optional.ofNullable(json.path("queryId").textValue()));
    } catch (IOException e) {
      throw new KsqlException(
          "The record at "
              + record.topic()
              + "-"
              + record.partition()
              + "-"
              + record.offset()
              + " is no command of this engine. Give it another service id, or delete the topic.",
          e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
