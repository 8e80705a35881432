// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import io.lastfive.schemas.PaymentEvent;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * One record of a simulation, in the order of sending.
 *
 * @param channel what {@code event} is: a CreditCardPayment or a BankTransferPayment
 * @param occurredAt the payment's time in milliseconds since 1970, as the event says
 * @param duplicate whether this is the second sending of a payment
 * @param late whether it happened before payments that were sent earlier
 * @param flaw what is wrong with it, if something is
 */
public record SimulatedPayment(
    PaymentEvent channel,
    String paymentId,
    String customerId,
    long occurredAt,
    SpecificRecord event,
    boolean duplicate,
    boolean late,
    Optional<Flaw> flaw) {

  SimulatedPayment sentAgain() {
    return new SimulatedPayment(
        channel, paymentId, customerId, occurredAt, event, true, late, flaw);
  }

  SimulatedPayment with(Flaw one) {
    return new SimulatedPayment(
        channel,
        paymentId,
        customerId,
        occurredAt,
        one.in(event),
        duplicate,
        late,
        Optional.of(one));
  }
}
