// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.send;

import io.lastfive.cli.pipeline.EventFields;
import io.lastfive.cli.pipeline.KafkaReads;
import io.lastfive.cli.pipeline.PipelineTopics;
import io.lastfive.customersink.page.PageDatabase;
import io.lastfive.producers.channel.PublishedPayment;
import io.lastfive.producers.cli.PaymentFollower;
import io.lastfive.registry.LastfiveAvroDeserializer;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Follows a payment by reading what the pipeline writes: PAYMENT-OUTPUT, then PAYMENT-TRX-AGGR,
 * then the customer service's database.
 */
public final class PipelineFollower implements PaymentFollower {
  @Override
  public Following start(Settings settings) {
    return new TopicsAndDatabase(settings);
  }

  /** Stands at the ends of both topics from the beginning on. */
  private static final class TopicsAndDatabase implements Following {
    private static final int LAST_FIVE = 5;
    private static final Duration POLL = Duration.ofMillis(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);
    private static final String ROW =
        "SELECT 1 FROM recent_payments WHERE customer_id = ? AND payment_id = ?";

    private final Settings settings;
    private final String aggregate;
    private final KafkaReads kafka;
    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final LastfiveAvroDeserializer values = new LastfiveAvroDeserializer();
    private final EventFields fields = new EventFields();
    private Optional<Instant> time = Optional.empty();
    private Optional<PageDatabase> database = Optional.empty();
    private String databaseProblem = "";
    private boolean normalized;
    private boolean aggregated;
    private boolean displaced;

    TopicsAndDatabase(Settings settings) {
      this.settings = settings;
      this.aggregate = PipelineTopics.aggregate(settings);
      this.kafka = new KafkaReads(settings);
      values.configure(new HashMap<>(settings.schemaRegistryProperties()), false);
      List<TopicPartition> partitions =
          kafka.partitionsOfAll(List.of(PipelineTopics.NORMALIZED, aggregate));
      Map<TopicPartition, Long> ends = kafka.ends(partitions);
      this.consumer = kafka.consumer(Map.of());
      consumer.assign(partitions);
      ends.forEach(consumer::seek);
      try {
        // Connecting takes longer than most payments.
        database = Optional.of(PageDatabase.open(settings, 1));
      } catch (UserError | UnavailableError notToBeAsked) {
        databaseProblem = String.valueOf(notToBeAsked.getMessage());
      }
    }

    @Override
    public Optional<String> follow(
        PublishedPayment payment,
        long acknowledgedNanos,
        Duration longestWait,
        BooleanSupplier stop,
        Consumer<Step> heard) {
      BooleanSupplier over =
          () ->
              stop.getAsBoolean() || System.nanoTime() - acknowledgedNanos > longestWait.toNanos();
      try {
        while (!aggregated && !displaced && !over.getAsBoolean()) {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            take(record, payment, acknowledgedNanos, heard);
          }
        }
      } catch (KafkaException failed) {
        throw kafka.explained(failed);
      }
      if (displaced) {
        return Optional.of(
            "It is normalized and not among customer %s's last five: five newer payments are."
                .formatted(payment.customerId()));
      }
      if (!aggregated) {
        String topic = normalized ? aggregate : PipelineTopics.NORMALIZED;
        return Optional.of(
            stop.getAsBoolean()
                ? stoppedBefore(topic)
                : "It did not reach %s within %d ms. 'lastfive status' shows whether its query runs and how far it is behind."
                    .formatted(topic, longestWait.toMillis()));
      }
      Optional<String> problem = awaitRow(payment, acknowledgedNanos, longestWait, over, heard);
      return problem.isPresent() && stop.getAsBoolean()
          ? Optional.of(stoppedBefore("the customer's database"))
          : problem;
    }

    private static String stoppedBefore(String place) {
      return "Stopped before it reached %s; the payment is sent all the same.".formatted(place);
    }

    private void take(
        ConsumerRecord<byte[], byte[]> record,
        PublishedPayment payment,
        long acknowledgedNanos,
        Consumer<Step> heard) {
      long millis = millisSince(acknowledgedNanos);
      boolean ofCustomer =
          Arrays.equals(record.key(), payment.customerId().getBytes(StandardCharsets.UTF_8));
      Optional<IndexedRecord> row = ofCustomer ? row(record) : Optional.empty();
      if (row.isEmpty()) {
        return;
      }
      String place = "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
      if (record.topic().equals(PipelineTopics.NORMALIZED)) {
        if (!normalized && isPayment(row.get(), payment.paymentId())) {
          normalized = true;
          time = fields.time(row.get(), "transacted_at");
          heard.accept(new Step("normalized", millis, place));
        }
      } else if (holds(row.get(), payment.paymentId())) {
        if (!normalized) {
          // The two topics are read side by side: the later one may be heard of first.
          normalized = true;
          heard.accept(new Step("normalized", millis, PipelineTopics.NORMALIZED));
        }
        if (!aggregated) {
          aggregated = true;
          heard.accept(new Step("aggregated", millis, place));
        }
      } else {
        displaced = displaced || areNewer(row.get());
      }
    }

    private Optional<IndexedRecord> row(ConsumerRecord<byte[], byte[]> record) {
      try {
        return values.deserialize(record.topic(), record.value()) instanceof IndexedRecord row
            ? Optional.of(row)
            : Optional.empty();
      } catch (SerializationException unreadable) {
        return Optional.empty();
      }
    }

    private boolean holds(IndexedRecord row, String paymentId) {
      return fields.value(row, "payments").orElse(List.of()) instanceof Collection<?> payments
          && payments.stream()
              .anyMatch(
                  element ->
                      element instanceof IndexedRecord payment && isPayment(payment, paymentId));
    }

    /** Whether a customer's last five leave no room for the payment. */
    private boolean areNewer(IndexedRecord row) {
      return time.isPresent()
          && fields.value(row, "payments").orElse(List.of()) instanceof Collection<?> payments
          && payments.size() >= LAST_FIVE
          && payments.stream()
              .allMatch(
                  element ->
                      element instanceof IndexedRecord payment
                          && fields
                              .time(payment, "transacted_at")
                              .filter(other -> !other.isBefore(time.get()))
                              .isPresent());
    }

    private boolean isPayment(IndexedRecord payment, String paymentId) {
      return fields.text(payment, "payment_id").filter(paymentId::equals).isPresent();
    }

    private Optional<String> awaitRow(
        PublishedPayment payment,
        long acknowledgedNanos,
        Duration longestWait,
        BooleanSupplier over,
        Consumer<Step> heard) {
      if (database.isEmpty()) {
        return Optional.of(databaseProblem);
      }
      try (Connection connection = database.get().connections().getConnection();
          PreparedStatement select = connection.prepareStatement(ROW)) {
        select.setString(1, payment.customerId());
        select.setString(2, payment.paymentId());
        while (!isThere(select)) {
          if (over.getAsBoolean()) {
            return Optional.of(
                "It did not reach the customer's database within %d ms. Does a sink run? 'lastfive status' shows it, 'lastfive sink run' starts one."
                    .formatted(longestWait.toMillis()));
          }
          LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        heard.accept(
            new Step(
                "in the customer's database",
                millisSince(acknowledgedNanos),
                settings.get(KnownSettings.DATABASE_SCHEMA) + ".customer_payments"));
        return Optional.empty();
      } catch (SQLException failed) {
        return Optional.of("PostgreSQL does not say: " + failed.getMessage());
      }
    }

    private static boolean isThere(PreparedStatement select) throws SQLException {
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }

    private static long millisSince(long nanos) {
      return (System.nanoTime() - nanos) / 1_000_000;
    }

    @Override
    public void close() {
      consumer.close();
      values.close();
      database.ifPresent(PageDatabase::close);
      kafka.close();
    }
  }
}
