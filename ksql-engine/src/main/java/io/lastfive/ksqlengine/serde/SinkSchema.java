// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.serde.Format.RegisteredSchema;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import io.lastfive.ksqlengine.types.Column;
import java.util.List;

/** What is needed to find the schema that a topic's records are written by. */
record SinkSchema(
    RegistryFormat format,
    List<Column> columns,
    FormatSpec spec,
    boolean isKey,
    String topic,
    SchemaStore registry) {

  SinkSchema {
    columns = List.copyOf(columns);
  }

  /** Whether the only column stands bare. */
  boolean unwrapped() {
    return format.unwraps(columns, spec, isKey);
  }

  /** Looks the schema up by its id, or registers the columns' own. */
  RegisteredSchema find() {
    return RegisteredSchemas.forWriting(format, columns, spec, isKey, topic, registry);
  }
}
