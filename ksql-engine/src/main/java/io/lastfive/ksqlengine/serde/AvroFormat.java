// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.types.Column;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/** Avro in Confluent's wire format. */
final class AvroFormat implements RegistryFormat {

  @Override
  public String name() {
    return "AVRO";
  }

  @Override
  public String schemaType() {
    return "AVRO";
  }

  @Override
  public boolean supportsUnwrappedSingles() {
    return true;
  }

  @Override
  public Set<String> supportedProperties() {
    return Set.of(FormatSpec.SCHEMA_NAME, FormatSpec.SCHEMA_ID);
  }

  @Override
  public void validate(List<Column> columns, FormatSpec spec, boolean isKey) {
    FormatRules.validate(this, columns, spec, isKey);
    if (columns.stream().anyMatch(column -> FormatRules.hasMapWithoutStringKeys(column.type()))) {
      throw FormatRules.refusal(
          this, columns, spec, isKey, "Avro only supports MAPs with STRING keys");
    }
    if (!(isKey && columns.isEmpty())) {
      schemaOf(columns, spec, isKey);
    }
  }

  @Override
  public String toSchema(List<Column> columns, FormatSpec spec, boolean isKey) {
    return schemaOf(columns, spec, isKey).toString();
  }

  private Schema schemaOf(List<Column> columns, FormatSpec spec, boolean isKey) {
    String name = spec.properties().getOrDefault(FormatSpec.SCHEMA_NAME, AvroSchemas.DEFAULT_NAME);
    if (name.isBlank()) {
      throw new KsqlException(
          "fullSchemaName cannot be empty. Format configuration: " + spec.properties());
    }
    try {
      return AvroSchemas.ofColumns(columns, name, unwraps(columns, spec, isKey));
    } catch (AvroRuntimeException e) {
      throw FormatRules.refusal(
          this, columns, spec, isKey, "Schema is not compatible with Avro: " + e.getMessage());
    }
  }

  @Override
  public List<Column> toColumns(RegisteredSchema schema, FormatSpec spec, boolean isKey) {
    boolean unwrapped = isKey || !spec.wrapSingles().orElse(true);
    return AvroSchemas.toColumns(
        parse(schema),
        unwrapped,
        isKey ? "ROWKEY" : "ROWVAL",
        spec.properties().containsKey(FormatSpec.SCHEMA_ID));
  }

  private static Schema parse(RegisteredSchema schema) {
    if (!schema.type().equals("AVRO")) {
      throw new KsqlException(
          "Schema " + schema.id() + " is no Avro schema but one of type " + schema.type());
    }
    return new Schema.Parser().parse(schema.text());
  }

  @Override
  public Serde<@Nullable Object[]> serde(SinkSchema schema) {
    return RowSerde.of(
        schema.topic(),
        new Reader(schema.columns(), schema.unwrapped(), schema.registry()),
        new Writer(schema));
  }

  /** Keeps one compiled reader for each writer's schema. */
  private static final class Reader implements RowSerde.Reader {
    private final List<Column> columns;
    private final boolean unwrapped;
    private final SchemaStore registry;
    private final Map<Integer, AvroValueReader.RowReader> readers = new ConcurrentHashMap<>();

    Reader(List<Column> columns, boolean unwrapped, SchemaStore registry) {
      this.columns = columns;
      this.unwrapped = unwrapped;
      this.registry = registry;
    }

    @Override
    public @Nullable Object @Nullable [] read(byte[] bytes) {
      int id = WireFormat.schemaId(bytes);
      AvroValueReader.RowReader reader = readers.get(id);
      if (reader == null) {
        reader = readers.computeIfAbsent(id, this::compile);
      }
      return reader.read(new ByteReader(bytes, WireFormat.LENGTH));
    }

    private AvroValueReader.RowReader compile(int id) {
      RegisteredSchema schema = WireFormat.schema(id, "AVRO", registry);
      return AvroValueReader.rows(parse(schema), columns, unwrapped);
    }
  }

  /** Looks its schema up, or registers it, with the first record. */
  private static final class Writer implements RowSerde.Writer {
    private final SinkSchema schema;
    private final boolean unwrapped;
    private volatile @Nullable Registered registered;

    /** A guess at the next record's: threads may set it in any order. */
    private int lastSize = 256;

    Writer(SinkSchema schema) {
      this.schema = schema;
      this.unwrapped = schema.unwrapped();
    }

    private record Registered(int id, AvroValueWriter.RowWriter rows) {}

    @Override
    public byte @Nullable [] write(@Nullable Object[] row) {
      if (unwrapped && row[0] == null) {
        return null;
      }
      Registered known = registered;
      if (known == null) {
        known = register();
        registered = known;
      }
      ByteWriter out = new ByteWriter(lastSize + lastSize / 4);
      out.writeByte(0);
      out.writeFixedInt(known.id());
      known.rows().write(row, out);
      lastSize = out.size();
      return out.toByteArray();
    }

    private Registered register() {
      RegisteredSchema found = schema.find();
      return new Registered(
          found.id(), AvroValueWriter.rows(parse(found), schema.columns(), unwrapped));
    }
  }
}
