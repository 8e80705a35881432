// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.types.Column;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * How rows are written to a topic's keys or values: KAFKA, JSON, DELIMITED, AVRO, PROTOBUF, NONE.
 * Rows are {@code Object[]} in the order of the columns; a null array is a null record part.
 */
public interface Format {

  /** As in LIST STREAMS: {@code AVRO}. */
  String name();

  /** Whether columns can be inferred from, and are registered in, a schema registry. */
  boolean usesSchemaRegistry();

  /** Whether a single column may stand bare, without a record around it. */
  boolean supportsUnwrappedSingles();

  /** Whether a single column may stand in a record of one field. */
  boolean supportsWrappedSingles();

  /** The format's properties that {@link FormatSpec#properties()} may have. */
  Set<String> supportedProperties();

  /** Those of them that a query's sink takes over from its source. */
  default Set<String> inheritedProperties() {
    return Set.of();
  }

  /**
   * Whether these columns stand bare: a single key column does wherever the format can do that, a
   * single value column where {@link FormatSpec#wrapSingles()} says so or the format knows nothing
   * else.
   */
  default boolean unwraps(List<Column> columns, FormatSpec spec, boolean isKey) {
    if (columns.size() != 1 || !supportsUnwrappedSingles()) {
      return false;
    }
    return !supportsWrappedSingles() || !spec.wrapSingles().orElse(!isKey);
  }

  /** {@code WRAP_SINGLES}, {@code UNWRAP_SINGLES} or nothing, as ksqlDB names them in its plans. */
  default List<String> features(List<Column> columns, FormatSpec spec, boolean isKey) {
    if (columns.size() != 1 || !supportsUnwrappedSingles() || !supportsWrappedSingles()) {
      return List.of();
    }
    if (unwraps(columns, spec, isKey)) {
      return List.of("UNWRAP_SINGLES");
    }
    return spec.wrapSingles().isPresent() ? List.of("WRAP_SINGLES") : List.of();
  }

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
   * @param properties {@link #SCHEMA_NAME}, {@link #SCHEMA_ID}, {@link #DELIMITER}, {@link
   *     #NULLABILITY}
   * @param wrapSingles whether one column is written as a record of one field; empty: the format's
   *     default
   */
  record FormatSpec(String name, Map<String, String> properties, Optional<Boolean> wrapSingles) {
    /** The full name of the Avro record. */
    public static final String SCHEMA_NAME = "fullSchemaName";

    /** The id of the registered schema that records follow. */
    public static final String SCHEMA_ID = "schemaId";

    /** The character between columns. */
    public static final String DELIMITER = "delimiter";

    /** How Protobuf tells NULL from a default value: optional, wrapper. */
    public static final String NULLABILITY = "nullableRepresentation";

    /** Always true of Protobuf: its wrapper messages are the values they wrap. */
    public static final String UNWRAP_PRIMITIVES = "unwrapPrimitives";

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
   * @param references the texts of the schemas that it imports
   */
  record RegisteredSchema(int id, String type, String text, List<String> references) {
    public RegisteredSchema {
      references = List.copyOf(references);
    }

    public RegisteredSchema(int id, String type, String text) {
      this(id, type, text, List.of());
    }
  }
}
