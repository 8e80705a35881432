// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.producers.channel.PaymentChannel;
import io.lastfive.producers.channel.PaymentCheck;
import io.lastfive.producers.channel.Shown;
import io.lastfive.producers.channel.registered.RegisteredChannel;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Texts become a record of the schema that is registered for a topic: see RegisteredChannel. */
public final class RegisteredFields implements ChannelFields<GenericRecord> {
  private final RegisteredChannel channel;
  private final Optional<ZoneId> zone;

  /**
   * @param zone of times that say no offset; empty: they are refused
   */
  public RegisteredFields(RegisteredChannel channel, Optional<ZoneId> zone) {
    this.channel = channel;
    this.zone = zone;
  }

  @Override
  public List<PaymentField> fields() {
    return channel.schema().getFields().stream()
        .map(field -> PaymentField.of(field.name()))
        .toList();
  }

  @Override
  public PaymentChannel<GenericRecord> channel() {
    return channel;
  }

  @Override
  public List<List<String>> mandatory() {
    return channel.schema().getFields().stream()
        .filter(field -> !field.hasDefaultValue())
        .filter(field -> !field.schema().isNullable())
        .map(field -> List.of(field.name()))
        .toList();
  }

  @Override
  public GenericRecord event(Map<String, String> values) {
    PaymentCheck check = new PaymentCheck();
    FieldTexts texts = new FieldTexts(values, zone, check);
    GenericRecord event = new GenericData.Record(channel.schema());
    for (Schema.Field field : channel.schema().getFields()) {
      String text = texts.text(field.name());
      event.put(
          field.pos(), text == null ? absent(field, check) : value(field, text, texts, check));
    }
    channel.check(event, check);
    check.refuseIfNoted();
    return event;
  }

  private static @Nullable Object absent(Schema.Field field, PaymentCheck check) {
    if (field.hasDefaultValue()) {
      return GenericData.get().getDefaultValue(field);
    }
    // The channel's own check notes an absent customer_id.
    if (!field.schema().isNullable() && !field.name().equals("customer_id")) {
      check.note(field.name(), "is missing");
    }
    return null;
  }

  private static @Nullable Object value(
      Schema.Field field, String text, FieldTexts texts, PaymentCheck check) {
    return switch (RegisteredChannel.kind(field)) {
      case TEXT -> text;
      case DECIMAL -> decimal(field, text, check);
      case TIME -> {
        Instant time = texts.time(field.name()).toInstant();
        check.time(field.name(), time);
        yield time.toEpochMilli();
      }
      case INT -> integer(field, text, check).map(Math::toIntExact).orElse(null);
      case LONG -> integer(field, text, check).orElse(null);
      case BOOLEAN -> {
        check.oneOf(field.name(), text, List.of("true", "false"));
        yield Boolean.valueOf(text);
      }
      case ENUM -> {
        Schema type = RegisteredChannel.valueType(field);
        check.oneOf(field.name(), text, type.getEnumSymbols());
        yield new GenericData.EnumSymbol(type, text);
      }
    };
  }

  private static @Nullable Object decimal(Schema.Field field, String text, PaymentCheck check) {
    if (!FieldTexts.isPlainNumber(text)) {
      check.note(field.name(), Shown.quoted(text) + " is not a number such as 1234.50");
      return null;
    }
    Schema type = RegisteredChannel.valueType(field);
    LogicalTypes.Decimal decimal = (LogicalTypes.Decimal) type.getLogicalType();
    BigDecimal number = new BigDecimal(text).stripTrailingZeros();
    int integerDigits = decimal.getPrecision() - decimal.getScale();
    if (number.scale() > decimal.getScale()
        || (long) number.precision() - number.scale() > integerDigits) {
      check.note(
          field.name(),
          "does not fit: at most %d digits before the decimal point and %d after it do"
              .formatted(integerDigits, decimal.getScale()));
      return null;
    }
    return new Conversions.DecimalConversion()
        .toBytes(number.setScale(decimal.getScale(), RoundingMode.UNNECESSARY), type, decimal);
  }

  private static Optional<Long> integer(Schema.Field field, String text, PaymentCheck check) {
    boolean isInt = RegisteredChannel.kind(field) == RegisteredChannel.Kind.INT;
    try {
      long number = Long.parseLong(text);
      if (!isInt || number == (int) number) {
        return Optional.of(number);
      }
    } catch (NumberFormatException noNumber) {
      // noted below, without the exception's text, which quotes the value
    }
    check.note(
        field.name(),
        Shown.quoted(text)
            + (isInt ? " is no whole number of 32 bits" : " is no whole number of 64 bits"));
    return Optional.empty();
  }
}
