// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What formats refuse, in ksqlDB's words. */
final class FormatRules {
  private FormatRules() {}

  /** The rules of every format: its properties, and no maps in keys. */
  static void validate(Format format, List<Column> columns, FormatSpec spec, boolean isKey) {
    Set<String> unknown = new TreeSet<>(spec.properties().keySet());
    unknown.removeAll(format.supportedProperties());
    if (!unknown.isEmpty()) {
      throw new KsqlException(
          format.name() + " does not support the following configs: " + unknown);
    }
    if (isKey) {
      columns.stream()
          .filter(column -> containsMap(column.type()))
          .findFirst()
          .ifPresent(FormatRules::refuseMapKey);
    }
  }

  static KsqlException refusal(
      Format format, List<Column> columns, FormatSpec spec, boolean isKey, String reason) {
    return new KsqlException(
        (isKey ? "Key" : "Value")
            + " format does not support schema.\nformat: "
            + format.name()
            + "\nschema: Persistence{columns="
            + describe(columns, isKey)
            + ", features="
            + format.features(columns, spec, isKey)
            + "}\nreason: "
            + reason);
  }

  /** As ksqlDB prints them: {@code [`ID` INTEGER KEY, `N` BIGINT KEY]}. */
  static String describe(List<Column> columns, boolean isKey) {
    return columns.stream()
        .map(column -> describe(column) + (isKey ? " KEY" : ""))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String describe(Column column) {
    return "`" + column.name() + "` " + column.type().toSql(true);
  }

  /** Whether a map with keys other than STRING stands anywhere in the type. */
  static boolean hasMapWithoutStringKeys(SqlType type) {
    if (type instanceof SqlType.MapType map) {
      return map.key() != SqlType.STRING || hasMapWithoutStringKeys(map.value());
    }
    if (type instanceof SqlType.Array array) {
      return hasMapWithoutStringKeys(array.item());
    }
    return type instanceof SqlType.Struct struct
        && struct.fields().stream().anyMatch(field -> hasMapWithoutStringKeys(field.type()));
  }

  private static boolean containsMap(SqlType type) {
    if (type instanceof SqlType.Array array) {
      return containsMap(array.item());
    }
    if (type instanceof SqlType.Struct struct) {
      return struct.fields().stream().anyMatch(field -> containsMap(field.type()));
    }
    return type instanceof SqlType.MapType;
  }

  private static void refuseMapKey(Column column) {
    throw new KsqlException(
        "Map keys, including types that contain maps, are not supported as they may lead to"
            + " unexpected behavior due to inconsistent serialization. Key column name: `"
            + column.name()
            + "`. Column type: "
            + column.type().toSql(true)
            + ". See https://github.com/confluentinc/ksql/issues/6621 for more.");
  }
}
