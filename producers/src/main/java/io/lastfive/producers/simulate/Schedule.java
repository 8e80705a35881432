// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import java.time.Duration;

/**
 * When each record of a run is due, by adding the rate up over time until it makes a record. Not
 * thread-safe.
 */
final class Schedule {
  static final double BURST_SHARE = 0.1;

  /** Within it a rate that changes softly is taken as steady. */
  private static final double STEP_NANOS = 5e6;

  private final Rate rate;
  private double dueNanos;

  Schedule(Rate rate) {
    this.rate = rate;
  }

  /** When the current record is due after the first. */
  long dueNanos() {
    return (long) dueNanos;
  }

  /** Goes on to the next record. */
  void advance() {
    double missing = 1;
    while (true) {
      double perNano = rate.at(dueNanos) / 1e9;
      double step = step();
      if (perNano * step >= missing) {
        dueNanos += missing / perNano;
        return;
      }
      missing -= perNano * step;
      dueNanos += step;
    }
  }

  private double step() {
    return switch (rate.shape()) {
      case CONSTANT -> Double.POSITIVE_INFINITY;
      case RAMP, SINE -> STEP_NANOS;
      case BURST -> untilNextEdge((double) rate.period().orElse(Duration.ofSeconds(1)).toNanos());
    };
  }

  private double untilNextEdge(double period) {
    double phase = dueNanos % period;
    double edge = phase < BURST_SHARE * period ? BURST_SHARE * period : period;
    // A step lost in rounding must not keep the clock from moving.
    return Math.max(1, edge - phase);
  }
}
