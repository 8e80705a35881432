// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The slices that go into one transaction, at most one a partition. Slices of one claim that follow
 * each other become one.
 */
public record Batch(List<Slice> slices) {

  public Batch {
    slices = List.copyOf(slices);
    if (slices.isEmpty()) {
      throw new IllegalArgumentException("a batch has at least one slice");
    }
    if (slices.stream().map(slice -> slice.claim().topicId()).distinct().count() > 1) {
      throw new IllegalArgumentException("a batch holds records of one topic");
    }
  }

  /** Joins slices, given in the order they were read. */
  public static Batch of(List<Slice> readInOrder) {
    Map<Claim, List<Slice>> byClaim = new LinkedHashMap<>();
    for (Slice slice : readInOrder) {
      byClaim.computeIfAbsent(slice.claim(), claim -> new ArrayList<>()).add(slice);
    }
    // Always in the same order, so that two writers lock rows in the same order.
    return new Batch(
        byClaim.values().stream()
            .map(Batch::join)
            .sorted(
                Comparator.comparingInt((Slice slice) -> slice.claim().partition())
                    .thenComparingLong(slice -> slice.claim().epoch()))
            .toList());
  }

  private static Slice join(List<Slice> slices) {
    Slice first = slices.get(0);
    if (slices.size() == 1) {
      return first;
    }
    List<Change> changes = new ArrayList<>();
    long nextOffset = first.fromOffset();
    for (Slice slice : slices) {
      if (slice.fromOffset() != nextOffset) {
        throw new IllegalArgumentException(
            "slice of partition %d starts at offset %d, the one before it ends at %d"
                .formatted(slice.claim().partition(), slice.fromOffset(), nextOffset));
      }
      changes.addAll(slice.changes());
      nextOffset = slice.nextOffset();
    }
    return new Slice(first.claim(), first.fromOffset(), nextOffset, changes);
  }

  UUID topicId() {
    return slices.get(0).claim().topicId();
  }

  /** Number of records read. */
  public int records() {
    return slices.stream().mapToInt(slice -> slice.changes().size()).sum();
  }
}
