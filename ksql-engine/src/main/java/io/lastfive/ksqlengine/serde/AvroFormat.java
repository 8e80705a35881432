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
  public boolean supportsWrappedSingles() {
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
  public Serde<@Nullable Object[]> serde(
      List<Column> columns, FormatSpec spec, boolean isKey, String topic, SchemaStore registry) {
    validate(columns, spec, isKey);
    if (isKey && columns.isEmpty()) {
      return RowSerde.of(topic, bytes -> null, row -> null);
    }
    boolean unwrapped = unwraps(columns, spec, isKey);
    List<Column> fields = List.copyOf(columns);
    return RowSerde.of(
        topic,
        new Reader(fields, unwrapped, registry),
        new Writer(this, fields, spec, isKey, topic, registry));
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
    private final AvroFormat format;
    private final List<Column> columns;
    private final FormatSpec spec;
    private final boolean isKey;
    private final String topic;
    private final boolean unwrapped;
    private final SchemaStore registry;
    private volatile @Nullable Registered registered;

    Writer(
        AvroFormat format,
        List<Column> columns,
        FormatSpec spec,
        boolean isKey,
        String topic,
        SchemaStore registry) {
      this.format = format;
      this.columns = columns;
      this.spec = spec;
      this.isKey = isKey;
      this.topic = topic;
      this.unwrapped = format.unwraps(columns, spec, isKey);
      this.registry = registry;
    }

    private record Registered(int id, AvroValueWriter.RowWriter rows) {}

    @Override
    public byte @Nullable [] write(@Nullable Object[] row) {
      if (unwrapped && row[0] == null) {
        return null;
      }
      Registered schema = registered;
      if (schema == null) {
        schema = register();
        registered = schema;
      }
      ByteWriter out = new ByteWriter();
      out.writeByte(0);
      out.writeFixedInt(schema.id());
      schema.rows().write(row, out);
      return out.toByteArray();
    }

    private Registered register() {
      RegisteredSchema schema =
          RegisteredSchemas.forWriting(format, columns, spec, isKey, topic, registry);
      return new Registered(schema.id(), AvroValueWriter.rows(parse(schema), columns, unwrapped));
    }
  }
}
