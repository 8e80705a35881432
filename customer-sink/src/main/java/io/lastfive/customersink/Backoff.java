// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next try: doubles from the first to the longest wait, and varies by
 * half so that many instances do not come back at once. Used by one thread.
 */
public final class Backoff {
  private final Duration first;
  private final Duration longest;
  private Duration next;

  public Backoff(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
    this.next = first;
  }

  /** The wait after one more failure. */
  public Duration next() {
    long millis = Math.max(1, Math.min(next.toMillis(), longest.toMillis()));
    next = Duration.ofMillis(Math.min(millis * 2, longest.toMillis()));
    return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
  }

  /** It works again. */
  public void reset() {
    next = first;
  }
}
