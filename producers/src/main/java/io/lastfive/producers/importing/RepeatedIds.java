// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Payments of a file that have the id of another one: the pipeline counts them once, which a person
 * should hear of who expects them all. Only the latest so many ids are held, so that no file fills
 * the memory; rows that were written twice mostly stand near each other.
 */
final class RepeatedIds {
  private static final int MOST = 50_000;

  private final Set<String> latest = new LinkedHashSet<>();
  private long repeated;
  private long firstLine;
  private String firstId = "";

  void see(String id, long line) {
    if (!latest.add(id)) {
      if (repeated == 0) {
        firstLine = line;
        firstId = id;
      }
      repeated++;
    } else if (latest.size() > MOST) {
      Iterator<String> eldest = latest.iterator();
      eldest.next();
      eldest.remove();
    }
  }

  Optional<String> note() {
    return repeated == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d with the id of another payment of the file, the first in line %d (%s): each id counts once",
                repeated,
                firstLine,
                firstId));
  }
}
