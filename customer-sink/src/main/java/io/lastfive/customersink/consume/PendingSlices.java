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
import java.util.stream.Stream;

/**
 * What was read and not taken to be written yet, in a lane for each writer: a partition always goes
 * into the same lane, so its records stay in order while several transactions are in flight. A
 * writer takes all there is in its lane at once: single records while little flows, large batches
 * while a commit takes longer than the next records. One thread adds, one takes from each lane.
 */
public final class PendingSlices {
  private final int batchSize;
  private final List<Lane> lanes;
  private boolean closed;

  private static final class Lane {
    List<Slice> slices = new ArrayList<>();
    int records;
  }

  /** From {@code batchSize} records on nothing more should be added to a lane until it is taken. */
  public PendingSlices(int batchSize, int lanes) {
    this.batchSize = batchSize;
    this.lanes = Stream.generate(Lane::new).limit(lanes).toList();
  }

  synchronized void add(Slice slice) {
    Lane lane = lane(slice.claim().partition());
    lane.slices.add(slice);
    lane.records += slice.changes().size();
    notifyAll();
  }

  /** Waits until some lane has room for more; tells whether one has. */
  synchronized boolean awaitRoom(Duration longest) throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    while (lanes.stream().noneMatch(this::hasRoom) && !closed) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** Whether records of that partition may be added. */
  synchronized boolean hasRoom(int partition) {
    return hasRoom(lane(partition));
  }

  /** Waits for slices of a lane and takes all of them; empty once closed and nothing is left. */
  public synchronized Optional<Batch> take(int number) throws InterruptedException {
    Lane lane = lanes.get(number);
    while (lane.slices.isEmpty() && !closed) {
      wait();
    }
    if (lane.slices.isEmpty()) {
      return Optional.empty();
    }
    Batch batch = Batch.of(lane.slices);
    lane.slices = new ArrayList<>();
    lane.records = 0;
    notifyAll();
    return Optional.of(batch);
  }

  /** Forgets what was read of partitions that are not ours any more. */
  synchronized void drop(Collection<Integer> partitions) {
    Set<Integer> dropped = Set.copyOf(partitions);
    for (Lane lane : lanes) {
      lane.slices.removeIf(slice -> dropped.contains(slice.claim().partition()));
      lane.records = lane.slices.stream().mapToInt(slice -> slice.changes().size()).sum();
    }
    notifyAll();
  }

  /** No more comes: what is there can still be taken. */
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  private boolean hasRoom(Lane lane) {
    return lane.records < batchSize;
  }

  private Lane lane(int partition) {
    return lanes.get(partition % lanes.size());
  }
}
