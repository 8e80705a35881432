// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import io.lastfive.registry.CompatibilityLevel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/** Judges a new schema against earlier versions, by the rules of Avro's schema resolution. */
final class Compatibility {
  private Compatibility() {}

  /**
   * Why the schema is incompatible; empty where it is not. Stops at the newest version that it is
   * incompatible with.
   *
   * @param earlier oldest first
   */
  static List<String> problems(
      CompatibilityLevel level,
      Schema schema,
      List<StoredSchema> earlier,
      Function<StoredSchema, Schema> parser) {
    List<StoredSchema> newestFirst = new ArrayList<>(earlier);
    Collections.reverse(newestFirst);
    if (!isTransitive(level) && newestFirst.size() > 1) {
      newestFirst = newestFirst.subList(0, 1);
    }
    for (StoredSchema old : newestFirst) {
      Set<String> differences = new LinkedHashSet<>();
      Schema oldSchema = parser.apply(old);
      if (readsOld(level)) {
        differences.addAll(differences(schema, oldSchema, "new", "old"));
      }
      if (readByOld(level)) {
        differences.addAll(differences(oldSchema, schema, "old", "new"));
      }
      if (!differences.isEmpty()) {
        List<String> problems = new ArrayList<>(differences);
        problems.add("{oldSchemaVersion: %d}".formatted(old.version()));
        problems.add("{oldSchema: '%s'}".formatted(old.text()));
        problems.add("{validateFields: 'false', compatibility: '%s'}".formatted(level));
        return problems;
      }
    }
    return List.of();
  }

  private static List<String> differences(
      Schema reader, Schema writer, String readerName, String writerName) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
        .getResult()
        .getIncompatibilities()
        .stream()
        .map(difference -> describe(difference, readerName, writerName))
        .toList();
  }

  private static String describe(Incompatibility difference, String reader, String writer) {
    String path = difference.getLocation();
    String detail = difference.getMessage();
    String description =
        switch (difference.getType()) {
          case READER_FIELD_MISSING_DEFAULT_VALUE ->
              "The field '%s' at path '%s' in the %s schema has no default value and is missing in the %s schema"
                  .formatted(detail, path, reader, writer);
          case TYPE_MISMATCH ->
              "The type (path '%s') of a field in the %s schema does not match with the %s schema"
                  .formatted(path, reader, writer);
          case NAME_MISMATCH -> "The name of the schema has changed (path '%s')".formatted(path);
          case FIXED_SIZE_MISMATCH ->
              "The size of FIXED type field at path '%s' in the %s schema does not match with the %s schema"
                  .formatted(path, reader, writer);
          case MISSING_ENUM_SYMBOLS ->
              "The %s schema is missing enum symbols '%s' at path '%s' in the %s schema"
                  .formatted(reader, detail, path, writer);
          case MISSING_UNION_BRANCH ->
              "The %s schema is missing a type inside a union field at path '%s' in the %s schema"
                  .formatted(reader, path, writer);
        };
    return "{errorType:'%s', description:'%s', additionalInfo:'%s'}"
        .formatted(difference.getType(), description, detail);
  }

  private static boolean isTransitive(CompatibilityLevel level) {
    return switch (level) {
      case BACKWARD_TRANSITIVE, FORWARD_TRANSITIVE, FULL_TRANSITIVE -> true;
      case NONE, BACKWARD, FORWARD, FULL -> false;
    };
  }

  private static boolean readsOld(CompatibilityLevel level) {
    return switch (level) {
      case BACKWARD, BACKWARD_TRANSITIVE, FULL, FULL_TRANSITIVE -> true;
      case NONE, FORWARD, FORWARD_TRANSITIVE -> false;
    };
  }

  private static boolean readByOld(CompatibilityLevel level) {
    return switch (level) {
      case FORWARD, FORWARD_TRANSITIVE, FULL, FULL_TRANSITIVE -> true;
      case NONE, BACKWARD, BACKWARD_TRANSITIVE -> false;
    };
  }
}
