// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.pipeline;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Fields of Avro records by name, whatever its case and whoever wrote the record: generated classes
 * and generic records alike, fields that may be null or are missing. A value of another type than
 * asked for is as good as none. For one thread.
 */
public final class EventFields {
  private final IdentityHashMap<Schema, Map<String, Schema.Field>> fields = new IdentityHashMap<>();

  public Optional<String> text(IndexedRecord event, String name) {
    return value(event, name)
        .filter(value -> value instanceof CharSequence || value instanceof GenericEnumSymbol<?>)
        .map(Objects::toString);
  }

  /** The decimal number with all the digits that it was written with. */
  public Optional<BigDecimal> decimal(IndexedRecord event, String name) {
    Optional<Object> value = value(event, name);
    if (value.isPresent() && value.get() instanceof ByteBuffer bytes) {
      return logicalType(event, name) instanceof LogicalTypes.Decimal decimal
          ? Optional.of(new BigDecimal(unscaled(bytes), decimal.getScale()))
          : Optional.empty();
    }
    return value.filter(BigDecimal.class::isInstance).map(BigDecimal.class::cast);
  }

  /** The time of a timestamp in milliseconds. */
  public Optional<Instant> time(IndexedRecord event, String name) {
    Optional<Object> value = value(event, name);
    if (value.isPresent() && value.get() instanceof Long millis) {
      return logicalType(event, name) instanceof LogicalTypes.TimestampMillis
          ? Optional.of(Instant.ofEpochMilli(millis))
          : Optional.empty();
    }
    return value.filter(Instant.class::isInstance).map(Instant.class::cast);
  }

  /** The field's value; empty where it is null or there is no such field. */
  public Optional<Object> value(IndexedRecord event, String name) {
    return field(event, name).map(field -> event.get(field.pos()));
  }

  private static BigInteger unscaled(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return new BigInteger(bytes);
  }

  private @Nullable LogicalType logicalType(IndexedRecord event, String name) {
    return field(event, name)
        .map(field -> withoutNull(field.schema()))
        .map(Schema::getLogicalType)
        .orElse(null);
  }

  private static Schema withoutNull(Schema schema) {
    return schema.isUnion()
        ? schema.getTypes().stream()
            .filter(type -> type.getType() != Schema.Type.NULL)
            .findFirst()
            .orElse(schema)
        : schema;
  }

  private Optional<Schema.Field> field(IndexedRecord event, String name) {
    Map<String, Schema.Field> known =
        fields.computeIfAbsent(event.getSchema(), EventFields::byLowerCaseName);
    return Optional.ofNullable(known.get(name));
  }

  private static Map<String, Schema.Field> byLowerCaseName(Schema schema) {
    Map<String, Schema.Field> byName = new HashMap<>();
    schema
        .getFields()
        .forEach(field -> byName.putIfAbsent(field.name().toLowerCase(Locale.ROOT), field));
    return byName;
  }
}
