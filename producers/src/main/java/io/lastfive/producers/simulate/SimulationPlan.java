// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.UserError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a simulation makes. Plans that are equal make the same records to the byte, on every
 * machine, where {@code start} is set.
 *
 * @param channels one or both
 * @param customers how many customers pay
 * @param seed everything random comes from it, tokens included
 * @param start time of the first payment, the others follow by a second on average; empty: the
 *     payments' times are when they are made
 * @param duplicates share of the payments that are sent twice, in addition
 * @param late share of the payments that are sent up to two hours after they happened
 * @param declined share of the payments that did not go through (DECLINED, RJCT)
 * @param refunds share of the card payments that pay an earlier one back
 * @param invalid share of the payments that have a {@link Flaw}
 * @param skew how unevenly customers pay, the exponent of Zipf's law; 0: all alike
 */
public record SimulationPlan(
    Set<PaymentEvent> channels,
    int customers,
    long seed,
    Optional<Instant> start,
    double duplicates,
    double late,
    double declined,
    double refunds,
    double invalid,
    double skew) {
  /** Where a simulation with a seed begins unless its start is said. */
  public static final Instant DEFAULT_START = Instant.parse("2026-01-01T00:00:00Z");

  private static final int MOST_CUSTOMERS = 100_000_000;
  private static final double MOST_SKEW = 5;
  private static final Instant YEAR_9000 = Instant.parse("9000-01-01T00:00:00Z");

  public SimulationPlan {
    channels = Set.copyOf(channels);
    List<String> problems = new ArrayList<>();
    if (channels.isEmpty()) {
      problems.add("A simulation needs a channel.");
    }
    if (customers < 1 || customers > MOST_CUSTOMERS) {
      problems.add("customers = %d is not from 1 to %d.".formatted(customers, MOST_CUSTOMERS));
    }
    if (start.isPresent()
        && (start.get().isBefore(Instant.EPOCH) || start.get().isAfter(YEAR_9000))) {
      problems.add("start = %s is not between the years 1970 and 9000.".formatted(start.get()));
    }
    refuseNoShare("duplicates", duplicates, problems);
    refuseNoShare("late", late, problems);
    refuseNoShare("declined", declined, problems);
    refuseNoShare("refunds", refunds, problems);
    refuseNoShare("invalid", invalid, problems);
    if (!(skew >= 0 && skew <= MOST_SKEW)) {
      problems.add(
          "skew = %s is not from 0 (all customers pay alike) to %s (one pays nearly always)."
              .formatted(skew, MOST_SKEW));
    }
    if (problems.isEmpty() && declined + refunds > 1) {
      problems.add(
          "declined = %s and refunds = %s are more than all payments."
              .formatted(declined, refunds));
    }
    if (!problems.isEmpty()) {
      throw UserError.ofAll("problems with the simulation", problems);
    }
  }

  /** Every payment sound, and customers who pay alike. */
  public SimulationPlan(
      Set<PaymentEvent> channels,
      int customers,
      long seed,
      Optional<Instant> start,
      double duplicates,
      double late,
      double declined,
      double refunds) {
    this(channels, customers, seed, start, duplicates, late, declined, refunds, 0, 0);
  }

  public SimulationPlan withInvalid(double share) {
    return new SimulationPlan(
        channels, customers, seed, start, duplicates, late, declined, refunds, share, skew);
  }

  public SimulationPlan withSkew(double exponent) {
    return new SimulationPlan(
        channels, customers, seed, start, duplicates, late, declined, refunds, invalid, exponent);
  }

  /** Both channels, 1,000 customers, no faults, 3 % declined, 2 % refunds. */
  public static SimulationPlan ofSeed(long seed) {
    return new SimulationPlan(
        EnumSet.allOf(PaymentEvent.class),
        1000,
        seed,
        Optional.of(DEFAULT_START),
        0,
        0,
        0.03,
        0.02);
  }

  private static void refuseNoShare(String name, double share, List<String> problems) {
    if (!(share >= 0 && share <= 1)) {
      problems.add(
          "%s = %s is no share: a number from 0 to 1, such as 0.05.".formatted(name, share));
    }
  }
}
