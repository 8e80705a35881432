// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import java.util.concurrent.CompletableFuture;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.producer.Callback;

/**
 * Entry point: puts the payments of one channel onto its topic. Each channel has its own: {@link
 * io.lastfive.producers.channel.creditcard.CreditCardPaymentPublisher}, {@link
 * io.lastfive.producers.channel.banktransfer.BankTransferPaymentPublisher}.
 *
 * <p>Thread-safe. Payments of one customer published by one thread keep their order. A retry never
 * writes a record twice; a process that crashes and publishes the same payment anew does, and the
 * pipeline counts it once by its id.
 *
 * @param <E> the channel's event
 */
public class PaymentPublisher<E extends IndexedRecord> implements AutoCloseable {
  private final PaymentChannel<E> channel;
  private final String topic;
  private final PaymentProducer producer;
  private final boolean ownsProducer;

  protected PaymentPublisher(
      PaymentChannel<E> channel, PaymentProducer producer, boolean ownsProducer) {
    this.channel = channel;
    this.topic = channel.topic();
    this.producer = producer;
    this.ownsProducer = ownsProducer;
  }

  /** For events that are built elsewhere, on a producer that its owner closes. */
  public static <E extends IndexedRecord> PaymentPublisher<E> on(
      PaymentProducer producer, PaymentChannel<E> channel) {
    return new PaymentPublisher<>(channel, producer, false);
  }

  /**
   * Checks and sends; waits only where the producer's buffer is full. The future ends with the
   * record's position once all in-sync replicas have it.
   *
   * @throws RefusedPayment where the event must not enter the topic; nothing was sent
   */
  public final CompletableFuture<PublishedPayment> publish(E event) {
    CompletableFuture<PublishedPayment> published = new CompletableFuture<>();
    publish(event, completing(event, published));
    return published;
  }

  /** As {@link #publish(IndexedRecord)}, for a payment that belongs to {@code trace}. */
  public final CompletableFuture<PublishedPayment> publish(E event, TraceContext trace) {
    refuseUnsound(event);
    CompletableFuture<PublishedPayment> published = new CompletableFuture<>();
    producer.send(topic, channel.customerId(event), event, trace, completing(event, published));
    return published;
  }

  /**
   * As {@link #publish(IndexedRecord)} with a callback, which runs on the producer's thread and
   * must not block.
   */
  public final void publish(E event, Callback callback) {
    refuseUnsound(event);
    producer.send(topic, channel.customerId(event), event, callback);
  }

  private void refuseUnsound(E event) {
    try {
      channel.refuseUnsound(event);
    } catch (RefusedPayment refused) {
      producer.refused(topic);
      throw refused;
    }
  }

  private Callback completing(E event, CompletableFuture<PublishedPayment> published) {
    return (metadata, failure) -> {
      if (failure != null) {
        published.completeExceptionally(failure);
      } else {
        published.complete(
            new PublishedPayment(
                channel.paymentId(event),
                channel.customerId(event),
                topic,
                metadata.partition(),
                metadata.offset()));
      }
    };
  }

  /** Waits until everything published is acknowledged or given up. */
  public final void flush() {
    producer.flush();
  }

  /** Flushes. The producer is closed where this publisher opened it. */
  @Override
  public final void close() {
    if (ownsProducer) {
      producer.close();
    } else {
      producer.flush();
    }
  }
}
