// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Aggregate records as ksqlDB writes them: names in upper case, every field nullable. */
public final class RecentPaymentsRecords {
  public static final Schema DECIMAL =
      LogicalTypes.decimal(19, 4).addToSchema(Schema.create(Schema.Type.BYTES));
  public static final Schema TIMESTAMP =
      LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
  public static final Schema STRING = Schema.create(Schema.Type.STRING);
  public static final Schema PAYMENT =
      record(
          "Payment",
          field("PAYMENT_ID", STRING),
          field("PAYMENT_TYPE", STRING),
          field("AMOUNT", DECIMAL),
          field("CURRENCY", STRING),
          field("ACCOUNT_NO", STRING),
          field("ACCOUNT_NAME", STRING),
          field("BANK_NAME", STRING),
          field("COUNTERPARTY", STRING),
          field("REFERENCE_NO", STRING),
          field("STATUS", STRING),
          field("TRANSACTED_AT", TIMESTAMP));
  public static final Schema SCHEMA =
      record("RecentPayments", field("PAYMENTS", Schema.createArray(nullable(PAYMENT))));

  private RecentPaymentsRecords() {}

  public static Schema.Field field(String name, Schema schema) {
    return new Schema.Field(name, nullable(schema), null, Schema.Field.NULL_DEFAULT_VALUE);
  }

  public static Schema nullable(Schema schema) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), schema);
  }

  public static Schema record(String name, Schema.Field... fields) {
    Schema record =
        SchemaBuilder.record(name).namespace("io.lastfive.schemas").fields().endRecord();
    return Schema.createRecord(name, null, record.getNamespace(), false, List.of(fields));
  }

  /** A payment by card with every field. */
  public static GenericRecord payment(String paymentId, String amount, Instant transactedAt) {
    return payment(PAYMENT, paymentId, amount, transactedAt);
  }

  public static GenericRecord payment(
      Schema schema, String paymentId, String amount, Instant transactedAt) {
    GenericRecord payment = new GenericData.Record(schema);
    payment.put("PAYMENT_ID", paymentId);
    payment.put("PAYMENT_TYPE", "CC");
    payment.put("AMOUNT", decimal(amount));
    payment.put("CURRENCY", "EUR");
    payment.put("ACCOUNT_NO", "411111******1111");
    payment.put("ACCOUNT_NAME", "Ada Lovelace");
    payment.put("BANK_NAME", "Analytical Bank");
    payment.put("COUNTERPARTY", "Mañana \"Q\" O'Neil 李雷");
    payment.put("REFERENCE_NO", "ref-" + paymentId);
    payment.put("STATUS", "SETTLED");
    payment.put("TRANSACTED_AT", transactedAt.toEpochMilli());
    return payment;
  }

  public static ByteBuffer decimal(String amount) {
    return ByteBuffer.wrap(new BigDecimal(amount).setScale(4).unscaledValue().toByteArray());
  }

  public static GenericRecord recentPayments(List<GenericRecord> payments) {
    GenericRecord recent = new GenericData.Record(SCHEMA);
    recent.put("PAYMENTS", new ArrayList<>(payments));
    return recent;
  }

  /** One payment, whose id tells which version of the customer's row it is. */
  public static byte[] version(int schemaId, long version) {
    return encode(
        schemaId,
        recentPayments(
            List.of(
                payment(
                    "p" + version, "12.5", Instant.ofEpochMilli(1_767_265_200_000L + version)))));
  }

  /** Confluent's wire format. */
  public static byte[] encode(int schemaId, GenericRecord record) {
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      bytes.write(0);
      bytes.write(ByteBuffer.allocate(Integer.BYTES).putInt(schemaId).array());
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
      encoder.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
