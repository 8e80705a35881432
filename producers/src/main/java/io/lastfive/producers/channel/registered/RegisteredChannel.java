// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.registered;

import io.lastfive.producers.channel.CardShapedText;
import io.lastfive.producers.channel.ForbiddenFields;
import io.lastfive.producers.channel.PaymentChannel;
import io.lastfive.producers.channel.PaymentCheck;
import io.lastfive.producers.channel.banktransfer.Iban;
import io.lastfive.registry.RegisteredSchema;
import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.registry.SchemaRegistryException;
import io.lastfive.registry.SchemaRegistryUnavailableException;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * A channel that came later than this program: all that is known of it is the schema registered for
 * its topic. The schema says what a payment holds; beyond that, nothing that reads as a card number
 * enters the topic. The record's key is the field {@code customer_id}, the payment's id the
 * schema's first field. Its records hold Avro's own types: bytes and longs, not decimals and times.
 */
public final class RegisteredChannel implements PaymentChannel<GenericRecord> {
  private static final String CUSTOMER_ID = "customer_id";
  private static final int LONGEST_TEXT = 1000;

  /** What a field holds, {@code null} aside. */
  public enum Kind {
    TEXT,
    DECIMAL,
    TIME,
    INT,
    LONG,
    BOOLEAN,
    ENUM
  }

  private final String topic;
  private final Schema schema;

  /**
   * @throws UserError where records of {@code schema} could not be payments
   */
  public RegisteredChannel(String topic, Schema schema) {
    this.topic = topic;
    this.schema = schema;
    List<String> problems = new ArrayList<>();
    if (schema.getType() != Schema.Type.RECORD) {
      throw new UserError(
          "The schema of '%s' is of type %s; a payment is a record."
              .formatted(topic, schema.getType().getName()));
    }
    Schema.Field customerId = schema.getField(CUSTOMER_ID);
    if (customerId == null || customerId.schema().getType() != Schema.Type.STRING) {
      problems.add(
          "%s has no field 'customer_id' of type string, which is the record's key"
              .formatted(schema.getName()));
    }
    for (Schema.Field field : schema.getFields()) {
      if (ForbiddenFields.contains(field.name())) {
        problems.add(
            "%s.%s must not be stored (PCI DSS 3.3.1)".formatted(schema.getName(), field.name()));
      } else if (kindIfKnown(field).isEmpty()) {
        problems.add(
            "%s.%s is of type %s; a payment's fields are string, decimal, timestamp-millis, int, long, boolean or enum, or a union of one with null"
                .formatted(schema.getName(), field.name(), field.schema()));
      }
    }
    if (!problems.isEmpty()) {
      throw UserError.ofAll("problems with the schema of '" + topic + "'", problems);
    }
  }

  /**
   * The channel of {@code topic}, its schema the newest that is registered; empty where none is.
   *
   * @throws UnavailableError where the registry does not answer
   */
  public static Optional<RegisteredChannel> of(String topic, Settings settings) {
    SchemaRegistryClient registry = new SchemaRegistryClient(settings.schemaRegistryProperties());
    try {
      return registry
          .latest(topic + "-value")
          .map(RegisteredSchema::schema)
          .map(schema -> new RegisteredChannel(topic, schema));
    } catch (SchemaRegistryUnavailableException away) {
      throw new UnavailableError(Objects.toString(away.getMessage()), away);
    } catch (SchemaRegistryException refused) {
      throw new UserError(
          "Schema Registry at %s refused: %s"
              .formatted(settings.get(KnownSettings.SCHEMA_REGISTRY_URL), refused.getMessage()),
          refused);
    }
  }

  @Override
  public String topic() {
    return topic;
  }

  public Schema schema() {
    return schema;
  }

  /** What {@code field}, one of {@link #schema()}, holds. */
  public static Kind kind(Schema.Field field) {
    return kindIfKnown(field)
        .orElseThrow(() -> new IllegalArgumentException("no field of a payment: " + field.name()));
  }

  private static Optional<Kind> kindIfKnown(Schema.Field field) {
    Schema type = valueType(field);
    return switch (type.getType()) {
      case STRING -> Optional.of(Kind.TEXT);
      case ENUM -> Optional.of(Kind.ENUM);
      case BOOLEAN -> Optional.of(Kind.BOOLEAN);
      case INT -> type.getLogicalType() == null ? Optional.of(Kind.INT) : Optional.empty();
      case LONG -> longKind(type);
      case BYTES ->
          type.getLogicalType() instanceof LogicalTypes.Decimal
              ? Optional.of(Kind.DECIMAL)
              : Optional.empty();
      case ARRAY, MAP, RECORD, FIXED, FLOAT, DOUBLE, NULL, UNION -> Optional.empty();
    };
  }

  private static Optional<Kind> longKind(Schema type) {
    if (type.getLogicalType() == null) {
      return Optional.of(Kind.LONG);
    }
    return type.getLogicalType() instanceof LogicalTypes.TimestampMillis
        ? Optional.of(Kind.TIME)
        : Optional.empty();
  }

  /** The type of {@code field} beside null. */
  public static Schema valueType(Schema.Field field) {
    Schema type = field.schema();
    if (!type.isUnion() || !type.isNullable() || type.getTypes().size() != 2) {
      return type;
    }
    return type.getTypes().get(type.getTypes().get(0).getType() == Schema.Type.NULL ? 1 : 0);
  }

  @Override
  public String paymentId(GenericRecord event) {
    return String.valueOf(event.get(0));
  }

  @Override
  public String customerId(GenericRecord event) {
    return String.valueOf(event.get(CUSTOMER_ID));
  }

  @Override
  public void check(GenericRecord event, PaymentCheck check) {
    for (Schema.Field field : schema.getFields()) {
      Object value = event.get(field.pos());
      if (field.name().equals(CUSTOMER_ID)) {
        check.customerId(value == null ? null : value.toString());
      } else if (value instanceof CharSequence text && !isKnownNumber(text.toString())) {
        check.optionalText(field.name(), text.toString(), LONGEST_TEXT);
      } else if (value instanceof Long number && kind(field) == Kind.LONG) {
        refuseCardShaped(field, number.toString(), check);
      } else if (value instanceof ByteBuffer bytes) {
        refuseCardShaped(field, decimal(field, bytes).toBigInteger().toString(), check);
      }
    }
  }

  /** Whose digits are no card's, although they might pass its check. */
  private static boolean isKnownNumber(String text) {
    PaymentCheck check = new PaymentCheck();
    check.uuid("", text);
    return check.isClean() || Iban.problemWith(text).isEmpty();
  }

  private static void refuseCardShaped(Schema.Field field, String digits, PaymentCheck check) {
    if (CardShapedText.isIn(digits)) {
      check.note(field.name(), "reads as a card number (13 to 19 digits that pass the Luhn check)");
    }
  }

  private static BigDecimal decimal(Schema.Field field, ByteBuffer bytes) {
    Schema type = valueType(field);
    return new Conversions.DecimalConversion()
        .fromBytes(bytes.duplicate(), type, type.getLogicalType());
  }
}
