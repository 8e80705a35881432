// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.Expression.Literal;
import io.lastfive.ksqlengine.catalog.DataSource.WindowKind;
import io.lastfive.ksqlengine.catalog.DataSource.WindowSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** The WITH clause of a statement: which names it may have, and their values typed. */
final class WithProperties {
  private static final Set<String> COMMON =
      Set.of(
          "KAFKA_TOPIC",
          "PARTITIONS",
          "REPLICAS",
          "RETENTION_MS",
          "CLEANUP_POLICY",
          "KEY_FORMAT",
          "VALUE_FORMAT",
          "FORMAT",
          "KEY_DELIMITER",
          "VALUE_DELIMITER",
          "WRAP_SINGLE_VALUE",
          "TIMESTAMP",
          "TIMESTAMP_FORMAT",
          "VALUE_AVRO_SCHEMA_FULL_NAME",
          "KEY_SCHEMA_FULL_NAME",
          "VALUE_SCHEMA_FULL_NAME",
          "KEY_SCHEMA_ID",
          "VALUE_SCHEMA_ID",
          "KEY_PROTOBUF_NULLABLE_REPRESENTATION",
          "VALUE_PROTOBUF_NULLABLE_REPRESENTATION");
  private static final Set<String> CREATE_ONLY =
      Set.of("WINDOW_TYPE", "WINDOW_SIZE", "SOURCE_CONNECTOR");

  /** What the ids of queries begin with that the server names. */
  private static final List<String> RESERVED_QUERY_IDS =
      List.of("INSERTQUERY_", "CTAS_", "CSAS_", "CST_");

  private final Map<String, Literal> properties;

  private WithProperties(Map<String, Literal> properties) {
    this.properties = properties;
  }

  static WithProperties ofCreate(Map<String, Literal> properties) {
    Set<String> known = new TreeSet<>(COMMON);
    known.addAll(CREATE_ONLY);
    return checked(properties, known);
  }

  static WithProperties ofCreateAs(Map<String, Literal> properties) {
    return checked(properties, COMMON);
  }

  static WithProperties ofInsertInto(Map<String, Literal> properties) {
    return checked(properties, Set.of("QUERY_ID"));
  }

  private static WithProperties checked(Map<String, Literal> properties, Set<String> known) {
    List<String> unknown =
        properties.keySet().stream().filter(name -> !known.contains(name)).sorted().toList();
    if (!unknown.isEmpty()) {
      throw new KsqlException(
          "Failed to prepare statement: Invalid config variable(s) in the WITH clause: "
              + String.join(",", unknown));
    }
    WithProperties with = new WithProperties(properties);
    for (String part : List.of("KEY", "VALUE")) {
      String name = part + "_PROTOBUF_NULLABLE_REPRESENTATION";
      with.text(name)
          .filter(how -> !how.equalsIgnoreCase("OPTIONAL") && !how.equalsIgnoreCase("WRAPPER"))
          .ifPresent(
              how -> {
                throw invalid(name, how, "String must be one of: OPTIONAL, WRAPPER");
              });
    }
    for (String part : List.of("KEY_FORMAT", "VALUE_FORMAT")) {
      if (properties.containsKey("FORMAT") && properties.containsKey(part)) {
        throw new KsqlException(
            "Failed to prepare statement: Cannot supply both '"
                + part
                + "' and 'FORMAT' properties, as 'FORMAT' sets both key and value formats.\n"
                + "Either use just 'FORMAT', or use 'KEY_FORMAT' and 'VALUE_FORMAT'.");
      }
    }
    return with;
  }

  boolean has(String name) {
    return properties.containsKey(name);
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(properties.get(name)).map(Literal::value).map(Object::toString);
  }

  Optional<Boolean> flag(String name) {
    return text(name)
        .map(
            value -> {
              if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
                throw invalid(name, value, "Value must be a boolean");
              }
              return Boolean.parseBoolean(value);
            });
  }

  OptionalInt integer(String name) {
    OptionalLong value = whole(name);
    return value.isPresent()
        ? OptionalInt.of(Math.toIntExact(value.getAsLong()))
        : OptionalInt.empty();
  }

  OptionalLong whole(String name) {
    Optional<String> value = text(name);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(value.get().trim()));
    } catch (NumberFormatException e) {
      throw invalid(name, value.get(), "Not a number of type INT");
    }
  }

  /** The name that INSERT INTO gives its query, upper case. */
  Optional<String> queryId() {
    Optional<String> id = text("QUERY_ID").map(given -> given.toUpperCase(Locale.ROOT));
    id.filter(name -> !name.matches("\\w+"))
        .ifPresent(
            name -> {
              throw new KsqlException(
                  "Query IDs may contain only alphanumeric characters and '_'. Got: '"
                      + name
                      + "'");
            });
    id.filter(name -> RESERVED_QUERY_IDS.stream().anyMatch(name::startsWith))
        .ifPresent(
            name -> {
              throw new KsqlException(
                  "Query IDs must not start with a reserved query ID prefix ("
                      + String.join(", ", RESERVED_QUERY_IDS)
                      + "). Got '"
                      + name
                      + "'.");
            });
    return id;
  }

  List<String> cleanupPolicy() {
    return text("CLEANUP_POLICY")
        .map(text -> Arrays.stream(text.split(",")).map(String::trim).toList())
        .orElse(List.of());
  }

  Optional<String> keyFormat() {
    return text("KEY_FORMAT").or(() -> text("FORMAT"));
  }

  Optional<String> valueFormat() {
    return text("VALUE_FORMAT").or(() -> text("FORMAT"));
  }

  /** WINDOW_TYPE and WINDOW_SIZE. */
  Optional<WindowSpec> window() {
    Optional<String> type = text("WINDOW_TYPE");
    Optional<String> size = text("WINDOW_SIZE");
    if (type.isEmpty()) {
      if (size.isPresent()) {
        throw new KsqlException(
            "Invalid config variable(s) in the WITH clause: 'WINDOW_SIZE' needs 'WINDOW_TYPE'.");
      }
      return Optional.empty();
    }
    WindowKind kind =
        Arrays.stream(WindowKind.values())
            .filter(k -> k.name().equalsIgnoreCase(type.get()))
            .findFirst()
            .orElseThrow(
                () ->
                    invalid(
                        "WINDOW_TYPE",
                        type.get(),
                        "String must be one of: SESSION, HOPPING, TUMBLING, null"));
    if (kind == WindowKind.SESSION) {
      if (size.isPresent()) {
        throw new KsqlException("'WINDOW_SIZE' should not be set for SESSION windows.");
      }
      return Optional.of(new WindowSpec(kind, Optional.empty()));
    }
    if (size.isEmpty()) {
      throw new KsqlException(
          kind
              + " windows require 'WINDOW_SIZE' to be provided in the WITH clause. For example:"
              + " 'WINDOW_SIZE'='10 SECONDS'");
    }
    return Optional.of(new WindowSpec(kind, Optional.of(duration(size.get()))));
  }

  /** {@code 30 seconds}. */
  private static Duration duration(String text) {
    String[] parts = text.trim().split("\\s+", -1);
    if (parts.length != 2) {
      throw invalid("WINDOW_SIZE", text, "Expected '<number> <unit>', e.g. '10 SECONDS'");
    }
    String unit = parts[1].toUpperCase(Locale.ROOT);
    try {
      TimeUnit timeUnit = TimeUnit.valueOf(unit.endsWith("S") ? unit : unit + "S");
      return Duration.ofMillis(timeUnit.toMillis(Long.parseLong(parts[0])));
    } catch (IllegalArgumentException e) {
      throw invalid("WINDOW_SIZE", text, "Expected '<number> <unit>', e.g. '10 SECONDS'");
    }
  }

  private static KsqlException invalid(String name, String value, String why) {
    return new KsqlException(
        "Failed to prepare statement: Invalid value "
            + value
            + " for property "
            + name
            + ": "
            + why);
  }
}
