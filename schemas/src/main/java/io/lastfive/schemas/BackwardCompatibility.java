// SPDX-License-Identifier: Apache-2.0
package io.lastfive.schemas;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a schema can read what an earlier one has written (BACKWARD, as Schema Registry
 * calls it): then consumers are moved to it first, producers after them. Stricter than Avro in one
 * point: a decimal keeps its precision and scale, and a timestamp its unit, for Avro would read the
 * same bytes as another number.
 */
public final class BackwardCompatibility {
  private BackwardCompatibility() {}

  /**
   * What keeps {@code schema} from reading records of {@code earlier}, each naming the field; empty
   * where nothing does.
   */
  public static List<String> problems(Schema schema, Schema earlier) {
    List<String> problems = new ArrayList<>();
    SchemaCompatibility.checkReaderWriterCompatibility(schema, earlier)
        .getResult()
        .getIncompatibilities()
        .forEach(incompatibility -> problems.add(explain(schema, incompatibility)));
    addChangedLogicalTypes(schema.getName(), schema, earlier, problems);
    return List.copyOf(problems);
  }

  private static String explain(Schema schema, Incompatibility incompatibility) {
    String place = schema.getName() + fieldNames(schema, incompatibility.getLocation());
    String reason = incompatibility.getMessage();
    return switch (incompatibility.getType()) {
      case READER_FIELD_MISSING_DEFAULT_VALUE ->
          place
              + ": earlier records do not have this field and it has no default."
              + " Give it one: \"type\": [\"null\", ...], \"default\": null.";
      case TYPE_MISMATCH ->
          "%s: its type has changed (%s). Keep the type, or add a field with another name."
              .formatted(place, reason);
      case NAME_MISMATCH ->
          "%s: its name has changed (%s). Keep the earlier name as an alias."
              .formatted(place, reason);
      case FIXED_SIZE_MISMATCH, MISSING_ENUM_SYMBOLS, MISSING_UNION_BRANCH ->
          "%s: earlier values no longer fit (%s). Keep what was allowed.".formatted(place, reason);
    };
  }

  /** {@code .payments.amount} for a location such as {@code /fields/0/type/items/fields/2}. */
  private static String fieldNames(Schema root, String location) {
    Schema schema = root;
    StringBuilder names = new StringBuilder();
    List<String> steps =
        Arrays.stream(location.split("/", -1)).filter(step -> !step.isEmpty()).toList();
    for (int i = 0; i + 1 < steps.size(); i++) {
      if (steps.get(i).equals("fields")) {
        i++;
        Schema.Field field = schema.getFields().get(Integer.parseInt(steps.get(i)));
        names.append('.').append(field.name());
        schema = valueType(field.schema());
      } else if (steps.get(i).equals("items")) {
        schema = valueType(schema.getElementType());
      } else if (steps.get(i).equals("values")) {
        schema = valueType(schema.getValueType());
      }
    }
    return names.toString();
  }

  private static void addChangedLogicalTypes(
      String place, Schema schema, Schema earlier, List<String> problems) {
    Schema now = valueType(schema);
    Schema before = valueType(earlier);
    if (now.getType() != before.getType()) {
      return;
    }
    if (now.getType() == Schema.Type.RECORD) {
      for (Schema.Field field : now.getFields()) {
        Schema.Field fieldBefore = before.getField(field.name());
        if (fieldBefore != null) {
          addChangedLogicalTypes(
              place + "." + field.name(), field.schema(), fieldBefore.schema(), problems);
        }
      }
    } else if (now.getType() == Schema.Type.ARRAY) {
      addChangedLogicalTypes(place, now.getElementType(), before.getElementType(), problems);
    } else if (now.getType() == Schema.Type.MAP) {
      addChangedLogicalTypes(place, now.getValueType(), before.getValueType(), problems);
    } else if (!Objects.equals(now.getLogicalType(), before.getLogicalType())) {
      problems.add(
          "%s: %s was %s before, and earlier values would be read as other ones. Add a field with another name."
              .formatted(place, describe(now.getLogicalType()), describe(before.getLogicalType())));
    }
  }

  private static String describe(@Nullable LogicalType type) {
    if (type == null) {
      return "a type without a logical type";
    }
    if (type instanceof LogicalTypes.Decimal decimal) {
      return "decimal(%d,%d)".formatted(decimal.getPrecision(), decimal.getScale());
    }
    return type.getName();
  }

  /** The type beside null of an optional field; any other type as it is. */
  private static Schema valueType(Schema schema) {
    if (!schema.isUnion() || !schema.isNullable() || schema.getTypes().size() != 2) {
      return schema;
    }
    List<Schema> types = schema.getTypes();
    return types.get(0).getType() == Schema.Type.NULL ? types.get(1) : types.get(0);
  }
}
