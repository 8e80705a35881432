// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.types.Column;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/** JSON text without a registered schema. */
final class JsonFormat implements Format {
  private static final byte[] NO_PREFIX = {};

  @Override
  public String name() {
    return "JSON";
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
    return true;
  }

  @Override
  public Set<String> supportedProperties() {
    return Set.of();
  }

  @Override
  public void validate(List<Column> columns, FormatSpec spec, boolean isKey) {
    FormatRules.validate(this, columns, spec, isKey);
    requireStringMapKeys(this, columns, spec, isKey);
  }

  static void requireStringMapKeys(
      Format format, List<Column> columns, FormatSpec spec, boolean isKey) {
    if (columns.stream().anyMatch(column -> FormatRules.hasMapWithoutStringKeys(column.type()))) {
      throw FormatRules.refusal(
          format, columns, spec, isKey, "JSON only supports MAP types with STRING keys");
    }
  }

  @Override
  public Serde<@Nullable Object[]> serde(
      List<Column> columns, FormatSpec spec, boolean isKey, String topic, SchemaStore registry) {
    validate(columns, spec, isKey);
    if (isKey && columns.isEmpty()) {
      return RowSerde.of(topic, bytes -> null, row -> null);
    }
    boolean unwrapped = unwraps(columns, spec, isKey);
    JsonRows.Reader reader = JsonRows.reader(columns, unwrapped);
    JsonRows.Writer writer = JsonRows.writer(columns, unwrapped);
    return RowSerde.of(topic, bytes -> reader.read(bytes, 0), row -> writer.write(NO_PREFIX, row));
  }
}
