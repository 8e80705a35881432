// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.jspecify.annotations.Nullable;

/**
 * Where a writer's schema of the aggregate holds what the tables need. Fields are found by name
 * whatever their order and case; those that the sink does not know are kept apart.
 */
final class RecentPaymentsSchema {
  private static final String PAYMENTS = "PAYMENTS";

  private final Field payments;
  private final List<Field> fields;
  private final Map<PaymentField, Field> paymentFields;

  /** Throws a {@link BadRecordException} that names all that the schema lacks. */
  RecentPaymentsSchema(int id, Schema writer) throws BadRecordException {
    if (writer.getType() != Schema.Type.RECORD) {
      throw new BadRecordException(
          "schema %d is of type %s, not a record with a field '%s'"
              .formatted(id, writer.getType().getName(), PAYMENTS));
    }
    List<String> problems = new ArrayList<>();
    Field found = field(writer, PAYMENTS);
    this.fields = List.copyOf(writer.getFields());
    this.paymentFields = new EnumMap<>(PaymentField.class);
    if (found == null) {
      throw new BadRecordException(
          "schema %d has no field '%s'; it has %s".formatted(id, PAYMENTS, names(writer)));
    }
    this.payments = found;
    Schema array = withoutNull(payments.schema());
    if (array.getType() != Schema.Type.ARRAY
        || withoutNull(array.getElementType()).getType() != Schema.Type.RECORD) {
      throw new BadRecordException(
          "field '%s' of schema %d is not an array of records".formatted(payments.name(), id));
    }
    Schema payment = withoutNull(array.getElementType());
    for (PaymentField wanted : PaymentField.values()) {
      Field field = field(payment, wanted.name());
      if (field == null) {
        problems.add("no field '%s' in a payment".formatted(wanted.name()));
      } else if (!holds(withoutNull(field.schema()), wanted.kind)) {
        problems.add(
            "field '%s' of a payment is %s, not %s"
                .formatted(
                    field.name(), described(withoutNull(field.schema())), wanted(wanted.kind)));
      } else {
        paymentFields.put(wanted, field);
      }
    }
    if (!problems.isEmpty()) {
      throw new BadRecordException(
          "schema %d: %s; a payment has %s"
              .formatted(id, String.join(", ", problems), names(payment)));
    }
  }

  /** All fields, in the writer's order. */
  List<Field> fields() {
    return fields;
  }

  Field payments() {
    return payments;
  }

  /** What a field of a payment is to the tables; empty for one that the sink does not know. */
  Optional<PaymentField> known(Field field) {
    return paymentFields.entrySet().stream()
        .filter(known -> known.getValue().pos() == field.pos())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  static Schema withoutNull(Schema schema) {
    if (schema.getType() != Schema.Type.UNION) {
      return schema;
    }
    List<Schema> branches =
        schema.getTypes().stream().filter(branch -> branch.getType() != Schema.Type.NULL).toList();
    return branches.size() == 1 ? branches.get(0) : schema;
  }

  private static @Nullable Field field(Schema record, String name) {
    // The exact name goes first where two names differ by case only.
    Field exact = record.getField(name);
    return exact != null
        ? exact
        : record.getFields().stream()
            .filter(field -> field.name().equalsIgnoreCase(name))
            .findFirst()
            .orElse(null);
  }

  private static boolean holds(Schema schema, PaymentField.Kind kind) {
    LogicalType logical = schema.getLogicalType();
    return switch (kind) {
      case TEXT -> schema.getType() == Schema.Type.STRING || schema.getType() == Schema.Type.ENUM;
      case AMOUNT -> logical instanceof LogicalTypes.Decimal;
      case TIME ->
          logical instanceof LogicalTypes.TimestampMillis
              || logical instanceof LogicalTypes.TimestampMicros
              || schema.getType() == Schema.Type.STRING;
    };
  }

  private static String wanted(PaymentField.Kind kind) {
    return switch (kind) {
      case TEXT -> "a string";
      case AMOUNT -> "a decimal";
      case TIME -> "a timestamp-millis, timestamp-micros or string";
    };
  }

  private static String described(Schema schema) {
    LogicalType logical = schema.getLogicalType();
    return logical == null
        ? schema.getType().getName().toLowerCase(Locale.ROOT)
        : logical.getName();
  }

  private static String names(Schema record) {
    return record.getFields().stream().map(Field::name).collect(Collectors.joining(", "));
  }
}
