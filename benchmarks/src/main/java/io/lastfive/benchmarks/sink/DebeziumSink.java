// SPDX-License-Identifier: Apache-2.0
package io.lastfive.benchmarks.sink;

import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.apache.kafka.connect.storage.StringConverter;
import org.apache.kafka.connect.transforms.HoistField;

/**
 * Entry point: Debezium's JDBC sink with its fastest settings, so many tasks, each fed as a worker
 * of Kafka Connect feeds it, without the worker's bookkeeping: poll, convert, transform, put,
 * commit. It gets the JSON text ready made and writes it to a column of text or jsonb.
 */
final class DebeziumSink {
  private static final String TASK = "io.debezium.connector.jdbc.JdbcSinkConnectorTask";
  private static final int BATCH = 3_000;
  private static final String COLUMN = System.getProperty("column", "text");
  private static final Schema JSON_TEXT =
      SchemaBuilder.string().optional().name("io.debezium.data.Json").build();

  private final Settings settings;

  private DebeziumSink(Settings settings) {
    this.settings = settings;
  }

  public static void main(String[] arguments) throws Exception {
    DebeziumSink sink = new DebeziumSink(Contender.settings(arguments));
    List<Thread> tasks = new ArrayList<>();
    int count = Integer.parseInt(System.getProperty("tasks"));
    for (int i = 0; i < count; i++) {
      Thread task = new Thread(sink::run, "debezium-task-" + i);
      task.setUncaughtExceptionHandler(
          (thread, error) -> {
            error.printStackTrace();
            Runtime.getRuntime().halt(1);
          });
      task.start();
      tasks.add(task);
    }
    for (Thread task : tasks) {
      task.join();
    }
  }

  private void run() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer();
        HoistField<SinkRecord> hoistKey = new HoistField.Key<>();
        HoistField<SinkRecord> hoistValue = new HoistField.Value<>()) {
      StringConverter converter = new StringConverter();
      hoistKey.configure(Map.of("field", "customer_id"));
      hoistValue.configure(Map.of("field", "payments"));
      SinkTask task =
          Class.forName(TASK).asSubclass(SinkTask.class).getDeclaredConstructor().newInstance();
      task.initialize(new Context(consumer, configuration()));
      task.start(configuration());
      consumer.subscribe(List.of(AggregateLoad.JSON_TOPIC), new Assignments(task));
      while (true) {
        List<SinkRecord> records = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          records.add(hoistValue.apply(hoistKey.apply(record(converter, record))));
        }
        if (!records.isEmpty()) {
          task.put(records);
          consumer.commitSync();
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Debezium's jars are not there; 'make bench-sink' fetches them", e);
    }
  }

  private static SinkRecord record(
      StringConverter converter, ConsumerRecord<byte[], byte[]> record) {
    SchemaAndValue key = converter.toConnectData(record.topic(), record.key());
    SchemaAndValue value = converter.toConnectData(record.topic(), record.value());
    // What makes Debezium write a text as JSON.
    Schema valueSchema = COLUMN.equals("jsonb") ? JSON_TEXT : value.schema();
    return new SinkRecord(
        record.topic(),
        record.partition(),
        key.schema(),
        key.value(),
        valueSchema,
        value.value(),
        record.offset(),
        record.timestamp(),
        TimestampType.CREATE_TIME);
  }

  private Map<String, String> configuration() {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("name", "debezium-jdbc-sink");
    configuration.put("topics", AggregateLoad.JSON_TOPIC);
    configuration.put("connection.url", settings.get(KnownSettings.DATABASE_URL));
    configuration.put("connection.username", settings.get(KnownSettings.DATABASE_USER));
    configuration.put("connection.password", settings.get(KnownSettings.DATABASE_PASSWORD));
    configuration.put("insert.mode", "upsert");
    configuration.put("delete.enabled", "true");
    configuration.put("primary.key.mode", "record_key");
    configuration.put("schema.evolution", "none");
    configuration.put(
        "collection.name.format",
        settings.get(KnownSettings.DATABASE_SCHEMA) + ".customer_payments");
    configuration.put("batch.size", Integer.toString(BATCH));
    configuration.put("use.reduction.buffer", "true");
    configuration.put("dialect.postgres.unnest.insert.enabled", "true");
    return configuration;
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> properties = new HashMap<>(settings.kafkaProperties());
    properties.put("group.id", settings.get(KnownSettings.SINK_GROUP_ID));
    properties.put("enable.auto.commit", "false");
    properties.put("auto.offset.reset", "earliest");
    properties.put("max.poll.records", BATCH);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private record Assignments(SinkTask task) implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      task.close(partitions);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      task.open(partitions);
    }
  }

  /** What a task may ask of its worker. */
  private record Context(KafkaConsumer<byte[], byte[]> consumer, Map<String, String> configs)
      implements SinkTaskContext {
    @Override
    public void offset(Map<TopicPartition, Long> offsets) {
      offsets.forEach(consumer::seek);
    }

    @Override
    public void offset(TopicPartition partition, long offset) {
      consumer.seek(partition, offset);
    }

    @Override
    public void timeout(long timeoutMillis) {
      throw new IllegalStateException("the task asks for a pause: it fails to write");
    }

    @Override
    public Set<TopicPartition> assignment() {
      return consumer.assignment();
    }

    @Override
    public void pause(TopicPartition... partitions) {
      consumer.pause(List.of(partitions));
    }

    @Override
    public void resume(TopicPartition... partitions) {
      consumer.resume(List.of(partitions));
    }

    @Override
    public PluginMetrics pluginMetrics() {
      throw new UnsupportedOperationException("no worker, no metrics");
    }

    @Override
    public void requestCommit() {
      // Each put is followed by a commit.
    }
  }
}
