// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** The slices that go into one transaction, at most one a claim. */
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

  /** Of what was gathered, at most one slice a claim. */
  public static Batch of(Collection<GatheredSlice> gathered) {
    // Always in the same order, so that two writers lock rows in the same order.
    return new Batch(
        gathered.stream()
            .map(GatheredSlice::slice)
            .sorted(
                Comparator.comparingInt((Slice slice) -> slice.claim().partition())
                    .thenComparingLong(slice -> slice.claim().epoch()))
            .toList());
  }

  UUID topicId() {
    return slices.get(0).claim().topicId();
  }

  /** Number of records read. */
  public int records() {
    return slices.stream().mapToInt(Slice::records).sum();
  }
}
