// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import java.util.List;
import java.util.Optional;

/**
 * One payment of a file before anything is made of it.
 *
 * @param line where it starts, from 1
 * @param path of its element, where the file has elements
 * @param cells its columns in order; none where it could not be taken apart
 * @param raw the line or lines as they are
 * @param problem why no payment can be made of it
 */
record PaymentRow(
    long line, Optional<String> path, List<Cell> cells, String raw, Optional<String> problem) {
  record Cell(String column, String value) {}

  PaymentRow {
    cells = List.copyOf(cells);
  }

  static PaymentRow of(long line, List<Cell> cells, String raw) {
    return new PaymentRow(line, Optional.empty(), cells, raw, Optional.empty());
  }

  static PaymentRow unreadable(long line, String raw, String problem) {
    return new PaymentRow(line, Optional.empty(), List.of(), raw, Optional.of(problem));
  }
}
