// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Slices of one claim that follow each other, growing into one. Of each customer only the newest
 * change is kept: a sink that has fallen behind neither holds nor writes what is superseded
 * already. Every dead letter is kept; it supersedes nothing, so that the good record before it is
 * written. Used by one thread at a time.
 */
public final class GatheredSlice {
  // What the objects of a change take beside their texts, about.
  private static final long BYTES_A_CHANGE = 250;

  private final Claim claim;
  private final long fromOffset;
  private final Map<String, Change> newest = new LinkedHashMap<>();
  private final List<Change> deadLetters = new ArrayList<>();
  private long nextOffset;
  private int records;
  private long newestRecordMillis = -1;
  private long bytes;

  /** Of nothing yet; grows from that offset on. */
  public GatheredSlice(Claim claim, long fromOffset) {
    this.claim = claim;
    this.fromOffset = fromOffset;
    this.nextOffset = fromOffset;
  }

  /** The slice that begins where this one ends. */
  public void add(Slice slice) {
    if (!slice.claim().equals(claim) || slice.fromOffset() != nextOffset) {
      throw new IllegalArgumentException(
          "slice of partition %d starts at offset %d, the one before it ends at %d"
              .formatted(slice.claim().partition(), slice.fromOffset(), nextOffset));
    }
    for (Change change : slice.changes()) {
      if (change instanceof Change.Upsert upsert) {
        supersede(upsert.customerId(), upsert);
      } else if (change instanceof Change.Delete delete) {
        supersede(delete.customerId(), delete);
      } else {
        deadLetters.add(change);
        bytes += size(change);
      }
    }
    nextOffset = slice.nextOffset();
    records += slice.records();
    newestRecordMillis = Math.max(newestRecordMillis, slice.newestRecordMillis());
  }

  private void supersede(String customerId, Change change) {
    Change superseded = newest.put(customerId, change);
    bytes += size(change) - (superseded == null ? 0 : size(superseded));
  }

  private static long size(Change change) {
    return BYTES_A_CHANGE
        + (change instanceof Change.Upsert upsert
            ? upsert.paymentsJson().length() + upsert.extraJson().map(String::length).orElse(0)
            : 0);
  }

  public Claim claim() {
    return claim;
  }

  /** Number of changes that are left to be written. */
  public int changes() {
    return newest.size() + deadLetters.size();
  }

  /** Memory that they take, about. */
  public long bytes() {
    return bytes;
  }

  /** As it is now. */
  public Slice slice() {
    List<Change> changes = new ArrayList<>(changes());
    changes.addAll(newest.values());
    changes.addAll(deadLetters);
    return new Slice(claim, fromOffset, nextOffset, records, newestRecordMillis, changes);
  }
}
