// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.kstream.ValueTransformerWithKey;
import org.apache.kafka.streams.kstream.ValueTransformerWithKeySupplier;
import org.apache.kafka.streams.processor.ProcessorContext;
import org.jspecify.annotations.Nullable;

/** What one node does with one row of a table: the row that takes its place, or null for none. */
interface TableStep {

  RowReader reader();

  /**
   * @param value never null: a row that is gone stays gone
   */
  @Nullable Object @Nullable [] apply(
      Object key, @Nullable Object[] value, long timestamp, Headers headers);

  /** Makes a step for a task. */
  interface Factory {
    TableStep make();
  }

  static ValueTransformerWithKeySupplier<Object, @Nullable Object[], @Nullable Object[]> supplier(
      Factory factory) {
    return () -> new Transformer(factory.make());
  }

  /** A step as a node of Kafka Streams. */
  final class Transformer
      implements ValueTransformerWithKey<Object, @Nullable Object[], @Nullable Object[]> {
    private final TableStep step;
    private @Nullable ProcessorContext context;

    Transformer(TableStep step) {
      this.step = step;
    }

    @Override
    public void init(ProcessorContext processorContext) {
      context = processorContext;
    }

    @Override
    public @Nullable Object @Nullable [] transform(
        Object key, @Nullable Object @Nullable [] value) {
      ProcessorContext place = context;
      if (value == null || place == null) {
        return null;
      }
      step.reader().place(place.topic(), place.partition(), place.offset());
      return step.apply(key, value, place.timestamp(), place.headers());
    }

    @Override
    public void close() {}
  }
}
