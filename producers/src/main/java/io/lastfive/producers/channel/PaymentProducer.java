// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import io.lastfive.registry.SchemaRegistryException;
import io.lastfive.registry.SchemaRegistryUnavailableException;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The Kafka producer under the publishers of one process: idempotent, acknowledged by all in-sync
 * replicas, keyed by text. Payments of one customer stay in order. {@link #send} waits where the
 * producer's buffer is full (back-pressure), and {@link #close} sends what is in it. Thread-safe;
 * several publishers may share one.
 */
public final class PaymentProducer implements AutoCloseable {
  private final Producer<String, SpecificRecord> producer;
  private final String brokers;
  private final String registry;

  PaymentProducer(Producer<String, SpecificRecord> producer, Settings settings) {
    this.producer = producer;
    this.brokers = settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS);
    this.registry = settings.get(KnownSettings.SCHEMA_REGISTRY_URL).toString();
  }

  /** Connects lazily: an absent broker or registry shows at the first {@link #send}. */
  public static PaymentProducer open(Settings settings) {
    Map<String, Object> properties = properties(settings);
    try {
      return new PaymentProducer(new KafkaProducer<>(properties), settings);
    } catch (KafkaException misconfigured) {
      throw new UserError(
          "The Kafka producer cannot be made from these settings: %s. Look at kafka.* and value.serializer in 'lastfive config';"
                  .formatted(rootMessage(misconfigured))
              + " a serializer that is not ours needs its jar in LASTFIVE_EXTRA_CLASSPATH.",
          misconfigured);
    }
  }

  static Map<String, Object> properties(Settings settings) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, "lastfive-producer");
    // A payment should leave at once; under load batches fill while requests are in flight.
    properties.put(ProducerConfig.LINGER_MS_CONFIG, "1");
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, "65536");
    Map<String, String> kafka = settings.kafkaProperties();
    refuseWhatBreaksThePromise(kafka);
    properties.putAll(kafka);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class.getName());
    properties.put(
        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, settings.get(KnownSettings.VALUE_SERIALIZER));
    // The generated classes' schemas carry avro.java.string; what is registered does not.
    properties.put("avro.remove.java.properties", "true");
    properties.putAll(settings.schemaRegistryProperties());
    return properties;
  }

  private static void refuseWhatBreaksThePromise(Map<String, String> kafka) {
    List<String> problems = new ArrayList<>();
    String acks = kafka.getOrDefault(ProducerConfig.ACKS_CONFIG, "all");
    if (!acks.equals("all") && !acks.equals("-1")) {
      problems.add(
          "kafka.acks = '%s' would lose payments with a broker. Remove it: payments are sent with acks=all."
              .formatted(acks));
    }
    if (kafka.getOrDefault(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true").equals("false")) {
      problems.add(
          "kafka.enable.idempotence = 'false' would write payments twice on a retry. Remove it: the producer is idempotent.");
    }
    if (kafka.containsKey(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG)) {
      problems.add(
          "kafka.key.serializer cannot be set: the key is the customer's id as UTF-8 text. Remove it.");
    }
    if (kafka.containsKey(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG)) {
      problems.add("kafka.value.serializer is not read here. Set value.serializer instead.");
    }
    if (!problems.isEmpty()) {
      throw UserError.ofAll("settings cannot be used to send payments", problems);
    }
  }

  /**
   * Encodes and enqueues an event that was checked already; others go through a {@link
   * PaymentPublisher}.
   *
   * <p>{@code callback} runs on the producer's thread once the record is acknowledged or given up.
   * A failure, thrown or handed over, is an {@link UnavailableError} where broker or registry does
   * not answer.
   *
   * @throws UserError where the schema has not been registered
   */
  public void send(String topic, String key, SpecificRecord value, Callback callback) {
    try {
      // The callback hears the same as the future.
      var unused =
          producer.send(
              new ProducerRecord<>(topic, key, value),
              (metadata, failure) ->
                  callback.onCompletion(
                      metadata, failure == null ? null : explain(topic, failure)));
    } catch (KafkaException notSent) {
      throw explain(topic, notSent);
    }
  }

  private RuntimeException explain(String topic, Exception failure) {
    List<Throwable> causes = causes(failure);
    if (causes.stream().anyMatch(PaymentProducer::isRegistryAnswer)) {
      return new UserError(
          "%s has no schema for '%s-value' that this event fits: %s. Register the schemas with 'lastfive schemas register'."
              .formatted(registry, topic, rootMessage(failure)),
          failure);
    }
    if (causes.stream().anyMatch(PaymentProducer::isRegistryAway)) {
      return UnavailableError.at(
          "Schema Registry", registry, KnownSettings.SCHEMA_REGISTRY_URL, failure);
    }
    if (failure instanceof TimeoutException) {
      return UnavailableError.at("Kafka", brokers, KnownSettings.KAFKA_BOOTSTRAP_SERVERS, failure);
    }
    return failure instanceof RuntimeException unchecked
        ? unchecked
        : new KafkaException("A record for " + topic + " was not acknowledged", failure);
  }

  private static boolean isRegistryAnswer(Throwable cause) {
    String message = cause.getMessage();
    // Confluent's RestClientException, whose class need not be there, says "...; error code:
    // 40401".
    return cause instanceof SchemaRegistryException
        || (message != null && message.contains("; error code: 4"));
  }

  private static boolean isRegistryAway(Throwable cause) {
    return cause instanceof SchemaRegistryUnavailableException || cause instanceof IOException;
  }

  private static List<Throwable> causes(Throwable thrown) {
    List<Throwable> causes = new ArrayList<>();
    Optional<Throwable> next = Optional.of(thrown);
    while (next.isPresent() && !causes.contains(next.get())) {
      causes.add(next.get());
      next = Optional.ofNullable(next.get().getCause());
    }
    return causes;
  }

  private static String rootMessage(Throwable thrown) {
    List<Throwable> causes = causes(thrown);
    Throwable root = causes.get(causes.size() - 1);
    String message = root.getMessage();
    String text = message == null ? root.getClass().getSimpleName() : message.strip();
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }

  /** Waits until everything that was sent is acknowledged or given up. */
  public void flush() {
    producer.flush();
  }

  /** Sends what is in the buffer, for up to {@code delivery.timeout.ms}, then lets go. */
  @Override
  public void close() {
    producer.close();
  }
}
