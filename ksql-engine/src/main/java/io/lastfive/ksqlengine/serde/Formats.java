// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.types.Column;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The formats by name, and the rules that hold for all of them. */
public final class Formats {
  private static final Format KAFKA = new KafkaFormat();
  private static final Format NONE = new NoneFormat();
  private static final Format JSON = new JsonFormat();
  private static final Format JSON_SR = new JsonSchemaFormat();
  private static final Format DELIMITED = new DelimitedFormat();
  private static final Format AVRO = new AvroFormat();
  private static final Format PROTOBUF = new ProtobufFormat();
  private static final Format PROTOBUF_NOSR = new PlainProtobufFormat();

  private Formats() {}

  /**
   * The format of that name, whatever its case.
   *
   * @throws KsqlException {@code Unknown format: NOPE}
   */
  public static Format of(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return switch (upper) {
      case "KAFKA" -> KAFKA;
      case "NONE" -> NONE;
      case "JSON" -> JSON;
      case "JSON_SR" -> JSON_SR;
      case "DELIMITED" -> DELIMITED;
      case "AVRO" -> AVRO;
      case "PROTOBUF" -> PROTOBUF;
      case "PROTOBUF_NOSR" -> PROTOBUF_NOSR;
      default -> throw new KsqlException("Unknown format: " + upper);
    };
  }

  public static Format of(FormatSpec spec) {
    return of(spec.name());
  }

  /**
   * Whether a single value column is wrapped, as {@link FormatSpec#wrapSingles()} wants it.
   *
   * @param explicit {@code WRAP_SINGLE_VALUE} of the statement
   * @param config {@code ksql.persistence.wrap.single.values}, which says nothing about formats
   *     that know only one of the two ways
   * @throws KsqlException where the statement asks for what cannot be
   */
  public static Optional<Boolean> wrapSingleValue(
      Format format,
      List<Column> valueColumns,
      Optional<Boolean> explicit,
      Optional<Boolean> config) {
    if (explicit.isPresent()) {
      boolean wrap = explicit.get();
      boolean possible = wrap ? format.supportsWrappedSingles() : format.supportsUnwrappedSingles();
      if (!possible) {
        throw new KsqlException(
            "Format '"
                + format.name()
                + "' does not support 'WRAP_SINGLE_VALUE' set to '"
                + wrap
                + "'.");
      }
      if (valueColumns.size() != 1) {
        throw new KsqlException("'WRAP_SINGLE_VALUE' is only valid for single-field value schemas");
      }
    }
    if (valueColumns.size() != 1
        || !format.supportsWrappedSingles()
        || !format.supportsUnwrappedSingles()) {
      return Optional.empty();
    }
    return explicit.isPresent() ? explicit : config;
  }
}
