// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.util.List;

/**
 * What was read of one partition without a gap: the records from {@code fromOffset} up to, not
 * including, {@code nextOffset}. It is written only where the database still stands at {@code
 * fromOffset}.
 *
 * @param records how many records that were
 * @param newestRecordMillis the latest timestamp of those that say what a customer's payments are;
 *     -1 where none does
 * @param changes what the records do; one that a later record of the same customer supersedes may
 *     be left out
 */
public record Slice(
    Claim claim,
    long fromOffset,
    long nextOffset,
    int records,
    long newestRecordMillis,
    List<Change> changes) {

  public Slice {
    changes = List.copyOf(changes);
  }

  /** Of all changes, one a record. */
  public Slice(Claim claim, long fromOffset, long nextOffset, List<Change> changes) {
    this(claim, fromOffset, nextOffset, changes.size(), newest(changes), changes);
  }

  private static long newest(List<Change> changes) {
    long newest = -1;
    for (Change change : changes) {
      if (change instanceof Change.Upsert upsert) {
        newest = Math.max(newest, upsert.recordTimeMillis());
      }
    }
    return newest;
  }
}
