// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.types.Column;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * How rows are written to a topic's keys or values: KAFKA, JSON, DELIMITED, AVRO, NONE. Rows are
 * {@code Object[]} in the order of the columns; a null array is a null record part.
 */
public interface Format {

  /** As in LIST STREAMS: {@code AVRO}. */
  String name();

  /** Whether columns can be inferred from, and are registered in, a schema registry. */
  boolean usesSchemaRegistry();

  /** Whether a single value column may stand bare, without a record around it. */
  boolean supportsUnwrappedSingles();

  /**
   * Refuses columns and properties the format cannot carry, with ksqlDB's words.
   *
   * @throws io.lastfive.ksqlengine.KsqlException for instance {@code The 'KAFKA' format does not
   *     support type 'ARRAY', column: ...}
   */
  void validate(List<Column> columns, FormatSpec spec, boolean isKey);

  /**
   * A serializer and deserializer of rows.
   *
   * @param spec the format's properties and whether a single column is wrapped
   * @param registry schemas, for the formats that use one
   * @throws io.lastfive.ksqlengine.KsqlException where columns and registered schema do not agree
   */
  Serde<@Nullable Object[]> serde(
      List<Column> columns, FormatSpec spec, boolean isKey, String topic, SchemaStore registry);

  /**
   * A format with its properties.
   *
   * @param name {@code AVRO}
   * @param properties {@code fullSchemaName}, {@code schemaId}, {@code delimiter}
   * @param wrapSingles whether one column is written as a record of one field; empty: the format's
   *     default
   */
  record FormatSpec(String name, Map<String, String> properties, Optional<Boolean> wrapSingles) {
    public FormatSpec {
      properties = Map.copyOf(properties);
    }

    public static FormatSpec of(String name) {
      return new FormatSpec(name, Map.of(), Optional.empty());
    }
  }

  /** What formats need of a schema registry; in tests a map stands behind it. */
  interface SchemaStore {

    Optional<RegisteredSchema> latest(String subject);

    Optional<RegisteredSchema> byId(int id);

    /** Registers where it is new, and returns the id either way. */
    int register(String subject, String schemaType, String schema);

    /** Whether a registry is there at all. */
    boolean available();
  }

  /**
   * @param type AVRO, JSON or PROTOBUF
   */
  record RegisteredSchema(int id, String type, String text) {}
}
