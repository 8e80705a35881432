// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Makes Kafka's serde of a way to read rows and a way to write them: null stays null, and what goes
 * wrong names the topic. Safe for several threads where reader and writer are.
 */
final class RowSerde {
  private RowSerde() {}

  /** Bytes to a row; a null row is a null part of the record. */
  @FunctionalInterface
  interface Reader {
    @Nullable Object @Nullable [] read(byte[] bytes);
  }

  /** A row to bytes; null bytes are a null part of the record. */
  @FunctionalInterface
  interface Writer {
    byte @Nullable [] write(@Nullable Object[] row);
  }

  static Serde<@Nullable Object[]> of(String topic, Reader reader, Writer writer) {
    return Serdes.serdeFrom(new RowSerializer(topic, writer), new RowDeserializer(topic, reader));
  }

  private record RowSerializer(String target, Writer writer)
      implements Serializer<@Nullable Object[]> {
    @Override
    public byte @Nullable [] serialize(String topic, @Nullable Object @Nullable [] row) {
      if (row == null) {
        return null;
      }
      try {
        return writer.write(row);
      } catch (UnwritableRecordException e) {
        throw new UnwritableRecordException("Error serializing message to topic: " + target, e);
      }
    }
  }

  private record RowDeserializer(String source, Reader reader)
      implements Deserializer<@Nullable Object[]> {
    @Override
    public @Nullable Object @Nullable [] deserialize(String topic, byte @Nullable [] bytes) {
      if (bytes == null) {
        return null;
      }
      try {
        return reader.read(bytes);
      } catch (UnreadableRecordException e) {
        throw new UnreadableRecordException("Error deserializing message from topic: " + source, e);
      }
    }
  }
}
