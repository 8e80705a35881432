// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Names for selected expressions that were given none: KSQL_COL_0, or the field of a struct. */
final class ColumnAliases {
  private final Set<String> taken;
  private int nextGenerated;

  ColumnAliases(Collection<String> taken) {
    this.taken = new HashSet<>(taken);
  }

  void take(String name) {
    taken.add(name);
  }

  String generated() {
    String name;
    do {
      name = "KSQL_COL_" + nextGenerated++;
    } while (taken.contains(name));
    return name;
  }

  String field(String field) {
    String name = field;
    for (int next = 1; !taken.add(name); next++) {
      name = field + "_" + next;
    }
    return name;
  }
}
