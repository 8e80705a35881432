// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import java.util.Optional;

/**
 * One {@code CdtTrfTxInf} with what stands above it, as texts.
 *
 * @param line where it begins
 * @param path of its element, counted where there may be several
 * @param position in its message, from 1
 * @param header GrpHdr
 * @param batch PmtInf, empty in a message that has none
 */
record IsoTransfer(
    IsoMessage message,
    long line,
    String path,
    long position,
    IsoTexts header,
    IsoTexts batch,
    IsoTexts transaction) {

  /** The text of the nearest element that has it: transaction, batch, group header. */
  Optional<String> find(String path) {
    return transaction.find(path).or(() -> batch.find(path)).or(() -> header.find(path));
  }

  /** The first of {@code paths} that is there, looked for in that order. */
  Optional<String> first(String... paths) {
    for (String candidate : paths) {
      Optional<String> found = transaction.find(candidate).or(() -> batch.find(candidate));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
