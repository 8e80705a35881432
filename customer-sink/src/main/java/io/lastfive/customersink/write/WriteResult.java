// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.util.List;

/**
 * What became of a batch.
 *
 * @param written slices that the database holds now
 * @param fenced claims that somebody else has taken over: their slices changed nothing
 * @param displaced claims for which the database stands elsewhere, its offset moved by hand or the
 *     database an earlier state of itself: their slices changed nothing
 */
public record WriteResult(
    List<Slice> written,
    List<Claim> fenced,
    List<Claim> displaced,
    int upserts,
    int deletes,
    int deadLetters) {

  public WriteResult {
    written = List.copyOf(written);
    fenced = List.copyOf(fenced);
    displaced = List.copyOf(displaced);
  }
}
