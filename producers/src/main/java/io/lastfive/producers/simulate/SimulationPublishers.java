// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import io.lastfive.producers.channel.PaymentProducer;
import io.lastfive.producers.channel.ProducerOptions;
import io.lastfive.producers.channel.RefusedPayment;
import io.lastfive.producers.channel.banktransfer.BankTransferChannel;
import io.lastfive.producers.channel.creditcard.CreditCardChannel;
import io.lastfive.schemas.BankTransferPayment;
import io.lastfive.schemas.CreditCardPayment;
import io.lastfive.settings.Settings;
import org.apache.kafka.clients.producer.Callback;

/**
 * The topics of all channels on one producer. Simulated payments are sound as they are made, but
 * for those that are to be refused, and hold tokens already: neither a check of each, which would
 * take as long as making it, nor a token key is needed.
 */
public final class SimulationPublishers implements AutoCloseable {
  private final PaymentProducer producer;

  private SimulationPublishers(PaymentProducer producer) {
    this.producer = producer;
  }

  public static SimulationPublishers open(Settings settings) {
    return new SimulationPublishers(
        PaymentProducer.open(settings, ProducerOptions.none().withSource("lastfive-simulate")));
  }

  /** Hands a payment with a {@link Flaw} to the rules of its channel, which must refuse it. */
  static void refuse(SimulatedPayment payment) {
    try {
      if (payment.event() instanceof CreditCardPayment card) {
        new CreditCardChannel().refuseUnsound(card);
      } else {
        new BankTransferChannel().refuseUnsound((BankTransferPayment) payment.event());
      }
    } catch (RefusedPayment asItShould) {
      return;
    }
    throw new IllegalStateException("not refused: a payment with " + payment.flaw().orElseThrow());
  }

  void publish(SimulatedPayment payment, Callback callback) {
    producer.send(payment.channel().topic(), payment.customerId(), payment.event(), callback);
  }

  void flush() {
    producer.flush();
  }

  /** As {@link PaymentProducer#giveUp}. */
  void giveUp() {
    producer.giveUp();
  }

  @Override
  public void close() {
    producer.close();
  }
}
