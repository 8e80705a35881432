// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.types.Column;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/** Protobuf without a schema registry: the bare message that the columns make. */
final class PlainProtobufFormat implements Format {

  @Override
  public String name() {
    return "PROTOBUF_NOSR";
  }

  @Override
  public boolean usesSchemaRegistry() {
    return false;
  }

  @Override
  public boolean supportsUnwrappedSingles() {
    return false;
  }

  @Override
  public boolean supportsWrappedSingles() {
    return true;
  }

  @Override
  public Set<String> supportedProperties() {
    return Set.of(FormatSpec.NULLABILITY);
  }

  @Override
  public void validate(List<Column> columns, FormatSpec spec, boolean isKey) {
    ProtobufFormat.validate(this, columns, spec, isKey);
  }

  @Override
  public Serde<@Nullable Object[]> serde(
      List<Column> columns, FormatSpec spec, boolean isKey, String topic, SchemaStore registry) {
    validate(columns, spec, isKey);
    if (isKey && columns.isEmpty()) {
      return RowSerde.of(topic, bytes -> null, row -> null);
    }
    ProtobufMessage message =
        ProtobufFile.parse(ProtobufFormat.schemaText(columns, spec), List.of()).first();
    ProtobufReader reader = new ProtobufReader(message, ProtobufFormat.fields(columns));
    ProtobufWriter writer = new ProtobufWriter(message, ProtobufFormat.fields(columns));
    return RowSerde.of(
        topic,
        bytes -> reader.read(new ProtobufInput(bytes, 0)),
        row -> {
          ProtobufOutput out = new ProtobufOutput();
          writer.write(row, out);
          return out.toByteArray();
        });
  }
}
