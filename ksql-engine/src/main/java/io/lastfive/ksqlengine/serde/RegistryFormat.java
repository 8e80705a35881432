// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.types.Column;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/** A format whose schemas are registered: columns become a schema, and a schema columns. */
public interface RegistryFormat extends Format {

  /** As the registry names it: {@code AVRO}, {@code JSON}. */
  String schemaType();

  /**
   * The schema that a source of these columns registers.
   *
   * @throws io.lastfive.ksqlengine.KsqlException where the format has no such schema
   */
  String toSchema(List<Column> columns, FormatSpec spec, boolean isKey);

  /**
   * The columns of a registered schema. A key is one column, {@code ROWKEY}; a bare value is one
   * column, {@code ROWVAL}. Names are upper-cased unless the schema was named by its id.
   *
   * @throws io.lastfive.ksqlengine.KsqlException where the schema has types that ksqlDB has not
   */
  List<Column> toColumns(RegisteredSchema schema, FormatSpec spec, boolean isKey);

  @Override
  default boolean usesSchemaRegistry() {
    return true;
  }

  @Override
  default boolean supportsWrappedSingles() {
    return true;
  }

  /** A key without columns is neither read nor written, and has no schema. */
  @Override
  default Serde<@Nullable Object[]> serde(
      List<Column> columns, FormatSpec spec, boolean isKey, String topic, SchemaStore registry) {
    validate(columns, spec, isKey);
    return isKey && columns.isEmpty()
        ? RowSerde.of(topic, bytes -> null, row -> null)
        : serde(new SinkSchema(this, columns, spec, isKey, topic, registry));
  }

  /** Reads whatever schema a record names, and writes by the one that is found for the topic. */
  Serde<@Nullable Object[]> serde(SinkSchema schema);
}
