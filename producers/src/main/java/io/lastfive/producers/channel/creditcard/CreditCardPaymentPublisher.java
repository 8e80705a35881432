// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.creditcard;

import io.lastfive.producers.channel.PaymentProducer;
import io.lastfive.producers.channel.PaymentPublisher;
import io.lastfive.producers.channel.ProducerOptions;
import io.lastfive.producers.channel.PublishedPayment;
import io.lastfive.producers.channel.TraceContext;
import io.lastfive.schemas.CreditCardPayment;
import io.lastfive.settings.Settings;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Callback;

/**
 * Entry point: puts card payments onto CC-PAYMENT. A full card number stays in this process: it is
 * masked and tokenized before anything is built from it.
 *
 * <pre>{@code
 * try (CreditCardPaymentPublisher publisher = CreditCardPaymentPublisher.open(settings)) {
 *   CardPayment payment =
 *       CardPayment.builder()
 *           .customerId("C-1")
 *           .cardNumber(CardNumber.of("4111 1111 1111 1111"))
 *           .amount("12.50", "EUR")
 *           .build();
 *   publisher.publish(payment).join();
 * }
 * }</pre>
 */
public final class CreditCardPaymentPublisher extends PaymentPublisher<CreditCardPayment> {
  private final CardTokenizer tokenizer;

  private CreditCardPaymentPublisher(
      PaymentProducer producer, boolean ownsProducer, CardTokenizer tokenizer) {
    super(new CreditCardChannel(), producer, ownsProducer);
    this.tokenizer = tokenizer;
  }

  /** With a Kafka producer of its own. */
  public static CreditCardPaymentPublisher open(Settings settings) {
    return open(settings, ProducerOptions.none());
  }

  /** With a Kafka producer of its own that has a source, metrics or traces. */
  public static CreditCardPaymentPublisher open(Settings settings, ProducerOptions options) {
    CardTokenizer tokenizer = CardTokenizer.from(settings);
    return new CreditCardPaymentPublisher(PaymentProducer.open(settings, options), true, tokenizer);
  }

  /** On a producer that others use too, and that its owner closes. */
  public static CreditCardPaymentPublisher on(PaymentProducer producer, CardTokenizer tokenizer) {
    return new CreditCardPaymentPublisher(producer, false, tokenizer);
  }

  /** Masks, checks and sends, see {@link PaymentPublisher#publish}. */
  public CompletableFuture<PublishedPayment> publish(CardPayment payment) {
    return publish(payment.toEvent(tokenizer));
  }

  /** As above, for a payment that belongs to {@code trace}. */
  public CompletableFuture<PublishedPayment> publish(CardPayment payment, TraceContext trace) {
    return publish(payment.toEvent(tokenizer), trace);
  }

  /** As above with a callback, which runs on the producer's thread and must not block. */
  public void publish(CardPayment payment, Callback callback) {
    publish(payment.toEvent(tokenizer), callback);
  }
}
