// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.producers.channel.PaymentChannel;
import io.lastfive.producers.channel.PaymentPublisher;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/** Publishes the payments of one import, and hears what became of them. For one thread. */
final class ImportSending<E extends IndexedRecord> {
  private final PaymentPublisher<E> publisher;
  private final PaymentChannel<E> channel;
  private final Set<String> sentAlready;
  private final long sentBefore;
  private final Map<Integer, Long> nextOffsets;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicReference<@Nullable Exception> firstFailure = new AtomicReference<>();
  private long skipped;

  /**
   * @param sentAlready ids that the interrupted import sent after its last checkpoint
   */
  ImportSending(
      PaymentPublisher<E> publisher,
      PaymentChannel<E> channel,
      Set<String> sentAlready,
      ImportState before) {
    this.publisher = publisher;
    this.channel = channel;
    this.sentAlready = sentAlready;
    this.sentBefore = before.sent();
    this.nextOffsets = new ConcurrentHashMap<>(before.nextOffsets());
  }

  void publish(E event) {
    if (sentAlready.contains(channel.paymentId(event))) {
      skipped++;
      return;
    }
    publisher.publish(
        event,
        (metadata, failure) -> {
          if (failure == null) {
            acknowledged.incrementAndGet();
            nextOffsets.merge(metadata.partition(), metadata.offset() + 1, Math::max);
          } else {
            failed.incrementAndGet();
            firstFailure.compareAndSet(null, failure);
          }
        });
  }

  /** Waits for all acknowledgements; tells whether all came. */
  boolean flushed() {
    publisher.flush();
    return firstFailure.get() == null;
  }

  boolean isUnavailable() {
    return firstFailure.get() instanceof UnavailableError;
  }

  long acknowledged() {
    return acknowledged.get();
  }

  /** How many were sent already. */
  long skipped() {
    return skipped;
  }

  long sentInAll() {
    return sentBefore + skipped + acknowledged.get();
  }

  Map<Integer, Long> nextOffsets() {
    return Map.copyOf(nextOffsets);
  }

  /** {@code fault} ends the import before the file does: what was sent until then is no loss. */
  UserError withCount(UserError fault) {
    long sent = acknowledged.get();
    return sent == 0
        ? fault
        : new UserError(
            String.format(
                Locale.ROOT,
                "%s\n%,d payments were sent before; once that is mended, --resume sends the rest and nothing twice.",
                fault.getMessage(),
                sent),
            fault);
  }

  void refuseFailures() {
    Exception failure = firstFailure.get();
    if (acknowledged.get() == 0 && failure instanceof UnavailableError away) {
      throw away;
    }
    if (failure != null) {
      throw new UnavailableError(
          "%d of %d payments were not acknowledged, the first because: %s. Import the file again with --resume once Kafka is well."
              .formatted(failed.get(), failed.get() + acknowledged.get(), failure.getMessage()),
          failure);
    }
  }
}
