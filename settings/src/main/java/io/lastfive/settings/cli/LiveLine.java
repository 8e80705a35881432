// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings.cli;

import java.io.PrintWriter;

/**
 * One line on standard error that changes in place while a person watches; nothing where nobody
 * does. For one thread.
 */
public final class LiveLine {
  private final PrintWriter err;
  private final boolean watched;
  private boolean shown;

  public LiveLine(PrintWriter err, boolean watched) {
    this.err = err;
    this.watched = watched;
  }

  public void show(String text) {
    if (watched) {
      err.print("\r" + text + "\u001b[K");
      err.flush();
      shown = true;
    }
  }

  /** Makes room for other output. */
  public void clear() {
    if (shown) {
      err.print("\r\u001b[K");
      err.flush();
      shown = false;
    }
  }
}
