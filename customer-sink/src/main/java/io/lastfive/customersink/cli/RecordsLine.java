// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.cli;

import io.lastfive.settings.cli.LiveLine;

/** Counts on standard error, while a person watches and at most a few times a second. */
final class RecordsLine {
  private static final long INTERVAL_NANOS = 200_000_000L;

  private final LiveLine line;
  private final String what;
  private final long begin = System.nanoTime();
  private long nextAt = begin;

  RecordsLine(LiveLine line, String what) {
    this.line = line;
    this.what = what;
  }

  void show(long count) {
    long now = System.nanoTime();
    if (now >= nextAt) {
      nextAt = now + INTERVAL_NANOS;
      line.show("%,d %s, %,.0f/s".formatted(count, what, count * 1e9 / Math.max(1, now - begin)));
    }
  }

  /** Makes room for the result. */
  void clear() {
    line.clear();
  }
}
