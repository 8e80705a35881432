// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.catalog.DataSource.TimestampColumn;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.serde.Formats;
import io.lastfive.ksqlengine.serde.RegisteredSchemas;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.RowSchema;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What holds for the columns, formats and timestamps of every stream and table. */
final class SchemaRules {
  static final Set<String> RESERVED =
      Set.of("ROWTIME", "ROWPARTITION", "ROWOFFSET", "WINDOWSTART", "WINDOWEND");

  private SchemaRules() {}

  static void checkNoDuplicates(RowSchema schema) {
    Set<String> seen = new HashSet<>();
    List<String> twice = new ArrayList<>();
    for (Column column : schema.columns()) {
      if (!seen.add(column.name())) {
        twice.add("`" + column.name() + "`");
      }
    }
    if (!twice.isEmpty()) {
      throw new KsqlException(
          "Failed to prepare statement: Duplicate column names: " + String.join(", ", twice));
    }
  }

  /** Key and value formats can carry the columns. */
  static void checkFormats(RowSchema schema, FormatSpec keySpec, FormatSpec valueSpec) {
    Formats.of(keySpec).validate(schema.key(), keySpec, true);
    Formats.of(valueSpec).validate(schema.value(), valueSpec, false);
  }

  /** The timestamp column of a WITH clause, which must be in the schema and of a fitting type. */
  static Optional<TimestampColumn> timestamp(WithProperties with, RowSchema schema) {
    Optional<String> named = with.text("TIMESTAMP");
    if (named.isEmpty()) {
      return Optional.empty();
    }
    String name = identifier(named.get());
    Column column =
        schema
            .findKey(name)
            .or(() -> schema.findValue(name))
            .orElseThrow(
                () ->
                    new KsqlException(
                        "The TIMESTAMP column set in the WITH clause does not exist in the"
                            + " schema: '"
                            + name
                            + "'"));
    Optional<String> format = with.text("TIMESTAMP_FORMAT");
    SqlType type = column.type();
    boolean fits =
        type == SqlType.BIGINT
            || type == SqlType.TIMESTAMP
            || (type == SqlType.STRING && format.isPresent());
    if (!fits) {
      throw new KsqlException(
          "Timestamp column, `"
              + name
              + "`, should be LONG(INT64), TIMESTAMP, or a String with a timestamp_format"
              + " specified");
    }
    if (format.isPresent() && type != SqlType.STRING) {
      throw new KsqlException(
          "'TIMESTAMP_FORMAT' set in the WITH clause can only be used when the timestamp column is"
              + " of type STRING.");
    }
    return Optional.of(new TimestampColumn(name, format));
  }

  /** A name as written in a string: upper case unless in backticks. */
  static String identifier(String text) {
    String trimmed = text.trim();
    boolean quoted = trimmed.length() > 1 && trimmed.startsWith("`") && trimmed.endsWith("`");
    return quoted
        ? trimmed.substring(1, trimmed.length() - 1).replace("``", "`")
        : trimmed.toUpperCase(Locale.ROOT);
  }

  static FormatSpec keySpec(WithProperties with, String format, Map<String, String> inherited) {
    return spec(with, "KEY", format, inherited, Optional.empty());
  }

  static FormatSpec valueSpec(
      WithProperties with,
      String format,
      Map<String, String> inherited,
      List<Column> columns,
      Map<String, String> config) {
    Optional<Boolean> wrap =
        Formats.wrapSingleValue(
            Formats.of(format),
            columns,
            with.flag("WRAP_SINGLE_VALUE"),
            Optional.ofNullable(config.get("ksql.persistence.wrap.single.values"))
                .map(Boolean::parseBoolean));
    return spec(with, "VALUE", format, inherited, wrap);
  }

  /** The value's format without regard to how single columns are written. */
  static FormatSpec unwrappedValueSpec(WithProperties with, String format) {
    return spec(with, "VALUE", format, Map.of(), Optional.empty());
  }

  /** The WITH clause may only say of a format what it knows. */
  static void checkProperties(FormatSpec spec) {
    Set<String> unknown = new TreeSet<>(spec.properties().keySet());
    unknown.removeAll(Formats.of(spec).supportedProperties());
    if (!unknown.isEmpty()) {
      throw new KsqlException(spec.name() + " does not support the following configs: " + unknown);
    }
  }

  private static FormatSpec spec(
      WithProperties with,
      String part,
      String format,
      Map<String, String> inherited,
      Optional<Boolean> wrap) {
    Map<String, String> properties = new TreeMap<>(inherited);
    with.text(part + "_DELIMITER").ifPresent(d -> properties.put(FormatSpec.DELIMITER, d));
    with.text(part + "_SCHEMA_FULL_NAME")
        .or(
            () ->
                part.equals("VALUE") ? with.text("VALUE_AVRO_SCHEMA_FULL_NAME") : Optional.empty())
        .ifPresent(name -> properties.put(FormatSpec.SCHEMA_NAME, name));
    with.text(part + "_SCHEMA_ID").ifPresent(id -> properties.put(FormatSpec.SCHEMA_ID, id));
    with.text(part + "_PROTOBUF_NULLABLE_REPRESENTATION")
        .ifPresent(how -> properties.put(FormatSpec.NULLABILITY, how.toLowerCase(Locale.ROOT)));
    if (Formats.of(format).supportedProperties().contains(FormatSpec.UNWRAP_PRIMITIVES)) {
      properties.put(FormatSpec.UNWRAP_PRIMITIVES, "true");
    }
    return new FormatSpec(Formats.of(format).name(), properties, wrap);
  }

  /** An Avro key is a record of its source's name where nothing else is said. */
  static FormatSpec named(FormatSpec spec, String source) {
    if (!spec.name().equals("AVRO")
        || spec.properties().containsKey(FormatSpec.SCHEMA_NAME)
        || spec.properties().containsKey(FormatSpec.SCHEMA_ID)) {
      return spec;
    }
    Map<String, String> properties = new TreeMap<>(spec.properties());
    properties.put(FormatSpec.SCHEMA_NAME, RegisteredSchemas.avroKeyName(source));
    return new FormatSpec(spec.name(), properties, spec.wrapSingles());
  }

  /**
   * Whether a source may take another's place: the same key, and the old value columns at the
   * front.
   */
  static void checkUpgrade(DataSource old, DataSource replacement) {
    String prefix = "Cannot upgrade data source: DataSource '`" + old.name() + "`' ";
    if (old.kind() != replacement.kind()) {
      throw new KsqlException(
          prefix + "has type = " + kind(old) + " which is not upgradeable to " + kind(replacement));
    }
    if (!old.topic().equals(replacement.topic())) {
      throw new KsqlException(
          prefix
              + "has topic = "
              + old.topic()
              + " which is not upgradeable to "
              + replacement.topic());
    }
    List<String> changed = new ArrayList<>();
    List<Column> oldValues = old.schema().value();
    List<Column> newValues = replacement.schema().value();
    for (int i = 0; i < oldValues.size(); i++) {
      if (i >= newValues.size() || !newValues.get(i).equals(oldValues.get(i))) {
        changed.add("`" + oldValues.get(i).name() + "` " + oldValues.get(i).type().toSql(true));
      }
    }
    if (!old.schema().key().equals(replacement.schema().key())) {
      throw notUpgradeable(prefix, old, replacement, "Key columns must be identical.");
    }
    if (!changed.isEmpty()) {
      throw notUpgradeable(
          prefix,
          old,
          replacement,
          "The following columns are changed, missing or reordered: " + changed);
    }
  }

  private static KsqlException notUpgradeable(
      String prefix, DataSource old, DataSource replacement, String why) {
    return new KsqlException(
        prefix
            + "has schema = "
            + old.schema()
            + " which is not upgradeable to "
            + replacement.schema()
            + ". ("
            + why
            + ")");
  }

  private static String kind(DataSource source) {
    return source.isStream() ? "KSTREAM" : "KTABLE";
  }
}
