// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.lastfive.customersink.write.Change;
import io.lastfive.customersink.write.NameWords;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns a record of the aggregate topic into what it does to the tables. The value is Avro in
 * Confluent's wire format: a zero byte, the id of the writer's schema, the data. What cannot be
 * read becomes a dead letter; the same record always the same one. Used by one thread.
 */
public final class RecentPaymentsDecoder {
  private static final int HEADER_BYTES = 5;
  private static final int AMOUNT_SCALE = 4;
  private static final int AMOUNT_PRECISION = 19;
  private static final Instant EARLIEST_TIME = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST_TIME = Instant.parse("9999-12-31T23:59:59.999Z");
  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
  private static final DateTimeFormatter MICROS =
      new DateTimeFormatterBuilder().appendInstant(6).toFormatter();
  private static final JsonFactory JSON = new JsonFactory();

  private final WriterSchemas writerSchemas;
  private final Map<Integer, KnownSchema> knownSchemas = new HashMap<>();
  private final Set<String> accountNames = new HashSet<>();
  private @Nullable BinaryDecoder reusedDecoder;

  public RecentPaymentsDecoder(WriterSchemas writerSchemas) {
    this.writerSchemas = writerSchemas;
  }

  /** A writer's schema that was checked, and how it is read; or why it cannot be. */
  private record KnownSchema(
      Optional<RecentPaymentsSchema> layout,
      Optional<GenericDatumReader<GenericRecord>> reader,
      String problem) {}

  /**
   * What the record does: an upsert, a delete or, where it cannot be read, a dead letter.
   *
   * @throws io.lastfive.settings.UnavailableError the registry is needed for a schema not seen yet,
   *     and does not answer; nothing is known about the record then
   */
  public Change decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      String customerId = customerId(record.key());
      byte[] value = record.value();
      if (value == null) {
        return new Change.Delete(record.offset(), customerId);
      }
      Instant recordTime = Instant.ofEpochMilli(record.timestamp());
      if (record.timestamp() < 0 || recordTime.isAfter(LATEST_TIME)) {
        throw new BadRecordException("the record's timestamp is out of range");
      }
      return upsert(record, customerId, value);
    } catch (BadRecordException bad) {
      return new Change.DeadLetter(record.offset(), bad.reason(), record.timestamp());
    }
  }

  private static String customerId(byte @Nullable [] key) throws BadRecordException {
    if (key == null || key.length == 0) {
      throw new BadRecordException("the record has no key; the key is the customer's id");
    }
    try {
      String customerId =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
      return AvroJson.storable("the key", customerId);
    } catch (CharacterCodingException notText) {
      throw new BadRecordException("the key is not UTF-8 text");
    }
  }

  private Change upsert(ConsumerRecord<byte[], byte[]> record, String customerId, byte[] value)
      throws BadRecordException {
    if (value.length < HEADER_BYTES || value[0] != 0) {
      throw new BadRecordException(
          "the value is not Avro in Confluent's wire format (a zero byte and a schema id first)");
    }
    int schemaId = ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
    KnownSchema known = knownSchema(schemaId);
    RecentPaymentsSchema layout =
        known.layout().orElseThrow(() -> new BadRecordException(known.problem()));
    GenericRecord recentPayments = read(known.reader().orElseThrow(), schemaId, value);
    accountNames.clear();
    try {
      return new Change.Upsert(
          record.offset(),
          customerId,
          paymentsJson(layout, recentPayments.get(layout.paymentsPosition())),
          NameWords.vector(accountNames),
          extraJson(layout.unknownFields(), recentPayments),
          record.timestamp());
    } catch (IOException e) {
      throw new IllegalStateException("a JSON text is written to memory", e);
    }
  }

  private KnownSchema knownSchema(int id) {
    KnownSchema known = knownSchemas.get(id);
    if (known != null) {
      return known;
    }
    Optional<Schema> writer = writerSchemas.byId(id);
    if (writer.isEmpty()) {
      // Not remembered: it may be registered yet.
      return new KnownSchema(
          Optional.empty(),
          Optional.empty(),
          "the schema registry has no Avro schema with id " + id);
    }
    KnownSchema checked = check(id, writer.get());
    knownSchemas.put(id, checked);
    return checked;
  }

  private static KnownSchema check(int id, Schema writer) {
    try {
      return new KnownSchema(
          Optional.of(new RecentPaymentsSchema(id, writer)),
          Optional.of(new GenericDatumReader<>(writer)),
          "");
    } catch (BadRecordException unfit) {
      return new KnownSchema(Optional.empty(), Optional.empty(), unfit.reason());
    }
  }

  private GenericRecord read(GenericDatumReader<GenericRecord> reader, int schemaId, byte[] value)
      throws BadRecordException {
    BinaryDecoder decoder =
        DecoderFactory.get()
            .binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, reusedDecoder);
    reusedDecoder = decoder;
    GenericRecord read;
    boolean end;
    try {
      read = reader.read(null, decoder);
      end = decoder.isEnd();
    } catch (IOException | RuntimeException malformed) {
      // Avro reports malformed data by many kinds of exceptions; their messages may quote it.
      throw new BadRecordException(
          "the value does not follow schema %d (%s)"
              .formatted(schemaId, malformed.getClass().getSimpleName()));
    }
    if (!end) {
      throw new BadRecordException(
          "the value does not follow schema %d (bytes are left over)".formatted(schemaId));
    }
    return read;
  }

  private String paymentsJson(RecentPaymentsSchema layout, @Nullable Object payments)
      throws IOException, BadRecordException {
    if (!(payments instanceof Collection<?> elements)) {
      throw new BadRecordException("field 'PAYMENTS' is null");
    }
    StringWriter text = new StringWriter(elements.size() * 320 + 2);
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartArray();
      int position = 0;
      for (Object element : elements) {
        position++;
        if (!(element instanceof IndexedRecord payment)) {
          throw new BadRecordException("payment %d is null".formatted(position));
        }
        writePayment(json, layout, payment, position);
      }
      json.writeEndArray();
    }
    return text.toString();
  }

  private void writePayment(
      JsonGenerator json, RecentPaymentsSchema layout, IndexedRecord payment, int position)
      throws IOException, BadRecordException {
    json.writeStartObject();
    for (PaymentField known : PaymentField.values()) {
      Field field = layout.field(known);
      Object value = payment.get(field.pos());
      json.writeFieldName(known.jsonName);
      if (value != null) {
        String text = text(known, field, value, position);
        json.writeString(text);
        if (known == PaymentField.ACCOUNT_NAME) {
          accountNames.add(text);
        }
      } else if (known.mandatory) {
        throw new BadRecordException(
            "field '%s' of payment %d is null".formatted(known.name(), position));
      } else {
        json.writeNull();
      }
    }
    if (!layout.unknownPaymentFields().isEmpty()) {
      json.writeFieldName("extra");
      writeFields(json, layout.unknownPaymentFields(), payment);
    }
    json.writeEndObject();
  }

  private static String text(PaymentField known, Field field, Object value, int position)
      throws BadRecordException {
    return switch (known.kind) {
      case TEXT -> string(known, value, position);
      case AMOUNT -> amount(field, value, position);
      case TIME -> time(field, value, position);
    };
  }

  private static String string(PaymentField known, Object value, int position)
      throws BadRecordException {
    String text = value.toString();
    if (!AvroJson.isStorable(text)) {
      throw AvroJson.notStorable("field '%s' of payment %d".formatted(known.name(), position));
    }
    return text;
  }

  private static String amount(Field field, Object value, int position) throws BadRecordException {
    BigDecimal amount = AvroJson.decimal(RecentPaymentsSchema.withoutNull(field.schema()), value);
    BigDecimal scaled;
    try {
      scaled = amount.setScale(AMOUNT_SCALE, RoundingMode.UNNECESSARY);
    } catch (ArithmeticException tooFine) {
      throw new BadRecordException(
          "field 'AMOUNT' of payment %d has more than %d decimal places"
              .formatted(position, AMOUNT_SCALE));
    }
    if (scaled.precision() > AMOUNT_PRECISION) {
      throw new BadRecordException(
          "field 'AMOUNT' of payment %d has more than %d digits"
              .formatted(position, AMOUNT_PRECISION));
    }
    return scaled.toPlainString();
  }

  private static String time(Field field, Object value, int position) throws BadRecordException {
    boolean micros =
        RecentPaymentsSchema.withoutNull(field.schema()).getLogicalType()
            instanceof LogicalTypes.TimestampMicros;
    long number = (Long) value;
    Instant time =
        micros
            ? Instant.ofEpochSecond(
                Math.floorDiv(number, 1_000_000L), Math.floorMod(number, 1_000_000L) * 1_000L)
            : Instant.ofEpochMilli(number);
    if (time.isBefore(EARLIEST_TIME) || time.isAfter(LATEST_TIME)) {
      throw new BadRecordException(
          "field 'TRANSACTED_AT' of payment %d is not within the years 1 to 9999"
              .formatted(position));
    }
    return (micros ? MICROS : MILLIS).format(time);
  }

  private static Optional<String> extraJson(List<Field> unknown, IndexedRecord record)
      throws IOException, BadRecordException {
    if (unknown.isEmpty()) {
      return Optional.empty();
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      writeFields(json, unknown, record);
    }
    return Optional.of(text.toString());
  }

  private static void writeFields(JsonGenerator json, List<Field> fields, IndexedRecord record)
      throws IOException, BadRecordException {
    json.writeStartObject();
    for (Field field : fields) {
      json.writeFieldName(field.name());
      AvroJson.write(json, field.schema(), record.get(field.pos()));
    }
    json.writeEndObject();
  }
}
