// SPDX-License-Identifier: Apache-2.0
package io.lastfive.benchmarks.sink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.lastfive.benchmarks.BenchStack;
import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Made-up last fives for PAYMENT-TRX-AGGR in Avro, as the scripts write it; the comparison of sinks
 * has the same in a second topic as finished JSON text, for a sink that cannot write arrays of
 * structs. Used by one thread.
 */
public final class AggregateLoad implements AutoCloseable {
  public static final String TOPIC = "PAYMENT-TRX-AGGR";
  static final String JSON_TOPIC = "last-five-as-json";
  private static final int PARTITIONS = 6;
  private static final int PAYMENTS = 5;
  private static final int NAMES = 5_000;
  private static final int MOST_IN_FLIGHT = 20_000;
  private static final long FIRST_TIME = 1_767_265_200_000L;
  private static final JsonFactory JSON = new JsonFactory();
  private static final List<String> TEXTS =
      List.of(
          "currency",
          "account_no",
          "account_name",
          "bank_name",
          "counterparty",
          "reference_no",
          "status");
  private static final String[][] CARD_AND_TRANSFER = {
    {"EUR", "411111******7678", "", "Analytical Bank", "Kino Astra", "", "SETTLED"},
    {"USD", "****************1140", "", "Sparkasse", "Cloud Nine \"Hosting\"", "", "SETTLED"}
  };
  private static final Schema PAYMENT = payment();
  private static final Schema RECENT =
      SchemaBuilder.record("RecentPayments")
          .namespace("io.lastfive.schemas")
          .fields()
          .name("PAYMENTS")
          .type(nullable(Schema.createArray(nullable(PAYMENT))))
          .withDefault(null)
          .endRecord();

  private final Random random = new Random(5);
  private final GenericDatumWriter<GenericRecord> writer = new GenericDatumWriter<>(RECENT);
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
  private final KafkaProducer<String, byte[]> producer;
  private final int schemaId;
  private final List<Future<?>> inFlight = new ArrayList<>();
  private long made;

  private AggregateLoad(KafkaProducer<String, byte[]> producer, int schemaId) {
    this.producer = producer;
    this.schemaId = schemaId;
  }

  public static AggregateLoad open(Settings settings) {
    int schemaId =
        new SchemaRegistryClient(settings.schemaRegistryProperties())
            .register(TOPIC + "-value", RECENT);
    Map<String, Object> properties = new HashMap<>(settings.kafkaProperties());
    properties.put("linger.ms", "20");
    properties.put("batch.size", "262144");
    return new AggregateLoad(
        new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer()),
        schemaId);
  }

  /** Sends so many last fives of so many customers, in no order, to both topics. */
  static void send(Settings settings, long records, int customers)
      throws IOException, InterruptedException, ExecutionException {
    BenchStack.createTopics(settings, PARTITIONS, JSON_TOPIC);
    try (AggregateLoad load = open(settings)) {
      for (long i = 0; i < records; i++) {
        int number = load.random.nextInt(customers);
        GenericRecord recent = load.recentPayments(number);
        load.send(TOPIC, number, load.avro(recent));
        load.send(JSON_TOPIC, number, json(recent));
      }
      load.await();
    }
  }

  /** Sends new last fives of a customer, whose id is {@link #customerId}. */
  public void send(int number) throws IOException, InterruptedException, ExecutionException {
    send(TOPIC, number, avro(recentPayments(number)));
  }

  public static String customerId(int number) {
    return "C-%07d".formatted(number);
  }

  @Override
  public void close() {
    producer.close();
  }

  private void send(String topic, int number, byte[] value)
      throws InterruptedException, ExecutionException {
    inFlight.add(producer.send(new ProducerRecord<>(topic, customerId(number), value)));
    if (inFlight.size() > MOST_IN_FLIGHT) {
      await();
    }
  }

  /** Until all that was sent is in its topics. */
  public void await() throws InterruptedException, ExecutionException {
    for (Future<?> one : inFlight) {
      one.get();
    }
    inFlight.clear();
  }

  private GenericRecord recentPayments(int number) {
    made++;
    String accountName = "Ada Lovelace " + number % NAMES;
    List<GenericRecord> payments = new ArrayList<>(PAYMENTS);
    for (int i = 0; i < PAYMENTS; i++) {
      payments.add(payment(accountName, FIRST_TIME + made - i * 3_600_000L));
    }
    GenericRecord recent = new GenericData.Record(RECENT);
    recent.put(0, payments);
    return recent;
  }

  private GenericRecord payment(String accountName, long transactedAt) {
    int kind = random.nextInt(CARD_AND_TRANSFER.length);
    GenericRecord payment = new GenericData.Record(PAYMENT);
    payment.put("PAYMENT_ID", new UUID(random.nextLong(), random.nextLong()).toString());
    payment.put("PAYMENT_TYPE", kind == 0 ? "CC" : "BANK_TRF");
    payment.put(
        "AMOUNT", ByteBuffer.wrap(BigInteger.valueOf(random.nextInt(20_000_000)).toByteArray()));
    for (int i = 0; i < TEXTS.size(); i++) {
      payment.put(column(TEXTS.get(i)), CARD_AND_TRANSFER[kind][i]);
    }
    payment.put("ACCOUNT_NAME", accountName);
    payment.put("REFERENCE_NO", Integer.toString(random.nextInt(1_000_000_000)));
    payment.put("TRANSACTED_AT", transactedAt);
    return payment;
  }

  private byte[] avro(GenericRecord recent) throws IOException {
    bytes.reset();
    bytes.write(0);
    bytes.write(ByteBuffer.allocate(Integer.BYTES).putInt(schemaId).array());
    writer.write(recent, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  /** As {@code customer_payments.payments} holds it. */
  static byte[] json(GenericRecord recent) throws IOException {
    StringWriter text = new StringWriter(1_500);
    try (JsonGenerator json = JSON.createGenerator(text)) {
      writePayments(json, (List<?>) recent.get(0));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void writePayments(JsonGenerator json, List<?> payments) throws IOException {
    json.writeStartArray();
    for (Object one : payments) {
      GenericRecord payment = (GenericRecord) one;
      json.writeStartObject();
      json.writeStringField("paymentId", payment.get(0).toString());
      json.writeStringField("paymentType", payment.get(1).toString());
      json.writeStringField(
          "amount",
          new BigDecimal(new BigInteger(((ByteBuffer) payment.get(2)).array()), 4).toPlainString());
      for (int i = 0; i < TEXTS.size(); i++) {
        json.writeStringField(camel(TEXTS.get(i)), payment.get(3 + i).toString());
      }
      json.writeStringField(
          "transactedAt", Instant.ofEpochMilli((Long) payment.get(10)).toString());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static String camel(String column) {
    int underscore = column.indexOf('_');
    return underscore < 0
        ? column
        : column.substring(0, underscore)
            + Character.toUpperCase(column.charAt(underscore + 1))
            + column.substring(underscore + 2);
  }

  private static String column(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  private static Schema payment() {
    Schema string = Schema.create(Schema.Type.STRING);
    List<Schema.Field> fields = new ArrayList<>();
    fields.add(field("PAYMENT_ID", string));
    fields.add(field("PAYMENT_TYPE", string));
    fields.add(
        field("AMOUNT", LogicalTypes.decimal(19, 4).addToSchema(Schema.create(Schema.Type.BYTES))));
    TEXTS.forEach(text -> fields.add(field(column(text), string)));
    fields.add(
        field(
            "TRANSACTED_AT",
            LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG))));
    return Schema.createRecord("Payment", null, "io.lastfive.schemas", false, fields);
  }

  private static Schema.Field field(String name, Schema schema) {
    return new Schema.Field(name, nullable(schema), null, Schema.Field.NULL_DEFAULT_VALUE);
  }

  private static Schema nullable(Schema schema) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), schema);
  }
}
