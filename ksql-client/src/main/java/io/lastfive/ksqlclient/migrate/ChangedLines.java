// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import java.util.ArrayList;
import java.util.List;

/** Which lines differ between two versions of a script: those taken away and those added. */
final class ChangedLines {
  private static final int SHOWN = 20;

  private ChangedLines() {}

  /** Such as {@code - 4 | old} and {@code + 4 | new}, in the order of the file. */
  static List<String> between(String before, String after) {
    List<String> old = before.lines().toList();
    List<String> now = after.lines().toList();
    int[][] common = commonLines(old, now);
    List<String> changes = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < old.size() || j < now.size()) {
      boolean both = i < old.size() && j < now.size();
      if (both && old.get(i).equals(now.get(j))) {
        i++;
        j++;
      } else if (j == now.size() || (both && common[i + 1][j] >= common[i][j + 1])) {
        changes.add("- " + (i + 1) + " | " + old.get(i++));
      } else {
        changes.add("+ " + (j + 1) + " | " + now.get(j++));
      }
    }
    if (changes.isEmpty()) {
      return List.of("only ends of lines or blanks at the end of the file differ");
    }
    int more = changes.size() - SHOWN;
    List<String> shown = new ArrayList<>(changes.subList(0, Math.min(SHOWN, changes.size())));
    if (more > 0) {
      shown.add("and " + more + " more");
    }
    return shown;
  }

  /** How many lines are common to what follows line i of the one and line j of the other. */
  private static int[][] commonLines(List<String> old, List<String> now) {
    int[][] common = new int[old.size() + 1][now.size() + 1];
    for (int i = old.size() - 1; i >= 0; i--) {
      for (int j = now.size() - 1; j >= 0; j--) {
        common[i][j] =
            old.get(i).equals(now.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }
}
