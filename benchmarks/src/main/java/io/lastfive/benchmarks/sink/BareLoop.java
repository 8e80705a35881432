// SPDX-License-Identifier: Apache-2.0
package io.lastfive.benchmarks.sink;

import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Entry point: what one writes in an afternoon. Polls, decodes with Avro's reader, makes JSON,
 * upserts a batch by one unnest statement, commits the database, then the offsets; at least once,
 * no dead letters, no fencing.
 */
final class BareLoop {
  private static final int HEADER_BYTES = 5;

  private BareLoop() {}

  public static void main(String[] arguments) throws Exception {
    Settings settings = Contender.settings(arguments);
    Map<String, Object> properties = new HashMap<>(settings.kafkaProperties());
    properties.put("group.id", settings.get(KnownSettings.SINK_GROUP_ID));
    properties.put("enable.auto.commit", "false");
    properties.put("auto.offset.reset", "earliest");
    properties.put("max.poll.records", "3000");
    SchemaRegistryClient registry = new SchemaRegistryClient(settings.schemaRegistryProperties());
    String schema = settings.get(KnownSettings.DATABASE_SCHEMA);
    try (KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        Connection database =
            DriverManager.getConnection(
                settings.get(KnownSettings.DATABASE_URL),
                settings.get(KnownSettings.DATABASE_USER),
                settings.get(KnownSettings.DATABASE_PASSWORD))) {
      database.setAutoCommit(false);
      consumer.subscribe(List.of(AggregateLoad.TOPIC));
      Map<Integer, GenericDatumReader<GenericRecord>> readers = new HashMap<>();
      while (true) {
        Map<String, String> newest = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          newest.put(
              new String(record.key(), StandardCharsets.UTF_8),
              new String(json(record.value(), readers, registry), StandardCharsets.UTF_8));
        }
        if (!newest.isEmpty()) {
          upsert(database, schema, newest);
          consumer.commitSync();
        }
      }
    }
  }

  private static byte[] json(
      byte[] value,
      Map<Integer, GenericDatumReader<GenericRecord>> readers,
      SchemaRegistryClient registry)
      throws IOException {
    int schemaId = ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, null);
    return AggregateLoad.json(
        readers
            .computeIfAbsent(schemaId, id -> new GenericDatumReader<>(registry.schemaById(id)))
            .read(null, decoder));
  }

  private static void upsert(Connection database, String schema, Map<String, String> newest)
      throws SQLException {
    try (PreparedStatement statement =
        database.prepareStatement(
            """
            INSERT INTO %s.customer_payments (customer_id, payments)
            SELECT * FROM unnest(?::text[], ?::jsonb[])
            ON CONFLICT (customer_id) DO UPDATE SET payments = excluded.payments
            """
                .formatted(schema))) {
      statement.setArray(1, database.createArrayOf("text", newest.keySet().toArray(String[]::new)));
      statement.setArray(2, database.createArrayOf("text", newest.values().toArray(String[]::new)));
      statement.executeUpdate();
    }
    database.commit();
  }
}
