// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Keys as {@link RowKey}, written as a format writes their columns. */
final class KeySerde {
  private KeySerde() {}

  static Serde<RowKey> of(Serde<@Nullable Object[]> columns) {
    Serializer<@Nullable Object[]> serializer = columns.serializer();
    Deserializer<@Nullable Object[]> deserializer = columns.deserializer();
    return new Serde<>() {
      @Override
      public Serializer<RowKey> serializer() {
        return (topic, key) -> key == null ? null : serializer.serialize(topic, key.columns());
      }

      @Override
      public Deserializer<RowKey> deserializer() {
        return (topic, bytes) -> {
          @Nullable Object[] key = bytes == null ? null : deserializer.deserialize(topic, bytes);
          return key == null ? null : new RowKey(key);
        };
      }
    };
  }
}
