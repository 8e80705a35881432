// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.types.Column;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * JSON text in Confluent's wire format, with a registered schema. Records are read by the columns:
 * the id before them is passed over.
 */
final class JsonSchemaFormat implements RegistryFormat {

  @Override
  public String name() {
    return "JSON_SR";
  }

  @Override
  public String schemaType() {
    return "JSON";
  }

  @Override
  public boolean supportsUnwrappedSingles() {
    return true;
  }

  @Override
  public Set<String> supportedProperties() {
    return Set.of(FormatSpec.SCHEMA_ID);
  }

  @Override
  public void validate(List<Column> columns, FormatSpec spec, boolean isKey) {
    FormatRules.validate(this, columns, spec, isKey);
    JsonFormat.requireStringMapKeys(this, columns, spec, isKey);
  }

  @Override
  public String toSchema(List<Column> columns, FormatSpec spec, boolean isKey) {
    return JsonSchemas.ofColumns(columns, unwraps(columns, spec, isKey));
  }

  @Override
  public List<Column> toColumns(RegisteredSchema schema, FormatSpec spec, boolean isKey) {
    if (!schema.type().equals("JSON")) {
      throw new KsqlException(
          "Schema " + schema.id() + " is no JSON schema but one of type " + schema.type());
    }
    return JsonSchemas.toColumns(
        schema.text(),
        isKey || !spec.wrapSingles().orElse(true),
        isKey ? "ROWKEY" : "ROWVAL",
        spec.properties().containsKey(FormatSpec.SCHEMA_ID));
  }

  @Override
  public Serde<@Nullable Object[]> serde(SinkSchema schema) {
    JsonRows.Reader reader = JsonRows.reader(schema.columns(), schema.unwrapped());
    return RowSerde.of(
        schema.topic(),
        bytes -> {
          WireFormat.schemaId(bytes);
          return reader.read(bytes, WireFormat.LENGTH);
        },
        new Writer(schema));
  }

  /** Looks its schema up, or registers it, with the first record. */
  private static final class Writer implements RowSerde.Writer {
    private final SinkSchema schema;
    private final JsonRows.Writer rows;
    private volatile byte @Nullable [] prefix;

    Writer(SinkSchema schema) {
      this.schema = schema;
      this.rows = JsonRows.writer(schema.columns(), schema.unwrapped());
    }

    @Override
    public byte @Nullable [] write(@Nullable Object[] row) {
      byte[] known = prefix;
      if (known == null) {
        known = WireFormat.prefix(schema.find().id());
        prefix = known;
      }
      return rows.write(known, row);
    }
  }
}
