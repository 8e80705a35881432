// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.demo;

import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.Console.Style;
import java.time.Duration;
import java.time.Instant;

/**
 * Tells on standard error what the demo is doing: a line a step with the time since its start, and
 * on a terminal a line that is written over while a step takes long.
 */
final class DemoProgress {
  private static final String ERASE = "\r\033[K";

  private final Console console;
  private final boolean live;
  private final Instant start = Instant.now();

  /**
   * @param live whether a person watches standard error on a terminal
   */
  DemoProgress(Console console, boolean live) {
    this.console = console;
    this.live = live;
  }

  void step(String what) {
    Duration elapsed = Duration.between(start, Instant.now());
    String time = "%5.1f s".formatted(elapsed.toMillis() / 1000.0);
    console.status((live ? ERASE : "") + console.styled(Style.FAINT, time) + "  " + what);
  }

  void sent(long payments, long of, double perSecond) {
    over("%,d of %,d payments sent, %,.0f/s".formatted(payments, of, perSecond));
  }

  void waiting(int customers) {
    over("%,d customers are not up to date yet".formatted(customers));
  }

  private void over(String line) {
    if (live) {
      System.err.print(ERASE + "         " + line);
      System.err.flush();
    }
  }
}
