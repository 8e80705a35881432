// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import io.lastfive.cli.pipeline.EventFields;
import io.lastfive.cli.pipeline.KafkaReads;
import io.lastfive.cli.pipeline.PipelineTopics;
import io.lastfive.registry.LastfiveAvroDeserializer;
import io.lastfive.registry.SchemaRegistryUnavailableException;
import io.lastfive.settings.Settings;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The latest record of every customer in PAYMENT-TRX-AGGR. Records are kept as bytes and decoded
 * when they are asked for: most are replaced by a later one. For one thread.
 */
final class AggregateTopic implements Place, AutoCloseable {
  private final KafkaReads kafka;
  private final String topic;
  private final TopicScan scan;
  private final LastfiveAvroDeserializer values = new LastfiveAvroDeserializer();
  private final EventFields fields = new EventFields();
  private final Map<String, byte[]> latest = new HashMap<>();
  private long records;

  /**
   * @param stop whether to read no further
   */
  AggregateTopic(KafkaReads kafka, Settings settings, BooleanSupplier stop) {
    this.kafka = kafka;
    this.topic = PipelineTopics.aggregate(settings);
    this.scan = new TopicScan(kafka, List.of(topic), stop);
    values.configure(new HashMap<>(settings.schemaRegistryProperties()), false);
  }

  private void readOn() {
    scan.readTo(scan.ends(), this::take);
  }

  /** How many records were read. */
  long records() {
    return records;
  }

  @Override
  public String name() {
    return topic;
  }

  @Override
  public void read(Optional<Set<String>> customers, Taker taker) {
    readOn();
    for (String customerId : customers.orElseGet(latest::keySet)) {
      try {
        List<ExpectedPayment> found = of(customerId);
        if (latest.containsKey(customerId)) {
          taker.take(customerId, found);
        }
      } catch (UnreadableRow unreadable) {
        taker.unreadable(customerId, String.valueOf(unreadable.getMessage()));
      }
    }
  }

  /**
   * What the customer's latest record holds; none where there is no record.
   *
   * @throws UnreadableRow where it cannot be read
   */
  private List<ExpectedPayment> of(String customerId) throws UnreadableRow {
    byte[] bytes = latest.get(customerId);
    if (bytes == null) {
      return List.of();
    }
    try {
      Object value = values.deserialize(topic, bytes);
      if (value instanceof IndexedRecord row
          && fields.value(row, "payments").orElse(List.of()) instanceof Collection<?> elements) {
        return payments(elements);
      }
    } catch (SchemaRegistryUnavailableException away) {
      throw kafka.explained(away);
    } catch (SerializationException unreadable) {
      throw new UnreadableRow(unreadable);
    }
    throw new UnreadableRow("the record has no array PAYMENTS");
  }

  private List<ExpectedPayment> payments(Collection<?> elements) throws UnreadableRow {
    List<ExpectedPayment> payments = new ArrayList<>(elements.size());
    for (Object element : elements) {
      if (!(element instanceof IndexedRecord payment)) {
        throw new UnreadableRow("an element of PAYMENTS is null");
      }
      payments.add(payment(payment));
    }
    return payments;
  }

  private ExpectedPayment payment(IndexedRecord payment) throws UnreadableRow {
    return new ExpectedPayment(
        mandatory("payment_id", fields.text(payment, "payment_id")),
        mandatory("payment_type", fields.text(payment, "payment_type")),
        amount(payment),
        mandatory("currency", fields.text(payment, "currency")),
        fields.text(payment, "account_no"),
        fields.text(payment, "account_name"),
        fields.text(payment, "bank_name"),
        fields.text(payment, "counterparty"),
        fields.text(payment, "reference_no"),
        mandatory("status", fields.text(payment, "status")),
        time(payment));
  }

  private BigDecimal amount(IndexedRecord payment) throws UnreadableRow {
    return mandatory("amount", fields.decimal(payment, "amount"));
  }

  private Instant time(IndexedRecord payment) throws UnreadableRow {
    return mandatory("transacted_at", fields.time(payment, "transacted_at"));
  }

  private static <T> T mandatory(String field, Optional<T> value) throws UnreadableRow {
    return value.orElseThrow(() -> new UnreadableRow("a payment has no " + field));
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    records++;
    if (record.key() == null) {
      return;
    }
    String customerId = new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      latest.remove(customerId);
    } else {
      latest.put(customerId, record.value());
    }
  }

  @Override
  public void close() {
    scan.close();
    values.close();
  }
}
