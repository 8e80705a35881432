// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import io.lastfive.producers.channel.PublishedPayment;
import io.lastfive.settings.Settings;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Finds out what the pipeline makes of a payment. Who embeds the producers needs none; the command
 * {@code lastfive} has one.
 */
public interface PaymentFollower {
  /**
   * Something became of the payment.
   *
   * @param stage such as {@code normalized}
   * @param millis since Kafka had acknowledged the payment
   * @param place where it is now
   */
  record Step(String stage, long millis, String place) {}

  /** One payment's way. For one thread. */
  interface Following extends AutoCloseable {
    /**
     * Waits until the payment has come to the end of its way.
     *
     * @param acknowledgedNanos {@link System#nanoTime} when Kafka had it
     * @param stop whether to wait no longer
     * @return why it did not come there in time, and what to do; empty where it did
     */
    Optional<String> follow(
        PublishedPayment payment,
        long acknowledgedNanos,
        Duration longestWait,
        BooleanSupplier stop,
        Consumer<Step> heard);

    @Override
    void close();
  }

  /** To be called before the payment is sent, so that nothing is missed. */
  Following start(Settings settings);
}
