// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.serde.ProtobufSchemas.Nullability;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * Protobuf in Confluent's wire format: behind the schema's id stand the indexes of the record's
 * message in its file. Columns always stand in a message, a single one too.
 */
final class ProtobufFormat implements RegistryFormat {

  @Override
  public String name() {
    return "PROTOBUF";
  }

  @Override
  public String schemaType() {
    return "PROTOBUF";
  }

  @Override
  public boolean supportsUnwrappedSingles() {
    return false;
  }

  @Override
  public Set<String> supportedProperties() {
    return Set.of(
        FormatSpec.SCHEMA_NAME,
        FormatSpec.SCHEMA_ID,
        FormatSpec.NULLABILITY,
        FormatSpec.UNWRAP_PRIMITIVES);
  }

  @Override
  public void validate(List<Column> columns, FormatSpec spec, boolean isKey) {
    validate(this, columns, spec, isKey);
  }

  static void validate(Format format, List<Column> columns, FormatSpec spec, boolean isKey) {
    FormatRules.validate(format, columns, spec, isKey);
    if (columns.stream().anyMatch(column -> FormatRules.hasMapWithoutStringKeys(column.type()))) {
      throw FormatRules.refusal(
          format,
          columns,
          spec,
          isKey,
          format.name() + " format only supports MAP types with STRING keys");
    }
    try {
      schemaText(columns, spec);
    } catch (KsqlException e) {
      throw FormatRules.refusal(
          format,
          columns,
          spec,
          isKey,
          "Schema is not compatible with Protobuf: " + e.getMessage());
    }
  }

  @Override
  public String toSchema(List<Column> columns, FormatSpec spec, boolean isKey) {
    return schemaText(columns, spec);
  }

  static String schemaText(List<Column> columns, FormatSpec spec) {
    return ProtobufSchemas.ofColumns(
        columns,
        spec.properties().getOrDefault(FormatSpec.SCHEMA_NAME, ProtobufSchemas.DEFAULT_NAME),
        nullability(spec));
  }

  private static Nullability nullability(FormatSpec spec) {
    String text = spec.properties().get(FormatSpec.NULLABILITY);
    if (text == null) {
      return Nullability.NONE;
    }
    return switch (text.toUpperCase(Locale.ROOT)) {
      case "OPTIONAL" -> Nullability.OPTIONAL;
      case "WRAPPER" -> Nullability.WRAPPER;
      default ->
          throw new KsqlException(
              "Invalid value '"
                  + text
                  + "' for the Protobuf nullable representation. Values: OPTIONAL, WRAPPER.");
    };
  }

  @Override
  public List<Column> toColumns(RegisteredSchema schema, FormatSpec spec, boolean isKey) {
    return ProtobufSchemas.toColumns(
        message(parse(schema), spec), spec.properties().containsKey(FormatSpec.SCHEMA_ID));
  }

  private static ProtobufFile parse(RegisteredSchema schema) {
    if (!schema.type().equals("PROTOBUF")) {
      throw new KsqlException(
          "Schema " + schema.id() + " is no Protobuf schema but one of type " + schema.type());
    }
    return ProtobufFile.parse(schema.text(), schema.references());
  }

  private static ProtobufMessage message(ProtobufFile file, FormatSpec spec) {
    String name = spec.properties().get(FormatSpec.SCHEMA_NAME);
    return name == null
        ? file.first()
        : file.message(name)
            .orElseThrow(
                () -> new KsqlException("The Protobuf schema has no message '" + name + "'."));
  }

  static List<SqlType.Field> fields(List<Column> columns) {
    return columns.stream().map(c -> new SqlType.Field(c.name(), c.type())).toList();
  }

  @Override
  public Serde<@Nullable Object[]> serde(SinkSchema schema) {
    return RowSerde.of(
        schema.topic(),
        new Reader(fields(schema.columns()), schema.registry()),
        new Writer(schema));
  }

  private record MessageId(int schema, List<Integer> path) {}

  /** Keeps one compiled reader for each writer's message. */
  private static final class Reader implements RowSerde.Reader {
    private static final List<Integer> FIRST = List.of(0);
    private static final int MOST_NESTED = 1000;

    private final List<SqlType.Field> columns;
    private final SchemaStore registry;
    private final Map<MessageId, ProtobufReader> readers = new ConcurrentHashMap<>();

    Reader(List<SqlType.Field> columns, SchemaStore registry) {
      this.columns = columns;
      this.registry = registry;
    }

    @Override
    public @Nullable Object[] read(byte[] bytes) {
      int schema = WireFormat.schemaId(bytes);
      ProtobufInput in = new ProtobufInput(bytes, WireFormat.LENGTH);
      MessageId id = new MessageId(schema, path(in));
      ProtobufReader reader = readers.get(id);
      if (reader == null) {
        reader = compile(id);
        readers.put(id, reader);
      }
      return reader.read(in);
    }

    /** A single zero stands for the first message. */
    private static List<Integer> path(ProtobufInput in) {
      long count = ProtobufScalar.unzigzag(in.readVarint());
      if (count == 0) {
        return FIRST;
      }
      if (count < 0 || count > MOST_NESTED) {
        throw new UnreadableRecordException("the record does not say which message it is");
      }
      List<Integer> path = new ArrayList<>();
      for (long i = 0; i < count; i++) {
        path.add((int) ProtobufScalar.unzigzag(in.readVarint()));
      }
      return path;
    }

    private ProtobufReader compile(MessageId id) {
      RegisteredSchema schema = WireFormat.schema(id.schema(), "PROTOBUF", registry);
      ProtobufMessage message =
          parse(schema)
              .message(id.path())
              .orElseThrow(
                  () ->
                      new UnreadableRecordException(
                          "Schema " + id.schema() + " has no message at " + id.path()));
      return new ProtobufReader(message, columns);
    }
  }

  /** Looks its schema up, or registers it, with the first record. */
  private static final class Writer implements RowSerde.Writer {
    private final SinkSchema schema;
    private volatile @Nullable Registered registered;

    Writer(SinkSchema schema) {
      this.schema = schema;
    }

    /** The id of the schema, where its message stands in it, and how rows are written as that. */
    private record Registered(int schema, List<Integer> path, ProtobufWriter rows) {
      void writePrefix(ProtobufOutput out) {
        out.writeRaw(WireFormat.prefix(schema));
        if (path.equals(Reader.FIRST)) {
          out.writeVarint(0);
        } else {
          out.writeVarint(ProtobufScalar.zigzag(path.size()));
          path.forEach(index -> out.writeVarint(ProtobufScalar.zigzag(index)));
        }
      }
    }

    @Override
    public byte[] write(@Nullable Object[] row) {
      Registered known = registered;
      if (known == null) {
        known = register();
        registered = known;
      }
      ProtobufOutput out = new ProtobufOutput();
      known.writePrefix(out);
      known.rows().write(row, out);
      return out.toByteArray();
    }

    private Registered register() {
      RegisteredSchema found = schema.find();
      ProtobufMessage message = message(parse(found), schema.spec());
      return new Registered(
          found.id(), message.path(), new ProtobufWriter(message, fields(schema.columns())));
    }
  }
}
