// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.types.Column;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/** The key of a stream that has none: whatever stands there is not read, and null is written. */
final class NoneFormat implements Format {

  @Override
  public String name() {
    return "NONE";
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
    return false;
  }

  @Override
  public Set<String> supportedProperties() {
    return Set.of();
  }

  @Override
  public void validate(List<Column> columns, FormatSpec spec, boolean isKey) {
    FormatRules.validate(this, columns, spec, isKey);
    if (!columns.isEmpty()) {
      throw FormatRules.refusal(
          this,
          columns,
          spec,
          isKey,
          "The 'NONE' format can only be used when no columns are defined. Got: "
              + FormatRules.describe(columns, isKey));
    }
  }

  @Override
  public Serde<@Nullable Object[]> serde(
      List<Column> columns, FormatSpec spec, boolean isKey, String topic, SchemaStore registry) {
    return RowSerde.of(topic, bytes -> null, row -> null);
  }
}
