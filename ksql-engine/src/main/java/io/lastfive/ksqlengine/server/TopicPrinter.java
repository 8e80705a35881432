// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.serde.RecordText;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** PRINT: the records of any topic as text, a line a record. */
final class TopicPrinter {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss.SSS 'Z'").withZone(ZoneOffset.UTC);

  private final KsqlEngine engine;
  private final RecordText text;

  TopicPrinter(KsqlEngine engine) {
    this.engine = engine;
    this.text = new RecordText(engine.schemas());
  }

  /** Takes a line. */
  @FunctionalInterface
  interface LineReceiver {
    void line(String line) throws InterruptedException;
  }

  /**
   * @throws KsqlException where there is no such topic
   */
  void refuseUnknown(Statement.PrintTopic print) {
    partitions(print);
  }

  private int partitions(Statement.PrintTopic print) {
    return engine
        .topics()
        .find(print.topic())
        .orElseThrow(
            () ->
                new KsqlException(
                    "Could not find topic '"
                        + print.topic()
                        + "', or the KSQL user does not have permissions to list the topic. "
                        + "Topic names are case-sensitive."))
        .partitions();
  }

  /** Prints until the LIMIT is reached or the reader has gone. */
  void print(Statement.PrintTopic print, BooleanSupplier gone, LineReceiver receiver)
      throws InterruptedException {
    int partitions = partitions(print);
    List<TopicPartition> all =
        IntStream.range(0, partitions).mapToObj(i -> new TopicPartition(print.topic(), i)).toList();
    Map<String, Object> settings = new HashMap<>(engine.config().kafka());
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(all);
      if (print.fromBeginning()) {
        consumer.seekToBeginning(all);
      } else {
        consumer.seekToEnd(all);
      }
      copy(consumer, print, gone, receiver);
    }
  }

  private void copy(
      KafkaConsumer<byte[], byte[]> consumer,
      Statement.PrintTopic print,
      BooleanSupplier gone,
      LineReceiver receiver)
      throws InterruptedException {
    int interval = print.interval().orElse(1);
    int limit = print.limit().orElse(Integer.MAX_VALUE);
    int seen = 0;
    int printed = 0;
    while (printed < limit && !gone.getAsBoolean()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (seen++ % interval == 0) {
          receiver.line(line(record));
          printed++;
          if (printed == limit) {
            return;
          }
        }
      }
    }
  }

  private String line(ConsumerRecord<byte[], byte[]> record) {
    return "rowtime: "
        + TIME.format(Instant.ofEpochMilli(record.timestamp()))
        + ", key: "
        + text.printKey(record.key())
        + ", value: "
        + text.print(record.value())
        + ", partition: "
        + record.partition()
        + "\n";
  }
}
