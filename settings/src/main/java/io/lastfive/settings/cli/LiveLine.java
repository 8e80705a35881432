// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings.cli;

import java.io.PrintWriter;
import java.io.Writer;

/**
 * One line on standard error that changes in place while a person watches; nothing where nobody
 * does. For one thread.
 */
public final class LiveLine {
  private final PrintWriter err;
  private final boolean watched;
  private final int columns;
  private boolean shown;

  /**
   * @param columns of the terminal; 0 where nobody knows. A longer text is cut: the terminal would
   *     go on in the next line, from where nothing leads back.
   */
  LiveLine(PrintWriter err, boolean watched, int columns) {
    this.err = err;
    this.watched = watched;
    this.columns = columns;
  }

  /** Shows nothing. */
  public static LiveLine unseen() {
    return new LiveLine(new PrintWriter(Writer.nullWriter()), false, 0);
  }

  public void show(String text) {
    if (watched) {
      String fitting = columns == 0 ? text : TextWidth.cut(text, columns - 1);
      err.print("\r" + fitting + "\u001b[K");
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
