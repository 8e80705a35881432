// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.operate;

import io.lastfive.customersink.consume.TopicScan;
import io.lastfive.customersink.write.CustomerRows;
import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Removes a customer where that can be done: a tombstone into the aggregate's topic, after which
 * compaction removes the values before it, and the row. Says what stays. Running it again does no
 * harm.
 */
public final class Erasure {
  private static final List<String> REMAINS =
      List.of(
          "Payment topics and PAYMENT-OUTPUT keep the customer's payments until topics.retention has passed.",
          "ksqlDB's last five of the customer stays in its store and changelog: another payment of the customer brings the row back, earlier payments with it.",
          "Earlier values in the aggregate's topic are gone once Kafka has compacted it, the tombstone itself some time later.",
          "PostgreSQL frees the row's space when it vacuums; backups and replicas' archives keep it until they expire.");

  private Erasure() {}

  /**
   * What was done.
   *
   * @param tombstone topic, partition and offset of the tombstone
   * @param rowRemoved whether there was a row
   * @param remains what could not be removed, a sentence each
   */
  public record Result(
      String customerId, String tombstone, boolean rowRemoved, List<String> remains) {
    public Result {
      remains = List.copyOf(remains);
    }
  }

  /** Erases one customer. */
  public static Result run(Settings settings, String customerId) {
    String topic = settings.get(KnownSettings.SINK_TOPIC);
    try (TopicScan scan = TopicScan.open(settings);
        Connection connection = SinkDatabase.connect(settings)) {
      boolean found = CustomerRows.exists(connection, customerId);
      RecordMetadata tombstone = send(settings, scan.topic(), customerId);
      // A sink that lags writes the row again, and removes it when it comes to the tombstone.
      CustomerRows.remove(connection, customerId);
      return new Result(
          customerId,
          "%s-%d@%d".formatted(topic, tombstone.partition(), tombstone.offset()),
          found,
          REMAINS);
    } catch (SQLException e) {
      throw SinkDatabase.refusal(settings, e);
    }
  }

  private static RecordMetadata send(Settings settings, String topic, String customerId) {
    Map<String, Object> properties = new HashMap<>(settings.kafkaProperties());
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      return producer
          .send(new ProducerRecord<>(topic, customerId.getBytes(StandardCharsets.UTF_8), null))
          .get();
    } catch (ExecutionException failed) {
      throw new UnavailableError(
          "the tombstone was not written to topic '%s': %s. Nothing was erased; check the right to write there."
              .formatted(
                  topic, failed.getCause() == null ? failed : failed.getCause().getMessage()),
          failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UnavailableError("stopped before Kafka answered", interrupted);
    }
  }
}
