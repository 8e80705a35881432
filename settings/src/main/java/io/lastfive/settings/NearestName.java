// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import java.util.Collection;
import java.util.Optional;

/** Finds what a mistyped name was meant to be. */
public final class NearestName {
  private NearestName() {}

  /** The candidate nearest to {@code name}, if it is near enough to be what was meant. */
  public static Optional<String> of(String name, Collection<String> candidates) {
    return within(Math.max(2, name.length() / 3), name, candidates);
  }

  /**
   * The nearest of the candidates that are at most {@code edits} edits away; the first of equally
   * near ones.
   */
  static Optional<String> within(int edits, String name, Collection<String> candidates) {
    Optional<String> nearest = Optional.empty();
    int least = edits + 1;
    for (String candidate : candidates) {
      int distance = editDistance(name, candidate);
      if (distance < least) {
        least = distance;
        nearest = Optional.of(candidate);
      }
    }
    return nearest;
  }

  /** Levenshtein's distance, two neighboring letters swapped counting as one edit. */
  private static int editDistance(String from, String to) {
    int[][] edits = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        edits[i][j] = i == 0 || j == 0 ? i + j : cheapestEdit(edits, from, to, i, j);
      }
    }
    return edits[from.length()][to.length()];
  }

  private static int cheapestEdit(int[][] edits, String from, String to, int i, int j) {
    int replaced = edits[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
    int least = Math.min(replaced, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
    boolean swapped =
        i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1);
    return swapped ? Math.min(least, edits[i - 2][j - 2] + 1) : least;
  }
}
