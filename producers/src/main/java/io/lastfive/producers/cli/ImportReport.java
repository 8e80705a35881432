// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import io.lastfive.producers.importing.PaymentImport;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.LiveLine;
import java.nio.file.Path;
import java.util.Locale;

/** Names the first rejected payments, counts the others, and shows how far the file is read. */
final class ImportReport implements PaymentImport.Progress {
  private static final int MOST_REPORTED = 20;
  private static final int BAR = 20;
  private static final long NANOS_BETWEEN = 250_000_000L;
  private static final int ROWS_BETWEEN = 64;

  private final Path file;
  private final Console console;
  private final LiveLine live;
  private final long size;
  private final long begunAt = System.nanoTime();
  private long rejectedSoFar;
  private long shownAt = begunAt;

  ImportReport(Path file, Console console, LiveLine live) {
    this.file = file;
    this.console = console;
    this.live = live;
    this.size = file.toFile().length();
  }

  @Override
  public void rejected(long line, String reason) {
    rejectedSoFar++;
    if (rejectedSoFar <= MOST_REPORTED) {
      live.clear();
      console.error("%s:%d: %s".formatted(file, line, reason));
    }
  }

  @Override
  public void read(long rows, long rejected, long bytesRead) {
    if (rows % ROWS_BETWEEN != 0) {
      return;
    }
    long now = System.nanoTime();
    if (now - shownAt > NANOS_BETWEEN) {
      shownAt = now;
      live.show(bar(rows, rejected, bytesRead, size, (now - begunAt) / 1e9));
    }
  }

  /** {@code [#####---------------] 25 % 12.5 of 50.0 MB 100,000 payments, 3 rejected 8 s left}. */
  static String bar(long rows, long rejected, long read, long size, double seconds) {
    double share = size <= 0 ? 1 : Math.min(1, (double) read / size);
    int filled = (int) (share * BAR);
    return String.format(
        Locale.ROOT,
        "[%s%s] %.0f %%  %,.1f of %,.1f MB  %,d payments, %,d rejected  %.0f s left",
        "#".repeat(filled),
        "-".repeat(BAR - filled),
        Math.floor(share * 100),
        read / 1e6,
        size / 1e6,
        rows,
        rejected,
        share == 0 ? 0 : seconds * (1 - share) / share);
  }

  void finish() {
    if (rejectedSoFar > MOST_REPORTED) {
      console.error(
          String.format(
              Locale.ROOT, "%s: %,d more were rejected", file, rejectedSoFar - MOST_REPORTED));
    }
  }
}
