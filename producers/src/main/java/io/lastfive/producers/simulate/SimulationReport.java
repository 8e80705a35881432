// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import java.time.Duration;

/**
 * How a simulation stands, or ended.
 *
 * @param payments different payments sent
 * @param duplicates payments sent a second time
 * @param late those sent after they happened
 * @param acknowledged records that all in-sync replicas have
 * @param failed records given up
 * @param refused invalid payments that their publisher refused; nothing of them was sent
 * @param leftOut invalid payments that were sent and that the scripts leave out
 * @param elapsed from the first record to the last acknowledgement, or to now
 * @param perSecond acknowledged records a second: while it runs over the last moments, in the end
 *     over all
 */
public record SimulationReport(
    long payments,
    long duplicates,
    long late,
    long acknowledged,
    long failed,
    long refused,
    long leftOut,
    Duration elapsed,
    double perSecond,
    Latency latency) {

  /** From sending to acknowledgement, in milliseconds. */
  public record Latency(double p50, double p95, double p99, double p999, double max) {}
}
