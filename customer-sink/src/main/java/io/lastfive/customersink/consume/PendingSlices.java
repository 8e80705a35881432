// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import io.lastfive.customersink.write.Batch;
import io.lastfive.customersink.write.Slice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What was read and not taken to be written yet. The writer takes all there is at once: single
 * records while little flows, large batches while a commit takes longer than the next records. One
 * thread adds, one takes.
 */
public final class PendingSlices {
  private final int batchSize;
  private List<Slice> slices = new ArrayList<>();
  private int records;
  private boolean closed;

  /** From {@code batchSize} records on nothing more should be added until they are taken. */
  public PendingSlices(int batchSize) {
    this.batchSize = batchSize;
  }

  synchronized void add(Slice slice) {
    slices.add(slice);
    records += slice.changes().size();
    notifyAll();
  }

  /** Waits until there is room for more; tells whether there is. */
  synchronized boolean awaitRoom(Duration longest) throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    while (records >= batchSize && !closed) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** Waits for slices and takes all of them; empty once closed and nothing is left. */
  public synchronized Optional<Batch> take() throws InterruptedException {
    while (slices.isEmpty() && !closed) {
      wait();
    }
    if (slices.isEmpty()) {
      return Optional.empty();
    }
    Batch batch = Batch.of(slices);
    slices = new ArrayList<>();
    records = 0;
    notifyAll();
    return Optional.of(batch);
  }

  /** Forgets what was read of partitions that are not ours any more. */
  synchronized void drop(Collection<Integer> partitions) {
    Set<Integer> dropped = Set.copyOf(partitions);
    slices.removeIf(slice -> dropped.contains(slice.claim().partition()));
    records = slices.stream().mapToInt(slice -> slice.changes().size()).sum();
    notifyAll();
  }

  /** No more comes: what is there can still be taken. */
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
