// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.banktransfer;

import io.lastfive.producers.channel.PaymentProducer;
import io.lastfive.producers.channel.PaymentPublisher;
import io.lastfive.producers.channel.ProducerOptions;
import io.lastfive.producers.channel.PublishedPayment;
import io.lastfive.producers.channel.TraceContext;
import io.lastfive.schemas.BankTransferPayment;
import io.lastfive.settings.Settings;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Callback;

/**
 * Entry point: puts bank transfers onto BANK-TRANSFER-PAYMENT.
 *
 * <pre>{@code
 * try (BankTransferPaymentPublisher publisher = BankTransferPaymentPublisher.open(settings)) {
 *   BankTransfer transfer =
 *       BankTransfer.builder()
 *           .customerId("C-1")
 *           .debtorIban("DE89 3704 0044 0532 0130 00")
 *           .instructedAmount("99.90", "EUR")
 *           .build();
 *   publisher.publish(transfer).join();
 * }
 * }</pre>
 */
public final class BankTransferPaymentPublisher extends PaymentPublisher<BankTransferPayment> {
  private BankTransferPaymentPublisher(PaymentProducer producer, boolean ownsProducer) {
    super(new BankTransferChannel(), producer, ownsProducer);
  }

  /** With a Kafka producer of its own. */
  public static BankTransferPaymentPublisher open(Settings settings) {
    return open(settings, ProducerOptions.none());
  }

  /** With a Kafka producer of its own that has a source, metrics or traces. */
  public static BankTransferPaymentPublisher open(Settings settings, ProducerOptions options) {
    return new BankTransferPaymentPublisher(PaymentProducer.open(settings, options), true);
  }

  /** On a producer that others use too, and that its owner closes. */
  public static BankTransferPaymentPublisher on(PaymentProducer producer) {
    return new BankTransferPaymentPublisher(producer, false);
  }

  /** Checks and sends, see {@link PaymentPublisher#publish}. */
  public CompletableFuture<PublishedPayment> publish(BankTransfer transfer) {
    return publish(transfer.toEvent());
  }

  /** As above, for a payment that belongs to {@code trace}. */
  public CompletableFuture<PublishedPayment> publish(BankTransfer transfer, TraceContext trace) {
    return publish(transfer.toEvent(), trace);
  }

  /** As above with a callback, which runs on the producer's thread and must not block. */
  public void publish(BankTransfer transfer, Callback callback) {
    publish(transfer.toEvent(), callback);
  }
}
