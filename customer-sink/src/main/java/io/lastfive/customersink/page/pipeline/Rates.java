// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page.pipeline;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/** How fast counts grow, over the last seconds. Safe for threads, each count written by one. */
final class Rates {
  private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

  private record Sample(long nanos, long count) {}

  private final Map<String, Deque<Sample>> samples = new ConcurrentHashMap<>();

  void count(String name, long nanos, long count) {
    samples.compute(
        name,
        (key, before) -> {
          Deque<Sample> kept = before == null ? new ArrayDeque<>() : before;
          Sample last = kept.peekLast();
          if (last != null && count < last.count()) {
            // A topic made anew, a group that was reset: what went before says nothing.
            kept.clear();
          }
          kept.addLast(new Sample(nanos, count));
          while (kept.size() > 2 && nanos - kept.getFirst().nanos() > WINDOW_NANOS) {
            kept.removeFirst();
          }
          return kept;
        });
  }

  /** Empty until there are two counts. */
  OptionalDouble perSecond(String name) {
    double[] found = {Double.NaN};
    samples.computeIfPresent(
        name,
        (key, kept) -> {
          Sample first = kept.getFirst();
          Sample last = kept.getLast();
          if (last.nanos() > first.nanos()) {
            found[0] = (last.count() - first.count()) * 1e9 / (last.nanos() - first.nanos());
          }
          return kept;
        });
    return Double.isNaN(found[0]) ? OptionalDouble.empty() : OptionalDouble.of(found[0]);
  }
}
