// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import java.util.List;
import java.util.Optional;

/**
 * One payment of a file before anything is made of it.
 *
 * @param line where it starts, from 1
 * @param cells its columns in order; none where it could not be taken apart
 * @param raw the line or lines as they are
 * @param problem why it could not be taken apart
 */
record PaymentRow(long line, List<Cell> cells, String raw, Optional<String> problem) {
  record Cell(String column, String value) {}

  static PaymentRow unreadable(long line, String raw, String problem) {
    return new PaymentRow(line, List.of(), raw, Optional.of(problem));
  }
}
