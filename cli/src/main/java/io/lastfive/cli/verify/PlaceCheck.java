// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One place compared with the calculation, while payments may go on arriving: a customer is as
 * calculated where the place holds the last five of the payments up to the cut and of any of those
 * that came since. Who once was is done with. For one thread.
 */
final class PlaceCheck {
  private static final Set<String> CHANNELS = Set.of("CC", "BANK_TRF");

  private final Place place;
  private final ExpectedPayments expected;
  private final SourceTopics sources;
  private final boolean truncated;
  private final Map<String, List<Difference>> differing = new TreeMap<>();
  private long unverifiable;

  /**
   * @param truncated whether the sources have lost old payments, which may stand in the place still
   */
  PlaceCheck(Place place, ExpectedPayments expected, SourceTopics sources, boolean truncated) {
    this.place = place;
    this.expected = expected;
    this.sources = sources;
    this.truncated = truncated;
  }

  String name() {
    return place.name();
  }

  /** Compares every customer; the sources should have been read on just before. */
  void checkAll() throws SQLException {
    differing.clear();
    unverifiable = 0;
    Set<String> missing = new HashSet<>(expected.customers());
    place.read(Optional.empty(), comparing(missing));
    missing.forEach(customerId -> compare(customerId, List.of()));
  }

  /** Compares those again that differed; holds them in memory. */
  void checkAgain() throws SQLException {
    Set<String> again = Set.copyOf(differing.keySet());
    Map<String, List<ExpectedPayment>> found = new HashMap<>();
    Map<String, String> unreadable = new HashMap<>();
    again.forEach(customerId -> found.put(customerId, List.of()));
    place.read(
        Optional.of(again),
        new Place.Taker() {
          @Override
          public void take(String customerId, List<ExpectedPayment> payments) {
            found.put(customerId, payments);
          }

          @Override
          public void unreadable(String customerId, String reason) {
            unreadable.put(customerId, reason);
          }
        });
    // After the place: whatever it holds is in the sources by now.
    sources.readOn();
    differing.clear();
    found.forEach(this::compare);
    unreadable.forEach(this::noteUnreadable);
  }

  /** The differences of each customer who has some. */
  Map<String, List<Difference>> differing() {
    return differing;
  }

  /**
   * Payments found that the sources do not hold, because they are deleted there or came by a
   * channel that is not calculated here: nobody can tell.
   */
  long unverifiable() {
    return unverifiable;
  }

  private Place.Taker comparing(Set<String> missing) {
    return new Place.Taker() {
      @Override
      public void take(String customerId, List<ExpectedPayment> found) {
        missing.remove(customerId);
        compare(customerId, found);
      }

      @Override
      public void unreadable(String customerId, String reason) {
        missing.remove(customerId);
        noteUnreadable(customerId, reason);
      }
    };
  }

  private void compare(String customerId, List<ExpectedPayment> found) {
    List<ExpectedPayment> known = expected.of(customerId);
    if (known.equals(found)) {
      return;
    }
    List<ExpectedPayment> since = sources.since(customerId);
    List<ExpectedPayment> arrived = found.stream().filter(since::contains).toList();
    List<ExpectedPayment> unknown =
        found.stream()
            .filter(payment -> truncated || !CHANNELS.contains(payment.paymentType()))
            .filter(payment -> !known.contains(payment) && !since.contains(payment))
            .toList();
    List<ExpectedPayment> wanted =
        expected.with(customerId, Stream.concat(arrived.stream(), unknown.stream()).toList());
    if (wanted.equals(found)) {
      unverifiable += unknown.size();
      return;
    }
    differing.put(
        customerId,
        new ArrayList<>(
            Difference.between(
                place.name(), customerId, expected.with(customerId, arrived), found)));
  }

  private void noteUnreadable(String customerId, String reason) {
    differing.put(
        customerId,
        List.of(Difference.unreadable(place.name(), customerId, expected.of(customerId), reason)));
  }
}
