// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** The last node of a push query. */
final class PushOutput extends ContextualProcessor<Object, @Nullable Object[], Void, Void> {
  private final RowConsumer consumer;

  PushOutput(RowConsumer consumer) {
    this.consumer = consumer;
  }

  @Override
  public void process(Record<Object, @Nullable Object[]> record) {
    consumer.accept(record.key(), record.value(), record.timestamp());
  }
}
