// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import io.lastfive.registry.SchemaRegistryException;
import io.lastfive.registry.SchemaRegistryUnavailableException;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka producer under the publishers of one process: idempotent, acknowledged by all in-sync
 * replicas, keyed by text, transactional where {@link ProducerOptions#transactionalId} says so.
 * Payments of one customer stay in order. {@link #send} waits where the producer's buffer is full
 * (back-pressure), and {@link #close} sends what is in it. Every record has the headers {@code
 * source} and {@code traceparent}. Thread-safe; several publishers may share one.
 */
public final class PaymentProducer implements AutoCloseable {
  private static final String SOURCE = "source";
  private static final String TRACEPARENT = "traceparent";
  private static final String TRACESTATE = "tracestate";

  private final Producer<String, IndexedRecord> producer;
  private final String brokers;
  private final String registry;
  private final Header source;
  private final Supplier<Optional<TraceContext>> currentTrace;
  private final Optional<ProducerMetrics> metrics;
  private final Optional<Transactions> transactions;

  private PaymentProducer(
      Producer<String, IndexedRecord> producer,
      String clientId,
      Settings settings,
      ProducerOptions options) {
    this.producer = producer;
    this.brokers = settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS);
    this.registry = settings.get(KnownSettings.SCHEMA_REGISTRY_URL).toString();
    this.source =
        new RecordHeader(
            SOURCE, options.source().orElse(clientId).getBytes(StandardCharsets.UTF_8));
    this.currentTrace = options.currentTrace();
    this.metrics = options.meters().map(meters -> new ProducerMetrics(meters, producer));
    this.transactions = options.transactionalId().map(id -> new Transactions(producer));
  }

  /** With {@link ProducerOptions#none}. */
  public static PaymentProducer open(Settings settings) {
    return open(settings, ProducerOptions.none());
  }

  /** Connects lazily: an absent broker or registry shows at the first {@link #send}. */
  public static PaymentProducer open(Settings settings, ProducerOptions options) {
    Map<String, Object> properties = properties(settings);
    options
        .transactionalId()
        .ifPresent(id -> properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id));
    String clientId = String.valueOf(properties.get(ProducerConfig.CLIENT_ID_CONFIG));
    try {
      return new PaymentProducer(new KafkaProducer<>(properties), clientId, settings, options);
    } catch (KafkaException misconfigured) {
      throw new UserError(
          "The Kafka producer cannot be made from these settings: %s. Look at kafka.* and value.serializer in 'lastfive config';"
                  .formatted(whatKafkaSays(misconfigured))
              + " a serializer that is not ours needs its jar in LASTFIVE_EXTRA_CLASSPATH.",
          misconfigured);
    }
  }

  /** What the Kafka producer is made from. */
  public static Map<String, Object> properties(Settings settings) {
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
    if (kafka.containsKey(ProducerConfig.TRANSACTIONAL_ID_CONFIG)) {
      problems.add(
          "kafka.transactional.id would be every client's, each shutting out the others. Remove it: a service that embeds the"
              + " publishers names its own in ProducerOptions.");
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
  public void send(String topic, String key, IndexedRecord value, Callback callback) {
    Optional<TraceContext> trace = currentTrace.get();
    if (trace.isPresent()) {
      send(topic, key, value, trace.get(), callback);
    } else {
      ProducerRecord<String, IndexedRecord> message = message(topic, key, value);
      message.headers().add(TRACEPARENT, TraceContext.newTraceparent());
      send(message, callback);
    }
  }

  /** As above, for a payment that belongs to {@code trace}. */
  public void send(
      String topic, String key, IndexedRecord value, TraceContext trace, Callback callback) {
    ProducerRecord<String, IndexedRecord> message = message(topic, key, value);
    message.headers().add(TRACEPARENT, trace.traceparent().getBytes(StandardCharsets.ISO_8859_1));
    trace
        .tracestate()
        .ifPresent(
            state -> message.headers().add(TRACESTATE, state.getBytes(StandardCharsets.UTF_8)));
    send(message, callback);
  }

  private ProducerRecord<String, IndexedRecord> message(
      String topic, String key, IndexedRecord value) {
    ProducerRecord<String, IndexedRecord> message = new ProducerRecord<>(topic, key, value);
    message.headers().add(source);
    return message;
  }

  private void send(ProducerRecord<String, IndexedRecord> message, Callback callback) {
    transactions.ifPresent(Transactions::requireOne);
    String topic = message.topic();
    long begin = metrics.isPresent() ? System.nanoTime() : 0;
    try {
      // The callback hears the same as the future.
      var unused =
          producer.send(
              message,
              (metadata, failure) -> {
                if (metrics.isPresent()) {
                  count(topic, begin, failure);
                }
                callback.onCompletion(metadata, failure == null ? null : explain(topic, failure));
              });
    } catch (KafkaException notSent) {
      metrics.ifPresent(counts -> counts.failed(topic));
      throw explain(topic, notSent);
    }
  }

  private void count(String topic, long begin, @Nullable Exception failure) {
    ProducerMetrics counts = metrics.orElseThrow();
    if (failure == null) {
      counts.acknowledged(topic, System.nanoTime() - begin);
    } else {
      counts.failed(topic);
    }
  }

  /** Counts a payment that its publisher did not let pass. */
  void refused(String topic) {
    metrics.ifPresent(counts -> counts.refused(topic));
  }

  /**
   * All that {@code payments} publishes on this thread becomes visible at once, to consumers that
   * read committed records, or, where it throws or a payment is not acknowledged, never. Other
   * threads wait for their turn. An instance that is started under the same transactional id shuts
   * this one out; what a crashed one left open is undone then.
   *
   * @throws IllegalStateException where the producer is not transactional
   */
  public void inTransaction(Runnable payments) {
    Transactions own =
        transactions.orElseThrow(
            () ->
                new IllegalStateException(
                    "This producer is not transactional. Open it with ProducerOptions.withTransactionalId."));
    try {
      own.run(payments);
    } catch (KafkaException notCommitted) {
      throw explain("a transaction", notCommitted);
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
    return message(causes.get(causes.size() - 1));
  }

  /** The innermost of Kafka's own errors, and the cause, which may be a file's name alone. */
  private static String whatKafkaSays(KafkaException thrown) {
    List<Throwable> causes = causes(thrown);
    Throwable innermost = thrown;
    for (Throwable cause : causes) {
      innermost = cause instanceof KafkaException ? cause : innermost;
    }
    Throwable root = causes.get(causes.size() - 1);
    if (root == innermost) {
      return message(innermost);
    }
    String reason =
        root instanceof FileSystemException ? root.getClass().getSimpleName() : message(root);
    return "%s (%s)".formatted(message(innermost), reason);
  }

  private static String message(Throwable thrown) {
    String message = thrown.getMessage();
    String text = message == null ? thrown.getClass().getSimpleName() : message.strip();
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }

  /** Waits until everything that was sent is acknowledged or given up. */
  public void flush() {
    producer.flush();
  }

  /**
   * Gives up what is not acknowledged yet, at once, as failed; whoever waits in {@link #send} or
   * {@link #flush} waits no longer.
   */
  public void giveUp() {
    producer.close(Duration.ZERO);
  }

  /** Sends what is in the buffer, for up to {@code delivery.timeout.ms}, then lets go. */
  @Override
  public void close() {
    producer.close();
    metrics.ifPresent(ProducerMetrics::close);
  }
}
