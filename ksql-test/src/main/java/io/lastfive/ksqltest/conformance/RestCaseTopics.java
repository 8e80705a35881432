// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.query.PersistentQuery;
import io.lastfive.ksqltest.driver.RecordBytes;
import io.lastfive.ksqltest.driver.ScriptRecord;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topics of the REST cases of one engine: emptied, filled and read. For one thread. */
final class RestCaseTopics {
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** Of a topic of which a case says nothing: rows of tables come in the order of partitions. */
  private static final int PARTITIONS = 4;

  private static final Pattern PARTITIONS_SAID =
      Pattern.compile("partitions\\s*=\\s*(\\d+)", Pattern.CASE_INSENSITIVE);
  private static final Pattern TOPIC =
      Pattern.compile("kafka_topic\\s*=\\s*'([^']+)'", Pattern.CASE_INSENSITIVE);

  private final KsqlEngine engine;
  private final CaseSchemas schemas;
  private final RestCaseSchemas registry;
  private final RecordBytes bytes;

  RestCaseTopics(KsqlEngine engine, CaseSchemas schemas) {
    this.engine = engine;
    this.schemas = schemas;
    this.registry = new RestCaseSchemas(schemas.registry());
    this.bytes = new RecordBytes(schemas);
  }

  /** What the names of topics match that a case may have made. */
  String ofCasesPattern() {
    return "(?!" + Pattern.quote(engine.config().processingLogTopic()) + "$).*";
  }

  /** Deletes what earlier cases left, schemas too, and makes what this one begins with. */
  void reset(JsonNode test) throws IOException, InterruptedException {
    Set<String> left = new LinkedHashSet<>(engine.topics().all().keySet());
    left.removeIf(
        topic -> topic.startsWith("_") || topic.equals(engine.config().processingLogTopic()));
    if (!left.isEmpty()) {
      engine.topics().delete(left);
      await(() -> engine.topics().all().keySet().stream().noneMatch(left::contains));
    }
    registry.empty();
    schemas.forget();
    make(test);
  }

  private void make(JsonNode test) throws IOException, InterruptedException {
    Map<String, Integer> partitions = new HashMap<>();
    for (JsonNode statement : test.path("statements")) {
      Matcher topic = TOPIC.matcher(statement.asText());
      if (topic.find() && !statement.asText().toUpperCase(Locale.ROOT).contains("AS SELECT")) {
        Matcher said = PARTITIONS_SAID.matcher(statement.asText());
        partitions.put(topic.group(1), said.find() ? Integer.parseInt(said.group(1)) : PARTITIONS);
      }
    }
    for (JsonNode topic : test.path("topics")) {
      partitions.put(topic.path("name").asText(), topic.path("partitions").asInt(PARTITIONS));
      registry.register(topic);
    }
    partitions.forEach((topic, count) -> engine.topics().create(topic, count, 1, Map.of()));
    await(() -> partitions.keySet().stream().allMatch(t -> engine.topics().find(t).isPresent()));
  }

  /** Writes the case's records as producers of their formats would. */
  void write(JsonNode test) {
    List<ScriptRecord> inputs = ScriptRecord.read(test.path("inputs"));
    if (inputs.isEmpty()) {
      return;
    }
    Map<String, Object> settings = new HashMap<>(engine.config().kafka());
    settings.put(ProducerConfig.LINGER_MS_CONFIG, "0");
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<?>> sent = new ArrayList<>();
      for (ScriptRecord input : inputs) {
        DataSource source = source(input.topic());
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    input.topic(),
                    null,
                    input.timestamp().orElse(0),
                    bytes.key(source, input.key(), input.window()),
                    bytes.value(source, input.value()),
                    RecordBytes.headers(input))));
      }
      for (Future<?> record : sent) {
        record.get();
      }
    } catch (ExecutionException e) {
      throw new KsqlException("an input could not be written: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KsqlException("interrupted while writing inputs", e);
    }
  }

  private DataSource source(String topic) {
    return engine.catalog().sources().stream()
        .filter(source -> source.topic().equals(topic))
        .findFirst()
        .orElseThrow(() -> new KsqlException("no stream or table has topic " + topic));
  }

  /** Waits until the persistent queries, the oldest first, have read all that is there for them. */
  void awaitQueries() {
    for (PersistentQuery query : engine.queries()) {
      await(() -> hasRead(query));
    }
  }

  private boolean hasRead(PersistentQuery query) {
    Map<TopicPartition, Long> read =
        engine.topics().committedOffsets(engine.config().consumerGroup(query.id()));
    Set<TopicPartition> partitions = new LinkedHashSet<>(read.keySet());
    for (var source : query.query().sources()) {
      String topic = source.source().topic();
      int count = engine.topics().find(topic).map(found -> found.partitions()).orElse(0);
      for (int i = 0; i < count; i++) {
        partitions.add(new TopicPartition(topic, i));
      }
    }
    return engine.topics().endOffsets(partitions).entrySet().stream()
        .allMatch(end -> read.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  /** What differs between the records a case expects and those in the topics. */
  Optional<String> problemOfOutputs(JsonNode test, Duration patience) {
    List<ScriptRecord> expected = ScriptRecord.read(test.path("outputs"));
    Set<String> topics = new LinkedHashSet<>();
    expected.forEach(output -> topics.add(output.topic()));
    for (String topic : topics) {
      List<ScriptRecord> wanted = expected.stream().filter(o -> o.topic().equals(topic)).toList();
      List<ConsumerRecord<byte[], byte[]>> found = read(topic, wanted.size(), patience);
      if (found.size() != wanted.size()) {
        return Optional.of(topic + " has " + found.size() + " records, expected " + wanted.size());
      }
      DataSource source = source(topic);
      for (int i = 0; i < wanted.size(); i++) {
        Optional<String> problem = problem(source, wanted.get(i), found.get(i));
        if (problem.isPresent()) {
          return problem;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> problem(
      DataSource source, ScriptRecord wanted, ConsumerRecord<byte[], byte[]> found) {
    JsonNode key = bytes.keyJson(source, found.key());
    JsonNode value = bytes.valueJson(source, found.value());
    boolean same =
        RecordBytes.same(wanted.key(), key, false)
            && RecordBytes.same(wanted.value(), value, false)
            && (wanted.timestamp().isEmpty()
                || wanted.timestamp().getAsLong() == found.timestamp());
    return same
        ? Optional.empty()
        : Optional.of(
            "%s has %s %s%n   expected %s %s"
                .formatted(source.topic(), key, value, wanted.key(), wanted.value()));
  }

  private List<ConsumerRecord<byte[], byte[]>> read(String topic, int count, Duration patience) {
    Map<String, Object> settings = new HashMap<>(engine.config().kafka());
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(found -> new TopicPartition(topic, found.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Instant deadline = Instant.now().plus(patience);
      while (records.size() < count && Instant.now().isBefore(deadline)) {
        consumer.poll(PAUSE).forEach(records::add);
      }
    }
    return records;
  }

  /** What was done is seen by the broker a moment later. */
  private static void await(BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean() && Instant.now().isBefore(deadline)) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
