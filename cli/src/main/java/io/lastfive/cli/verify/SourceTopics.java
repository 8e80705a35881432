// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import io.lastfive.cli.pipeline.KafkaReads;
import io.lastfive.cli.pipeline.PipelineTopics;
import io.lastfive.registry.LastfiveAvroDeserializer;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * The payment events' topics, read from their beginnings: up to a cut, which says what is expected,
 * and then further, to know what may have come since. What is no payment is counted by reason. For
 * one thread.
 */
public final class SourceTopics implements AutoCloseable {
  private static final int BETWEEN_REPORTS = 10_000;

  /**
   * Records that do not pass for one reason.
   *
   * @param first topic-partition@offset of the first of them
   */
  public record LeftOut(String reason, long records, String first) {}

  private final TopicScan scan;
  private final LastfiveAvroDeserializer values;
  private final ExpectedPayments expected;
  private final Map<TopicPartition, Long> cut;
  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<String, LeftOut> leftOut = new TreeMap<>();
  private final Map<String, List<ExpectedPayment>> since = new HashMap<>();

  private SourceTopics(
      KafkaReads kafka, Settings settings, ExpectedPayments expected, BooleanSupplier stop) {
    this.scan = new TopicScan(kafka, PipelineTopics.SOURCES, stop);
    this.values = new LastfiveAvroDeserializer();
    values.configure(new HashMap<>(settings.schemaRegistryProperties()), false);
    this.expected = expected;
    this.cut = Map.copyOf(scan.ends());
  }

  /**
   * Where the topics end now is the cut.
   *
   * @param stop whether to read no further
   */
  static SourceTopics open(
      KafkaReads kafka, Settings settings, ExpectedPayments expected, BooleanSupplier stop) {
    return new SourceTopics(kafka, settings, expected, stop);
  }

  /**
   * Hands every event to {@code expected}, up to where the topics end now.
   *
   * @return how many records each topic has, by topic
   */
  public static Map<String, Long> read(Settings settings, ExpectedPayments expected) {
    try (KafkaReads kafka = new KafkaReads(settings);
        SourceTopics topics = open(kafka, settings, expected, () -> false)) {
      topics.readToCut(read -> {});
      return topics.counts();
    }
  }

  Map<TopicPartition, Long> cut() {
    return cut;
  }

  /** Topics whose oldest records are deleted already, by retention or by hand. */
  List<String> truncated() {
    return scan.beginnings().entrySet().stream()
        .filter(beginning -> beginning.getValue() > 0)
        .map(beginning -> beginning.getKey().topic())
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * @param progress hears now and then how many records were read
   */
  void readToCut(LongConsumer progress) {
    long[] read = {0};
    scan.readTo(
        cut,
        record -> {
          take(record);
          if (++read[0] % BETWEEN_REPORTS == 0) {
            progress.accept(read[0]);
          }
        });
  }

  /** Reads to where the topics end now. */
  void readOn() {
    scan.readTo(scan.ends(), this::take);
  }

  /** The payments of the customer that came after the cut, as far as they are read. */
  List<ExpectedPayment> since(String customerId) {
    return since.getOrDefault(customerId, List.of());
  }

  /** How many records each topic has up to the cut. */
  Map<String, Long> counts() {
    return counts;
  }

  /** What did not pass, up to the cut. */
  List<LeftOut> leftOut() {
    return List.copyOf(leftOut.values());
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    boolean beforeCut =
        record.offset()
            < cut.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L);
    Optional<String> customerId =
        Optional.ofNullable(record.key()).map(key -> new String(key, StandardCharsets.UTF_8));
    if (beforeCut) {
      counts.merge(record.topic(), 1L, Long::sum);
      takeExpected(record, customerId.orElse(null));
    } else {
      takeSince(record, customerId);
    }
  }

  private void takeExpected(ConsumerRecord<byte[], byte[]> record, @Nullable String customerId) {
    Optional<IndexedRecord> event = event(record);
    if (event.isEmpty()) {
      leaveOut(record.value() == null ? "no value" : "unreadable", record);
      return;
    }
    expected
        .add(channel(record), customerId, event.get())
        .ifPresent(reason -> leaveOut(reason, record));
  }

  private void takeSince(ConsumerRecord<byte[], byte[]> record, Optional<String> customerId) {
    Optional<IndexedRecord> event = event(record);
    if (customerId.isPresent() && event.isPresent()) {
      expected
          .normalized(channel(record), customerId.get(), event.get())
          .payment()
          .ifPresent(
              payment ->
                  since.computeIfAbsent(customerId.get(), id -> new ArrayList<>()).add(payment));
    }
  }

  private void leaveOut(String reason, ConsumerRecord<byte[], byte[]> record) {
    LeftOut one =
        new LeftOut(
            reason, 1, "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset()));
    leftOut.merge(
        reason, one, (known, more) -> new LeftOut(reason, known.records() + 1, known.first()));
  }

  private static PaymentEvent channel(ConsumerRecord<byte[], byte[]> record) {
    return PaymentEvent.ofTopic(record.topic()).orElseThrow();
  }

  private Optional<IndexedRecord> event(ConsumerRecord<byte[], byte[]> record) {
    try {
      return values.deserialize(record.topic(), record.value()) instanceof IndexedRecord event
          ? Optional.of(event)
          : Optional.empty();
    } catch (SerializationException unreadable) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    scan.close();
    values.close();
  }
}
