// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.util.List;

/**
 * What was read of one partition without a gap: the changes of the records from {@code fromOffset}
 * up to, not including, {@code nextOffset}. It is written only where the database still stands at
 * {@code fromOffset}.
 */
public record Slice(Claim claim, long fromOffset, long nextOffset, List<Change> changes) {

  public Slice {
    changes = List.copyOf(changes);
  }
}
