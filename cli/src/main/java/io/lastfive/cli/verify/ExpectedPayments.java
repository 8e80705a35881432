// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import io.lastfive.schemas.PaymentEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the pipeline must make of the events of the source topics, computed in plain Java with none
 * of the pipeline's code: normalized, each payment once, the newest of each customer. Takes the
 * events in any order. For one thread.
 */
public final class ExpectedPayments {
  private static final int LAST_FIVE = 5;
  private static final Map<String, PaymentEvent> CHANNELS = new HashMap<>();

  static {
    Arrays.stream(PaymentEvent.values())
        .forEach(channel -> CHANNELS.put(channel.schema().getFullName(), channel));
  }

  private final ExpectedNormalization normalization = new ExpectedNormalization();
  private final Map<String, List<ExpectedPayment>> newest = new HashMap<>();
  private final int last;
  private long passed;
  private long conflicting;

  /** The five newest of each customer. */
  public ExpectedPayments() {
    this(LAST_FIVE);
  }

  /**
   * @param last how many of each customer
   */
  public ExpectedPayments(int last) {
    this.last = last;
  }

  /** Takes an event of the channel whose schema it has. */
  public void add(@Nullable String customerId, IndexedRecord event) {
    PaymentEvent channel = CHANNELS.get(event.getSchema().getFullName());
    if (channel == null) {
      throw new IllegalArgumentException(
          event.getSchema().getFullName() + " is no event of a channel: " + CHANNELS.keySet());
    }
    Optional<String> unusedReason = add(channel, customerId, event);
  }

  /**
   * Takes an event of a channel.
   *
   * @return why it is left out; empty where it passes
   */
  Optional<String> add(PaymentEvent channel, @Nullable String customerId, IndexedRecord event) {
    ExpectedNormalization.Outcome outcome = normalized(channel, customerId, event);
    if (customerId == null || outcome.payment().isEmpty()) {
      return Optional.of(outcome.leftOut());
    }
    passed++;
    keep(
        newest.computeIfAbsent(customerId, id -> new ArrayList<>(last + 1)),
        outcome.payment().get());
    return Optional.empty();
  }

  /** What becomes of an event, without taking it. */
  ExpectedNormalization.Outcome normalized(
      PaymentEvent channel, @Nullable String customerId, IndexedRecord event) {
    return customerId == null
        ? new ExpectedNormalization.Outcome(Optional.empty(), "no customer id (the record's key)")
        : normalization.of(channel, event);
  }

  /** How many events passed the normalizing, second sendings included. */
  public long passed() {
    return passed;
  }

  /**
   * How often a payment came under an id that stood among a customer's last five already, with
   * other contents: which of the two is right nobody can tell.
   */
  long conflicting() {
    return conflicting;
  }

  Set<String> customers() {
    return newest.keySet();
  }

  /** Newest first; none for a customer without payments. */
  List<ExpectedPayment> of(String customerId) {
    return newest.getOrDefault(customerId, List.of());
  }

  /** Newest first, by customer. */
  public Map<String, List<ExpectedPayment>> byCustomer() {
    return new TreeMap<>(newest);
  }

  /** The customer's last five, had {@code more} come as well. */
  List<ExpectedPayment> with(String customerId, Collection<ExpectedPayment> more) {
    if (more.isEmpty()) {
      return of(customerId);
    }
    return Stream.concat(of(customerId).stream(), more.stream())
        .distinct()
        .sorted(ExpectedPayment.NEWEST_FIRST)
        .limit(last)
        .toList();
  }

  private void keep(List<ExpectedPayment> known, ExpectedPayment payment) {
    int place = known.size();
    while (place > 0 && ExpectedPayment.NEWEST_FIRST.compare(payment, known.get(place - 1)) < 0) {
      place--;
    }
    if (place > 0 && known.get(place - 1).equals(payment)) {
      return;
    }
    if (known.stream().anyMatch(other -> other.paymentId().equals(payment.paymentId()))) {
      conflicting++;
    }
    if (place < last) {
      known.add(place, payment);
      if (known.size() > last) {
        known.remove(last);
      }
    }
  }
}
