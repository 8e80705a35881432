// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import java.util.Optional;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What one node of a topology does with one row: any number of rows may come out. A step is made
 * anew for each task, so it may keep a {@link RowReader} and buffers.
 */
interface StreamStep {

  /** Takes the rows that come out. */
  interface Output {
    /**
     * @param timestamp of the record that carries the row
     */
    void row(@Nullable Object key, @Nullable Object @Nullable [] value, long timestamp);
  }

  RowReader reader();

  /**
   * @param key a {@link RowKey}, one with its window around it, or null
   * @param value null where the record has none
   */
  void process(
      @Nullable Object key,
      @Nullable Object @Nullable [] value,
      long timestamp,
      org.apache.kafka.common.header.Headers headers,
      Output output);

  /** Makes a step for a task. */
  interface Factory {
    StreamStep make();
  }

  /** As a node that may give records another key. */
  static ProcessorSupplier<Object, @Nullable Object[], Object, @Nullable Object[]> rekeying(
      Factory factory) {
    return () ->
        new ContextualProcessor<>() {
          private final StreamStep step = factory.make();
          private Record<Object, @Nullable Object[]> current = NONE;
          private final Output output =
              (key, value, timestamp) ->
                  context().forward(current.withKey(key).withValue(value).withTimestamp(timestamp));

          @Override
          public void process(Record<Object, @Nullable Object[]> record) {
            current = record;
            place(step, context().recordMetadata());
            step.process(
                record.key(), record.value(), record.timestamp(), record.headers(), output);
          }
        };
  }

  /** As a node that leaves keys as they are. */
  static FixedKeyProcessorSupplier<Object, @Nullable Object[], @Nullable Object[]> keepingKeys(
      Factory factory) {
    return () ->
        new ContextualFixedKeyProcessor<>() {
          private final StreamStep step = factory.make();
          private @Nullable FixedKeyRecord<Object, @Nullable Object[]> current;
          private final Output output =
              (key, value, timestamp) -> {
                FixedKeyRecord<Object, @Nullable Object[]> record = current;
                if (record != null) {
                  context().forward(record.withValue(value).withTimestamp(timestamp));
                }
              };

          @Override
          public void process(FixedKeyRecord<Object, @Nullable Object[]> record) {
            current = record;
            place(step, context().recordMetadata());
            step.process(
                record.key(), record.value(), record.timestamp(), record.headers(), output);
          }
        };
  }

  @SuppressWarnings("NullAway") // a record before the first: it is never forwarded
  Record<Object, @Nullable Object[]> NONE = new Record<>(null, null, 0L);

  static void place(StreamStep step, Optional<RecordMetadata> metadata) {
    if (metadata.isPresent()) {
      RecordMetadata place = metadata.get();
      step.reader().place(place.topic(), place.partition(), place.offset());
    }
  }
}
