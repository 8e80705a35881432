// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import io.lastfive.cli.pipeline.KafkaReads;
import io.lastfive.settings.UnavailableError;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Topics read from their beginnings, a piece further at each call, in the order of each partition.
 * For one thread.
 */
final class TopicScan implements AutoCloseable {
  private static final Duration POLL = Duration.ofSeconds(1);

  /** Large answers: millions of records are to be read in seconds. */
  private static final Map<String, String> TUNING =
      Map.of(
          ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "20000",
          ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "8388608",
          ConsumerConfig.FETCH_MAX_BYTES_CONFIG, "33554432",
          ConsumerConfig.RECEIVE_BUFFER_CONFIG, "1048576");

  private final KafkaReads kafka;
  private final List<TopicPartition> partitions;
  private final Consumer<byte[], byte[]> consumer;
  private final BooleanSupplier stop;

  /** What to do with a record. */
  interface Taker {
    void take(ConsumerRecord<byte[], byte[]> record);
  }

  /**
   * @param stop whether to read no further
   * @throws io.lastfive.settings.UserError where a topic is not there
   */
  TopicScan(KafkaReads kafka, Collection<String> topics, BooleanSupplier stop) {
    this.kafka = kafka;
    this.stop = stop;
    this.partitions = kafka.partitionsOfAll(topics);
    this.consumer = kafka.consumer(TUNING);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  Map<TopicPartition, Long> beginnings() {
    return kafka.beginnings(partitions);
  }

  Map<TopicPartition, Long> ends() {
    return kafka.ends(partitions);
  }

  /**
   * Hands over what lies between where the last call ended and {@code ends}, and some more.
   *
   * @throws UnavailableError where it was stopped before
   */
  void readTo(Map<TopicPartition, Long> ends, Taker taker) {
    try {
      while (!isAt(ends)) {
        if (stop.getAsBoolean()) {
          throw new UnavailableError("Stopped before everything was read: nothing is known.");
        }
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        records.forEach(taker::take);
        if (records.isEmpty()) {
          // A consumer waits for a lost broker forever; this asks, and says so.
          ends();
        }
      }
    } catch (KafkaException failed) {
      throw kafka.explained(failed);
    }
  }

  private boolean isAt(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  @Override
  public void close() {
    consumer.close();
  }
}
