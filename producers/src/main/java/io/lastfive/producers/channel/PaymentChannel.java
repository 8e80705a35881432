// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import org.apache.avro.generic.IndexedRecord;

/**
 * What a payment channel writes, and its rules. Stateless.
 *
 * @param <E> the channel's event
 */
public interface PaymentChannel<E extends IndexedRecord> {
  String topic();

  String paymentId(E event);

  String customerId(E event);

  /** Notes whatever forbids {@code event} to enter the topic. */
  void check(E event, PaymentCheck check);

  /**
   * Lets sound events pass.
   *
   * @throws RefusedPayment with everything that forbids {@code event} to enter the topic
   */
  default void refuseUnsound(E event) {
    PaymentCheck check = new PaymentCheck();
    check(event, check);
    check.refuseIfNoted();
  }
}
