// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The texts within one element by their path, {@code Dbtr/Nm}; attributes as {@code InstdAmt/@Ccy}.
 * Of several with one path the first counts, but lines of {@code RmtInf/Ustrd} are one text. What
 * no payment has (very many texts, very long ones) is not kept, so that no file fills the memory.
 */
final class IsoTexts {
  private static final int MOST = 400;
  private static final int LONGEST = 4096;
  private static final String LINES = "RmtInf/Ustrd";

  private final Map<String, String> texts = new LinkedHashMap<>();

  void put(String path, String text) {
    String clean = text.strip().replaceAll("\\s+", " ");
    if (clean.isEmpty() || clean.length() > LONGEST || texts.size() >= MOST) {
      return;
    }
    texts.merge(
        path,
        clean,
        (before, more) ->
            path.equals(LINES) && before.length() < LONGEST ? before + " " + more : before);
  }

  Optional<String> find(String path) {
    return Optional.ofNullable(texts.get(path));
  }

  static int longest() {
    return LONGEST;
  }
}
