// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import java.io.PrintWriter;

/**
 * One line on standard error that changes in place while a person watches; nothing where nobody
 * does.
 */
final class LiveLine {
  private final PrintWriter err;
  private final boolean watched;
  private boolean shown;

  LiveLine(PrintWriter err, boolean watched) {
    this.err = err;
    this.watched = watched;
  }

  void show(String text) {
    if (watched) {
      err.print("\r" + text + "\u001b[K");
      err.flush();
      shown = true;
    }
  }

  /** Makes room for other output. */
  void clear() {
    if (shown) {
      err.print("\r\u001b[K");
      err.flush();
      shown = false;
    }
  }
}
