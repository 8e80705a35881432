// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import java.util.Map;

/**
 * How far an import is: of the first {@code rows} rows each is acknowledged or rejected.
 *
 * @param sent payments that were acknowledged
 * @param rejectsLength bytes of the file of rejected rows
 * @param nextOffsets by partition: everything the import sends from here on stands there or later
 */
record ImportState(
    Phase phase,
    long rows,
    long sent,
    long rejected,
    long rejectsLength,
    Map<Integer, Long> nextOffsets) {
  enum Phase {
    INTERRUPTED,
    COMPLETE
  }

  static final ImportState NONE = new ImportState(Phase.INTERRUPTED, 0, 0, 0, 0, Map.of());

  ImportState {
    nextOffsets = Map.copyOf(nextOffsets);
  }
}
