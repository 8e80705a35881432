// SPDX-License-Identifier: Apache-2.0
package io.lastfive.benchmarks;

import io.lastfive.registry.LastfiveAvroDeserializer;
import io.lastfive.registry.LastfiveAvroSerializer;
import io.lastfive.schemas.BankTransferPayment;
import io.lastfive.schemas.CreditCardPayment;
import io.lastfive.settings.Settings;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What an engineer would write by hand for the same work: both channels normalized into one topic,
 * the last five of each customer kept in a store and written to another, all in Avro.
 *
 * <pre>
 *   CC-PAYMENT             -> normalize -+
 *                                        +-> HAND-OUTPUT -> last five (store) -> HAND-AGGR
 *   BANK-TRANSFER-PAYMENT  -> normalize -+
 * </pre>
 */
final class HandWrittenTopology {
  static final String OUTPUT = "HAND-OUTPUT";
  static final String AGGREGATE = "HAND-AGGR";
  private static final int LAST = 5;

  private static final Schema PAYMENT = payment();
  private static final Schema RECENT =
      SchemaBuilder.record("Recent")
          .namespace("hand")
          .fields()
          .name("payments")
          .type()
          .array()
          .items(PAYMENT)
          .noDefault()
          .endRecord();

  private HandWrittenTopology() {}

  static KafkaStreams start(Settings settings, String stateDirectory) {
    Serde<Object> events = avro(settings, true);
    Serde<Object> records = avro(settings, false);
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("CC-PAYMENT", Consumed.with(Serdes.String(), events))
        .filter((key, event) -> isSettled((CreditCardPayment) event))
        .mapValues(event -> (Object) normalized((CreditCardPayment) event))
        .to(OUTPUT, Produced.with(Serdes.String(), records));
    builder.stream("BANK-TRANSFER-PAYMENT", Consumed.with(Serdes.String(), events))
        .filter((key, event) -> ((BankTransferPayment) event).getStatus().equals("ACSC"))
        .mapValues(event -> (Object) normalized((BankTransferPayment) event))
        .to(OUTPUT, Produced.with(Serdes.String(), records));
    builder.stream(OUTPUT, Consumed.with(Serdes.String(), records))
        .groupByKey(Grouped.with(Serdes.String(), records))
        .aggregate(
            () -> (Object) recent(new ArrayList<>()),
            (key, payment, recent) -> add((GenericRecord) payment, (GenericRecord) recent),
            Materialized.<String, Object, KeyValueStore<Bytes, byte[]>>as("last-five")
                .withKeySerde(Serdes.String())
                .withValueSerde(records))
        .toStream()
        .to(AGGREGATE, Produced.with(Serdes.String(), records));
    Properties properties = new Properties();
    properties.putAll(settings.kafkaProperties());
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "hand-written");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0");
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "2");
    properties.put("auto.offset.reset", "earliest");
    properties.put("producer.linger.ms", "0");
    KafkaStreams streams = new KafkaStreams(builder.build(), properties);
    streams.start();
    return streams;
  }

  private static Serde<Object> avro(Settings settings, boolean specific) {
    Map<String, Object> config = new HashMap<>(settings.schemaRegistryProperties());
    config.put("specific.avro.reader", String.valueOf(specific));
    config.put("auto.register.schemas", "true");
    config.put("avro.use.logical.type.converters", "true");
    LastfiveAvroSerializer serializer = new LastfiveAvroSerializer();
    serializer.configure(config, false);
    LastfiveAvroDeserializer deserializer = new LastfiveAvroDeserializer();
    deserializer.configure(config, false);
    return Serdes.serdeFrom(serializer, deserializer);
  }

  private static boolean isSettled(CreditCardPayment card) {
    return card.getStatus().equals("CAPTURED") || card.getStatus().equals("REFUNDED");
  }

  private static GenericRecord normalized(CreditCardPayment card) {
    return payment(
        card.getPaymentId(),
        "CC",
        card.getAmount(),
        card.getCurrency(),
        String.valueOf(card.getCardNumberMasked()),
        String.valueOf(card.getCardholderName()),
        String.valueOf(card.getIssuerName()),
        String.valueOf(card.getMerchantName()),
        String.valueOf(card.getRetrievalReference()),
        card.getStatus().equals("REFUNDED") ? "REFUNDED" : "SETTLED",
        card.getTransactedAt());
  }

  private static GenericRecord normalized(BankTransferPayment transfer) {
    String iban = transfer.getDebtorIban();
    int hidden = Math.max(0, iban.length() - 4);
    return payment(
        transfer.getUetr(),
        "BANK_TRF",
        transfer.getInstructedAmount(),
        transfer.getCurrency(),
        "*".repeat(hidden) + iban.substring(hidden),
        String.valueOf(transfer.getDebtorName()),
        String.valueOf(transfer.getDebtorAgentName()),
        String.valueOf(transfer.getCreditorName()),
        String.valueOf(transfer.getEndToEndId()),
        "SETTLED",
        OffsetDateTime.parse(transfer.getSettledAt()).toInstant());
  }

  private static GenericRecord payment(
      String id,
      String type,
      BigDecimal amount,
      String currency,
      String accountNo,
      String accountName,
      String bankName,
      String counterparty,
      String referenceNo,
      String status,
      Instant transactedAt) {
    GenericData.Record record = new GenericData.Record(PAYMENT);
    record.put(0, id);
    record.put(1, type);
    record.put(2, amount);
    record.put(3, currency);
    record.put(4, accountNo);
    record.put(5, accountName);
    record.put(6, bankName);
    record.put(7, counterparty);
    record.put(8, referenceNo);
    record.put(9, status);
    record.put(10, transactedAt);
    return record;
  }

  private static Object add(GenericRecord payment, GenericRecord recent) {
    List<GenericRecord> payments = new ArrayList<>();
    for (Object kept : (List<?>) recent.get(0)) {
      payments.add((GenericRecord) kept);
    }
    String id = payment.get(0).toString();
    if (payments.stream().noneMatch(kept -> kept.get(0).toString().equals(id))) {
      payments.add(payment);
      payments.sort(
          Comparator.comparing((GenericRecord kept) -> (Instant) kept.get(10))
              .thenComparing(kept -> kept.get(0).toString())
              .reversed());
      if (payments.size() > LAST) {
        payments.remove(LAST);
      }
    }
    return recent(payments);
  }

  private static GenericRecord recent(List<GenericRecord> payments) {
    GenericData.Record record = new GenericData.Record(RECENT);
    record.put(0, payments);
    return record;
  }

  private static Schema payment() {
    SchemaBuilder.FieldAssembler<Schema> fields =
        SchemaBuilder.record("Payment").namespace("hand").fields();
    fields = fields.requiredString("payment_id").requiredString("payment_type");
    fields =
        fields
            .name("amount")
            .type(LogicalTypes.decimal(19, 4).addToSchema(Schema.create(Schema.Type.BYTES)))
            .noDefault();
    for (String name :
        List.of(
            "currency",
            "account_no",
            "account_name",
            "bank_name",
            "counterparty",
            "reference_no",
            "status")) {
      fields = fields.requiredString(name);
    }
    return fields
        .name("transacted_at")
        .type(LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG)))
        .noDefault()
        .endRecord();
  }
}
