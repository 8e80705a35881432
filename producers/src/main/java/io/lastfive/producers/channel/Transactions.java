// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;

/** The transactions of one producer, one at a time. Safe for threads: others wait. */
final class Transactions {
  private final Producer<?, ?> producer;
  private final ReentrantLock turn = new ReentrantLock();
  private boolean begunBefore;

  Transactions(Producer<?, ?> producer) {
    this.producer = producer;
  }

  /** Refuses what would be sent outside of the thread's own transaction. */
  void requireOne() {
    if (!turn.isHeldByCurrentThread()) {
      throw new IllegalStateException(
          "A transactional producer publishes within PaymentProducer.inTransaction only.");
    }
  }

  void run(Runnable payments) {
    if (turn.isHeldByCurrentThread()) {
      throw new IllegalStateException("A transaction is open on this thread already.");
    }
    turn.lock();
    try {
      if (!begunBefore) {
        producer.initTransactions();
        begunBefore = true;
      }
      producer.beginTransaction();
      commit(payments);
    } finally {
      turn.unlock();
    }
  }

  private void commit(Runnable payments) {
    boolean committed = false;
    boolean shutOut = false;
    try {
      payments.run();
      producer.commitTransaction();
      committed = true;
    } catch (ProducerFencedException | OutOfOrderSequenceException | AuthorizationException fatal) {
      // The producer can only be closed; the broker undoes the transaction by itself.
      shutOut = true;
      throw fatal;
    } finally {
      if (!committed && !shutOut) {
        producer.abortTransaction();
      }
    }
  }
}
