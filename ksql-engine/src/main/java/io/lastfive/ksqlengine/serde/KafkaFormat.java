// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/** One column, written by Kafka's own serializers. */
final class KafkaFormat implements Format {
  private static final Map<SqlType, Serde<?>> SERDES =
      Map.of(
          SqlType.INTEGER, Serdes.Integer(),
          SqlType.BIGINT, Serdes.Long(),
          SqlType.DOUBLE, Serdes.Double(),
          SqlType.STRING, Serdes.String(),
          SqlType.BYTES, Serdes.ByteArray());

  @Override
  public String name() {
    return "KAFKA";
  }

  @Override
  public boolean usesSchemaRegistry() {
    return false;
  }

  @Override
  public boolean supportsUnwrappedSingles() {
    return true;
  }

  @Override
  public boolean supportsWrappedSingles() {
    return false;
  }

  @Override
  public Set<String> supportedProperties() {
    return Set.of();
  }

  @Override
  public void validate(List<Column> columns, FormatSpec spec, boolean isKey) {
    FormatRules.validate(this, columns, spec, isKey);
    if (columns.size() > 1) {
      throw FormatRules.refusal(
          this,
          columns,
          spec,
          isKey,
          "The 'KAFKA' format only supports a single field. Got: "
              + FormatRules.describe(columns, isKey));
    }
    for (Column column : columns) {
      if (!SERDES.containsKey(column.type())) {
        throw FormatRules.refusal(
            this,
            columns,
            spec,
            isKey,
            "The 'KAFKA' format does not support type '" + column.type().baseName() + "'");
      }
    }
  }

  @Override
  public Serde<@Nullable Object[]> serde(
      List<Column> columns, FormatSpec spec, boolean isKey, String topic, SchemaStore registry) {
    validate(columns, spec, isKey);
    if (columns.isEmpty()) {
      return RowSerde.of(topic, bytes -> null, row -> null);
    }
    SqlType type = columns.get(0).type();
    @SuppressWarnings("unchecked") // the map pairs each type with the serde of its Java class
    Serde<Object> serde = (Serde<Object>) Objects.requireNonNull(SERDES.get(type));
    return RowSerde.of(
        topic, bytes -> read(serde, type, topic, bytes), row -> write(serde, topic, row[0]));
  }

  private static @Nullable Object[] read(
      Serde<Object> serde, SqlType type, String topic, byte[] bytes) {
    try {
      Object value = serde.deserializer().deserialize(topic, bytes);
      return new Object[] {type == SqlType.BYTES ? ByteBuffer.wrap((byte[]) value) : value};
    } catch (SerializationException e) {
      throw new UnreadableRecordException(
          bytes.length + " bytes are not a " + type.baseName() + " of the KAFKA format", e);
    }
  }

  private static byte @Nullable [] write(
      Serde<Object> serde, String topic, @Nullable Object value) {
    if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return bytes;
    }
    return value == null ? null : serde.serializer().serialize(topic, value);
  }
}
