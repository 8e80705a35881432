// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.GenericDatumReader;
import org.jspecify.annotations.Nullable;

/**
 * Turns the data of one writer's schema into JSON text, straight from Avro's bytes: a sink reads
 * every record of the topic, and objects made of it would be its largest cost. Each payment is gone
 * through once to find where its fields are, then written in the table's order. Used by one thread.
 */
final class RecentPaymentsReader {
  private static final int AMOUNT_SCALE = 4;
  private static final int AMOUNT_PRECISION = 19;
  private static final long EARLIEST_MILLIS = -62_135_596_800_000L;
  private static final long LATEST_MILLIS = 253_402_300_799_999L;
  private static final int NULL = -1;
  private static final byte[] NULL_TEXT = "null".getBytes(StandardCharsets.US_ASCII);
  private static final JsonFactory JSON = new JsonFactory();

  private final int schemaId;
  private final List<Slot> slots = new ArrayList<>();
  private final Nullability paymentsNull;
  private final Nullability paymentNull;
  private final PaymentSlot[] paymentSlots;
  private final PaymentSlot[] unknownSlots;
  private final PaymentSlot[] knownSlots = new PaymentSlot[PaymentField.values().length];
  private final boolean keepsUnknownFields;

  private final AvroBytes avro = new AvroBytes();
  private final JsonBytes json = new JsonBytes();
  private int[] nameStarts = new int[8];
  private int[] nameLengths = new int[8];
  private int names;

  /** A last five as the tables hold it, and the different account names in it. */
  record Json(String payments, List<String> accountNames, Optional<String> extra) {}

  /** A field beside the payments, or the payments themselves. */
  private record Slot(Field field, Optional<GenericDatumReader<Object>> unknown) {}

  /** Which branch of the union stands for null; -1 where there is no union. */
  private record Nullability(int nullBranch, int branches) {
    static Nullability of(Schema schema) {
      if (schema.getType() != Schema.Type.UNION) {
        return new Nullability(NULL, 0);
      }
      int nullBranch = NULL;
      for (int i = 0; i < schema.getTypes().size(); i++) {
        nullBranch = schema.getTypes().get(i).getType() == Schema.Type.NULL ? i : nullBranch;
      }
      return new Nullability(nullBranch, schema.getTypes().size());
    }

    boolean isNull(AvroBytes avro) throws IOException {
      return branches > 0 && avro.readIndex(branches) == nullBranch;
    }
  }

  /** A field of a payment: how it is read, and where the one being read lies. */
  private static final class PaymentSlot {
    final Field field;
    final @Nullable PaymentField known;
    final Nullability nullability;
    final Schema schema;
    final byte[] nameAndColon;
    final GenericDatumReader<Object> reader;
    int position;

    PaymentSlot(Field field, @Nullable PaymentField known) {
      this.field = field;
      this.known = known;
      this.nullability = Nullability.of(field.schema());
      this.schema = RecentPaymentsSchema.withoutNull(field.schema());
      this.reader = new GenericDatumReader<>(field.schema());
      this.nameAndColon =
          (known == null ? "" : "\"" + known.jsonName + "\":").getBytes(StandardCharsets.US_ASCII);
    }
  }

  RecentPaymentsReader(int schemaId, RecentPaymentsSchema layout) {
    this.schemaId = schemaId;
    for (Field field : layout.fields()) {
      slots.add(
          new Slot(
              field,
              field.pos() == layout.payments().pos()
                  ? Optional.empty()
                  : Optional.of(new GenericDatumReader<>(field.schema()))));
    }
    this.keepsUnknownFields = slots.size() > 1;
    Schema payments = layout.payments().schema();
    this.paymentsNull = Nullability.of(payments);
    Schema payment = RecentPaymentsSchema.withoutNull(payments).getElementType();
    this.paymentNull = Nullability.of(payment);
    List<Field> fields = RecentPaymentsSchema.withoutNull(payment).getFields();
    this.paymentSlots = new PaymentSlot[fields.size()];
    List<PaymentSlot> unknown = new ArrayList<>();
    for (int i = 0; i < paymentSlots.length; i++) {
      PaymentField known = layout.known(fields.get(i)).orElse(null);
      paymentSlots[i] = new PaymentSlot(fields.get(i), known);
      if (known == null) {
        unknown.add(paymentSlots[i]);
      } else {
        knownSlots[PaymentField.IN_JSONB_ORDER.indexOf(known)] = paymentSlots[i];
      }
    }
    this.unknownSlots = unknown.toArray(PaymentSlot[]::new);
  }

  /** The last five in the value, whose data begins at {@code start}. */
  Json read(byte[] value, int start) throws BadRecordException {
    avro.reset(value, start);
    json.clear();
    names = 0;
    Json read;
    try {
      read = read();
    } catch (IOException | RuntimeException malformed) {
      // Malformed data shows in many ways; the exceptions' messages may quote it.
      throw new BadRecordException(
          "the value does not follow schema %d (%s)"
              .formatted(schemaId, malformed.getClass().getSimpleName()));
    }
    if (!avro.atEnd()) {
      throw new BadRecordException(
          "the value does not follow schema %d (bytes are left over)".formatted(schemaId));
    }
    return read;
  }

  private Json read() throws IOException, BadRecordException {
    if (!keepsUnknownFields) {
      writePayments();
      return new Json(json.toString(), accountNames(), Optional.empty());
    }
    StringWriter extraText = new StringWriter();
    try (JsonGenerator extra = JSON.createGenerator(extraText)) {
      extra.writeStartObject();
      for (Slot slot : slots) {
        if (slot.unknown().isPresent()) {
          extra.writeFieldName(slot.field().name());
          AvroJson.write(extra, slot.field().schema(), avro.read(slot.unknown().get()));
        } else {
          writePayments();
        }
      }
      extra.writeEndObject();
    }
    return new Json(json.toString(), accountNames(), Optional.of(extraText.toString()));
  }

  private void writePayments() throws IOException, BadRecordException {
    if (paymentsNull.isNull(avro)) {
      throw new BadRecordException("field 'PAYMENTS' is null");
    }
    json.raw('[');
    int number = 0;
    for (long count = avro.readBlock(); count > 0; count = avro.readBlock()) {
      for (long i = 0; i < count; i++) {
        number++;
        if (paymentNull.isNull(avro)) {
          throw new BadRecordException("payment %d is null".formatted(number));
        }
        if (number > 1) {
          json.raw(',');
        }
        findFields();
        int end = avro.position();
        writePayment(number);
        avro.position(end);
      }
    }
    json.raw(']');
  }

  private void findFields() throws IOException {
    for (PaymentSlot slot : paymentSlots) {
      if (slot.known == null) {
        slot.position = avro.position();
        avro.skip(slot.field.schema());
      } else if (slot.nullability.isNull(avro)) {
        slot.position = NULL;
      } else {
        slot.position = avro.position();
        step(slot);
      }
    }
  }

  private void step(PaymentSlot slot) throws IOException {
    switch (slot.schema.getType()) {
      case STRING, BYTES -> avro.skip(avro.readLength());
      case FIXED -> avro.skip(slot.schema.getFixedSize());
      default -> avro.readLong();
    }
  }

  private void writePayment(int number) throws IOException, BadRecordException {
    char separator = '{';
    for (PaymentSlot slot : knownSlots) {
      json.raw(separator);
      separator = ',';
      json.raw(slot.nameAndColon);
      writeKnown(slot, number);
    }
    if (unknownSlots.length > 0) {
      writeUnknown();
    }
    json.raw('}');
  }

  private void writeKnown(PaymentSlot slot, int number) throws IOException, BadRecordException {
    PaymentField known = slot.known;
    if (known == null) {
      throw new IllegalStateException("not a known field: " + slot.field.name());
    }
    if (slot.position == NULL) {
      if (known.mandatory) {
        throw new BadRecordException(
            "field '%s' of payment %d is null".formatted(known.name(), number));
      }
      json.raw(NULL_TEXT);
      return;
    }
    avro.position(slot.position);
    switch (known.kind) {
      case TEXT -> writeText(slot, known, number);
      case AMOUNT -> writeAmount(slot, number);
      case TIME -> writeTime(slot, number);
    }
  }

  private void writeText(PaymentSlot slot, PaymentField known, int number)
      throws IOException, BadRecordException {
    boolean storable;
    if (slot.schema.getType() == Schema.Type.ENUM) {
      List<String> symbols = slot.schema.getEnumSymbols();
      byte[] symbol =
          symbols.get(avro.readIndex(symbols.size())).getBytes(StandardCharsets.US_ASCII);
      storable = json.text(symbol, 0, symbol.length);
    } else {
      int length = avro.readLength();
      storable = json.text(avro.array(), avro.position(), length);
      if (known == PaymentField.ACCOUNT_NAME) {
        noteAccountName(avro.position(), length);
      }
    }
    if (!storable) {
      throw AvroJson.notStorable("field '%s' of payment %d".formatted(known.name(), number));
    }
  }

  /** Keeps where a name lies, once for names that are alike. */
  private void noteAccountName(int position, int length) {
    byte[] value = avro.array();
    for (int i = 0; i < names; i++) {
      if (Arrays.equals(
          value,
          position,
          position + length,
          value,
          nameStarts[i],
          nameStarts[i] + nameLengths[i])) {
        return;
      }
    }
    if (names == nameStarts.length) {
      nameStarts = Arrays.copyOf(nameStarts, names * 2);
      nameLengths = Arrays.copyOf(nameLengths, names * 2);
    }
    nameStarts[names] = position;
    nameLengths[names++] = length;
  }

  private List<String> accountNames() {
    String[] texts = new String[names];
    for (int i = 0; i < names; i++) {
      texts[i] = new String(avro.array(), nameStarts[i], nameLengths[i], StandardCharsets.UTF_8);
    }
    return List.of(texts);
  }

  private void writeAmount(PaymentSlot slot, int number) throws IOException, BadRecordException {
    int length =
        slot.schema.getType() == Schema.Type.FIXED ? slot.schema.getFixedSize() : avro.readLength();
    if (length == 0) {
      throw new BadRecordException("field 'AMOUNT' of payment %d has no digits".formatted(number));
    }
    int scale = ((LogicalTypes.Decimal) slot.schema.getLogicalType()).getScale();
    if (scale == AMOUNT_SCALE && length <= Long.BYTES) {
      byte[] bytes = avro.array();
      int position = avro.position();
      long unscaled = bytes[position];
      for (int i = 1; i < length; i++) {
        unscaled = unscaled << 8 | (bytes[position + i] & 0xff);
      }
      json.amount(unscaled);
      return;
    }
    ByteBuffer unscaled = ByteBuffer.wrap(avro.array(), avro.position(), length);
    byte[] text =
        amount(AvroJson.decimal(scale, unscaled), number).getBytes(StandardCharsets.US_ASCII);
    json.text(text, 0, text.length);
  }

  private static String amount(BigDecimal amount, int number) throws BadRecordException {
    BigDecimal scaled;
    try {
      scaled = amount.setScale(AMOUNT_SCALE, RoundingMode.UNNECESSARY);
    } catch (ArithmeticException tooFine) {
      throw new BadRecordException(
          "field 'AMOUNT' of payment %d has more than %d decimal places"
              .formatted(number, AMOUNT_SCALE));
    }
    if (scaled.precision() > AMOUNT_PRECISION) {
      throw new BadRecordException(
          "field 'AMOUNT' of payment %d has more than %d digits"
              .formatted(number, AMOUNT_PRECISION));
    }
    return scaled.toPlainString();
  }

  private void writeTime(PaymentSlot slot, int number) throws IOException, BadRecordException {
    boolean text = slot.schema.getType() == Schema.Type.STRING;
    boolean micros = text || slot.schema.getLogicalType() instanceof LogicalTypes.TimestampMicros;
    long time = text ? readTimeText(number) : avro.readLong();
    long millis = micros ? Math.floorDiv(time, 1_000L) : time;
    int rest = micros ? (int) Math.floorMod(time, 1_000L) : 0;
    if (millis < EARLIEST_MILLIS || millis > LATEST_MILLIS) {
      throw new BadRecordException(
          "field 'TRANSACTED_AT' of payment %d is not within the years 1 to 9999"
              .formatted(number));
    }
    json.time(millis, rest, text ? rest != 0 : micros);
  }

  /** Microseconds, which is what a timestamptz holds. */
  private long readTimeText(int number) throws IOException, BadRecordException {
    int length = avro.readLength();
    String text = new String(avro.array(), avro.position(), length, StandardCharsets.UTF_8);
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      return Math.addExact(
          Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
    } catch (DateTimeParseException | ArithmeticException notATime) {
      throw new BadRecordException(
          "field 'TRANSACTED_AT' of payment %d is text, but not an ISO 8601 time with its offset"
              .formatted(number));
    }
  }

  private void writeUnknown() throws IOException, BadRecordException {
    StringWriter text = new StringWriter();
    try (JsonGenerator extra = JSON.createGenerator(text)) {
      extra.writeStartObject();
      for (PaymentSlot slot : unknownSlots) {
        avro.position(slot.position);
        extra.writeFieldName(slot.field.name());
        AvroJson.write(extra, slot.field.schema(), avro.read(slot.reader));
      }
      extra.writeEndObject();
    }
    json.raw(",\"extra\":".getBytes(StandardCharsets.US_ASCII));
    json.raw(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
