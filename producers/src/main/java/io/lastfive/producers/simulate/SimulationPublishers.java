// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import io.lastfive.producers.channel.PaymentProducer;
import io.lastfive.settings.Settings;
import org.apache.kafka.clients.producer.Callback;

/**
 * The topics of all channels on one producer. Simulated payments are sound as they are made, and
 * hold tokens already: neither a check, which would take as long as making them, nor a token key is
 * needed.
 */
public final class SimulationPublishers implements AutoCloseable {
  private final PaymentProducer producer;

  private SimulationPublishers(PaymentProducer producer) {
    this.producer = producer;
  }

  public static SimulationPublishers open(Settings settings) {
    return new SimulationPublishers(PaymentProducer.open(settings));
  }

  void publish(SimulatedPayment payment, Callback callback) {
    producer.send(payment.channel().topic(), payment.customerId(), payment.event(), callback);
  }

  void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
  }
}
