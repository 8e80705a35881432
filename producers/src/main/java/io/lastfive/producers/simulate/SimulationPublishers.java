// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import io.lastfive.producers.channel.PaymentProducer;
import io.lastfive.producers.channel.PaymentPublisher;
import io.lastfive.producers.channel.banktransfer.BankTransferChannel;
import io.lastfive.producers.channel.creditcard.CreditCardChannel;
import io.lastfive.schemas.BankTransferPayment;
import io.lastfive.schemas.CreditCardPayment;
import io.lastfive.settings.Settings;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Callback;

/**
 * The publishers of all channels on one producer. Simulated card payments hold tokens already: no
 * key is needed.
 */
public final class SimulationPublishers implements AutoCloseable {
  private final PaymentProducer producer;
  private final PaymentPublisher<CreditCardPayment> creditCard;
  private final PaymentPublisher<BankTransferPayment> bankTransfer;

  private SimulationPublishers(PaymentProducer producer) {
    this.producer = producer;
    this.creditCard = PaymentPublisher.on(producer, new CreditCardChannel());
    this.bankTransfer = PaymentPublisher.on(producer, new BankTransferChannel());
  }

  public static SimulationPublishers open(Settings settings) {
    return new SimulationPublishers(PaymentProducer.open(settings));
  }

  void publish(SimulatedPayment payment, Callback callback) {
    SpecificRecord event = payment.event();
    if (event instanceof CreditCardPayment card) {
      creditCard.publish(card, callback);
    } else if (event instanceof BankTransferPayment transfer) {
      bankTransfer.publish(transfer, callback);
    } else {
      throw new IllegalStateException("No publisher for " + event.getClass().getName());
    }
  }

  void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
  }
}
