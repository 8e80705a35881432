// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AlreadyDone;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreate;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.TopicSettings;
import io.lastfive.ksqlengine.ast.Statement.ColumnDefinition;
import io.lastfive.ksqlengine.ast.Statement.ColumnRole;
import io.lastfive.ksqlengine.ast.Statement.CreateSource;
import io.lastfive.ksqlengine.ast.Statement.SourceKind;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.catalog.DataSource.WindowSpec;
import io.lastfive.ksqlengine.serde.Format;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import io.lastfive.ksqlengine.serde.Formats;
import io.lastfive.ksqlengine.serde.RegisteredSchemas;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.RowSchema;
import io.lastfive.ksqlengine.types.RowSchema.HeaderColumn;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.SqlType.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** CREATE STREAM and CREATE TABLE: columns declared or inferred, formats, window, timestamp. */
final class SourceAnalyser {
  private static final SqlType HEADERS_TYPE =
      SqlType.array(
          SqlType.struct(
              List.of(new Field("KEY", SqlType.STRING), new Field("VALUE", SqlType.BYTES))));

  private final SchemaStore schemas;
  private final boolean completed;

  /**
   * @param completed whether inferred columns may have been written into the statement by now
   */
  SourceAnalyser(SchemaStore schemas, boolean completed) {
    this.schemas = schemas;
    this.completed = completed;
  }

  AnalysedStatement analyse(
      String text, CreateSource statement, Catalog catalog, Map<String, String> config) {
    String kind = statement.kind().name().toLowerCase(Locale.ROOT);
    if (statement.isSource() && statement.orReplace()) {
      throw new KsqlException(
          "Cannot add "
              + kind
              + " '"
              + statement.name()
              + "': CREATE OR REPLACE is not supported on source "
              + kind
              + "s.");
    }
    checkColumns(statement);
    WithProperties with = WithProperties.ofCreate(statement.properties());
    Optional<String> exists = alreadyExists(statement.kind(), statement.name(), catalog);
    if (exists.isPresent() && statement.ifNotExists()) {
      return new AlreadyDone(exists.get());
    }
    DataSource source = source(text, statement, with, config);
    catalog
        .source(statement.name())
        .ifPresent(
            old -> {
              if (!statement.orReplace()) {
                throw alreadyThere(statement.kind(), old);
              }
              if (old.isSource()) {
                throw new KsqlException(
                    "Cannot add "
                        + kind
                        + " '"
                        + statement.name()
                        + "': CREATE OR REPLACE is not supported on source "
                        + kind
                        + "s.");
              }
              SchemaRules.checkUpgrade(old, source);
            });
    return new AnalysedCreate(source, topicSettings(with, source.topic()), statement.orReplace());
  }

  static TopicSettings topicSettings(WithProperties with, String topic) {
    return new TopicSettings(
        topic,
        with.integer("PARTITIONS"),
        with.integer("REPLICAS"),
        with.whole("RETENTION_MS"),
        with.cleanupPolicy());
  }

  /** What IF NOT EXISTS answers where the name is taken. */
  static Optional<String> alreadyExists(SourceKind kind, String name, Catalog catalog) {
    return catalog
        .source(name)
        .map(
            old ->
                "Cannot add "
                    + kind.name().toLowerCase(Locale.ROOT)
                    + " `"
                    + name
                    + "`: A "
                    + old.kind().name().toLowerCase(Locale.ROOT)
                    + " with the same name already exists.");
  }

  static KsqlException alreadyThere(SourceKind kind, DataSource old) {
    return new KsqlException(
        "Cannot add "
            + kind.name().toLowerCase(Locale.ROOT)
            + " '"
            + old.name()
            + "': A "
            + old.kind().name().toLowerCase(Locale.ROOT)
            + " with the same name already exists");
  }

  private static void checkColumns(CreateSource statement) {
    checkHeaders(statement);
    for (ColumnDefinition column : statement.columns()) {
      String at = Layout.at(column.position());
      if (SchemaRules.RESERVED.contains(column.name())) {
        throw new KsqlException(
            "Failed to prepare statement: "
                + at
                + "'"
                + column.name()
                + "' is a reserved column name. You cannot use it as a name for a column.");
      }
      if (statement.kind() == SourceKind.TABLE && column.role() == ColumnRole.KEY) {
        throw new KsqlException(
            "Failed to prepare statement: "
                + at
                + "Column `"
                + column.name()
                + "` is a 'KEY' column: please use 'PRIMARY KEY' for tables.\n"
                + "Tables have PRIMARY KEYs, which are unique and NON NULL.\n"
                + "Streams have KEYs, which have no uniqueness or NON NULL constraints.");
      }
      if (statement.kind() == SourceKind.STREAM && column.role() == ColumnRole.PRIMARY_KEY) {
        throw new KsqlException(
            "Failed to prepare statement: "
                + at
                + "Column `"
                + column.name()
                + "` is a 'PRIMARY KEY' column: please use 'KEY' for streams.\n"
                + "Tables have PRIMARY KEYs, which are unique and NON NULL.\n"
                + "Streams have KEYs, which have no uniqueness or NON NULL constraints.");
      }
      if (column.role() == ColumnRole.HEADERS && !column.type().equals(HEADERS_TYPE)) {
        throw new KsqlException(
            "Invalid type for HEADERS column: expected "
                + HEADERS_TYPE.toSql(true)
                + ", got "
                + column.type().toSql(true));
      }
      if (column.role() == ColumnRole.HEADER && column.type() != SqlType.BYTES) {
        throw new KsqlException(
            "Invalid type for HEADER('"
                + column.headerKey().orElse("")
                + "') column: expected BYTES, got "
                + column.type().toSql(true));
      }
    }
  }

  /** All headers, or single ones by different names. */
  private static void checkHeaders(CreateSource statement) {
    List<ColumnDefinition> headers =
        statement.columns().stream()
            .filter(c -> c.role() == ColumnRole.HEADERS || c.role() == ColumnRole.HEADER)
            .toList();
    if (headers.size() > 1 && headers.stream().anyMatch(c -> c.role() == ColumnRole.HEADERS)) {
      throw new KsqlException("Schema already contains a HEADERS column.");
    }
    Set<String> names = new HashSet<>();
    for (ColumnDefinition header : headers) {
      if (!names.add(header.headerKey().orElse(""))) {
        throw new KsqlException(
            "Schema already contains a HEADER('" + header.headerKey().orElse("") + "') column.");
      }
    }
  }

  private DataSource source(
      String text, CreateSource statement, WithProperties with, Map<String, String> config) {
    String topic =
        with.text("KAFKA_TOPIC")
            .orElseThrow(
                () ->
                    new KsqlException(
                        "Failed to prepare statement: Missing required property \"KAFKA_TOPIC\""
                            + " which has no default value."));
    String keyFormat =
        with.keyFormat()
            .or(() -> Optional.ofNullable(config.get("ksql.persistence.default.format.key")))
            .orElse("KAFKA");
    String valueFormat =
        with.valueFormat()
            .or(() -> Optional.ofNullable(config.get("ksql.persistence.default.format.value")))
            .orElseThrow(
                () ->
                    new KsqlException(
                        "Statement is missing the 'VALUE_FORMAT' property from the WITH clause."
                            + " Either provide one or set a default via the"
                            + " 'ksql.persistence.default.format.value' config."));
    RowSchema schema = columns(statement, with, topic, keyFormat, valueFormat);
    SchemaRules.checkNoDuplicates(schema);
    if (statement.kind() == SourceKind.TABLE && schema.key().isEmpty()) {
      throw new KsqlException("Tables require a PRIMARY KEY. Please define the PRIMARY KEY.");
    }
    if (schema.columns().isEmpty()) {
      throw new KsqlException("The statement does not define any columns.");
    }
    Optional<WindowSpec> window = with.window();
    if (window.isPresent() && schema.key().isEmpty()) {
      throw new KsqlException("Windowed sources require a key column.");
    }
    FormatSpec keySpec =
        SchemaRules.named(SchemaRules.keySpec(with, keyFormat, Map.of()), statement.name());
    FormatSpec valueSpec =
        SchemaRules.valueSpec(with, valueFormat, Map.of(), schema.value(), config);
    SchemaRules.checkFormats(schema, keySpec, valueSpec);
    return new DataSource(
        statement.kind(),
        statement.name(),
        schema,
        topic,
        keySpec,
        valueSpec,
        window,
        SchemaRules.timestamp(with, schema),
        statement.isSource(),
        false,
        text);
  }

  /** Columns as declared; a part without any is inferred where its format can do that. */
  private RowSchema columns(
      CreateSource statement,
      WithProperties with,
      String topic,
      String keyFormat,
      String valueFormat) {
    List<Column> key = new ArrayList<>();
    List<Column> value = new ArrayList<>();
    List<HeaderColumn> headers = new ArrayList<>();
    for (ColumnDefinition definition : statement.columns()) {
      Column column = new Column(definition.name(), definition.type());
      switch (definition.role()) {
        case KEY:
        case PRIMARY_KEY:
          key.add(column);
          break;
        case VALUE:
          value.add(column);
          break;
        case HEADERS:
        case HEADER:
          headers.add(new HeaderColumn(column, definition.headerKey()));
          break;
      }
    }
    checkSchemaId(with, "KEY", keyFormat, !completed && !key.isEmpty());
    checkSchemaId(with, "VALUE", valueFormat, !completed && !value.isEmpty());
    Format keys = Formats.of(keyFormat);
    Format values = Formats.of(valueFormat);
    SchemaRules.checkProperties(SchemaRules.keySpec(with, keyFormat, Map.of()));
    SchemaRules.checkProperties(SchemaRules.unwrappedValueSpec(with, valueFormat));
    if (key.isEmpty() && keys.usesSchemaRegistry()) {
      key.addAll(inferred(SchemaRules.keySpec(with, keyFormat, Map.of()), true, topic));
    }
    if (value.isEmpty()) {
      if (values.usesSchemaRegistry()) {
        FormatSpec spec = SchemaRules.unwrappedValueSpec(with, valueFormat);
        value.addAll(
            inferred(
                new FormatSpec(spec.name(), spec.properties(), with.flag("WRAP_SINGLE_VALUE")),
                false,
                topic));
      } else if (key.isEmpty()) {
        throw new KsqlException("No columns supplied.");
      }
    }
    return new RowSchema(key, value, headers);
  }

  private List<Column> inferred(FormatSpec spec, boolean isKey, String topic) {
    return RegisteredSchemas.inferColumns(topic, spec, isKey, schemas);
  }

  private static void checkSchemaId(
      WithProperties with, String part, String format, boolean hasColumns) {
    if (!with.has(part + "_SCHEMA_ID")) {
      return;
    }
    if (!Formats.of(format).usesSchemaRegistry()) {
      throw new KsqlException(
          part
              + "_FORMAT should support schema inference when "
              + part
              + "_SCHEMA_ID is provided. Current format is "
              + Formats.of(format).name()
              + ".");
    }
    if (hasColumns) {
      throw new KsqlException(
          "Table elements and " + part + "_SCHEMA_ID cannot both exist for create statement.");
    }
  }
}
