// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import io.lastfive.customersink.write.Batch;
import io.lastfive.customersink.write.Claim;
import io.lastfive.customersink.write.GatheredSlice;
import io.lastfive.customersink.write.Slice;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What was read and not taken to be written yet, in a lane for each writer: a partition always goes
 * into the same lane, so its records stay in order while several transactions are in flight. A
 * writer takes all there is in its lane at once: single records while little flows, large batches
 * while a commit takes longer than the next records. While many more records wait to be read it
 * lets some time pass: what they supersede need not be written. One thread adds, one takes from
 * each lane.
 */
public final class PendingSlices {
  private final Bounds bounds;
  private final List<Lane> lanes;
  private boolean closed;

  /**
   * How much a lane gathers.
   *
   * @param changes from so many on nothing more should be added to a lane until it is taken
   * @param bytes the same, of memory
   * @param longestGathering how long records wait for more while many are there to be read
   */
  public record Bounds(int changes, long bytes, Duration longestGathering) {}

  private static final class Lane {
    final Map<Claim, GatheredSlice> gathered = new LinkedHashMap<>();
    final Set<Integer> partitionsBehind = new HashSet<>();
    long firstAddedNanos;

    int changes() {
      return gathered.values().stream().mapToInt(GatheredSlice::changes).sum();
    }

    long bytes() {
      return gathered.values().stream().mapToLong(GatheredSlice::bytes).sum();
    }
  }

  public PendingSlices(Bounds bounds, int lanes) {
    this.bounds = bounds;
    this.lanes = Stream.generate(Lane::new).limit(lanes).toList();
  }

  /**
   * Adds what follows what was added of that claim before.
   *
   * @param farBehind many more records of the partition wait to be read
   */
  synchronized void add(Slice slice, boolean farBehind) {
    Claim claim = slice.claim();
    Lane lane = lane(claim.partition());
    if (lane.gathered.isEmpty()) {
      lane.firstAddedNanos = System.nanoTime();
    }
    lane.gathered
        .computeIfAbsent(claim, first -> new GatheredSlice(first, slice.fromOffset()))
        .add(slice);
    if (farBehind) {
      lane.partitionsBehind.add(claim.partition());
    } else {
      lane.partitionsBehind.remove(claim.partition());
    }
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
    while (!closed && (lane.gathered.isEmpty() || gathersMore(lane))) {
      wait(lane.gathered.isEmpty() ? 0 : Math.max(1, millisLeft(lane)));
    }
    if (lane.gathered.isEmpty()) {
      return Optional.empty();
    }
    Batch batch = Batch.of(lane.gathered.values());
    lane.gathered.clear();
    notifyAll();
    return Optional.of(batch);
  }

  private boolean gathersMore(Lane lane) {
    return !lane.partitionsBehind.isEmpty() && hasRoom(lane) && millisLeft(lane) > 0;
  }

  private long millisLeft(Lane lane) {
    long gathering = (System.nanoTime() - lane.firstAddedNanos) / 1_000_000;
    return bounds.longestGathering().toMillis() - gathering;
  }

  /** Forgets what was read of partitions that are not ours any more. */
  synchronized void drop(Collection<Integer> partitions) {
    for (Lane lane : lanes) {
      lane.gathered.keySet().removeIf(claim -> partitions.contains(claim.partition()));
      lane.partitionsBehind.removeAll(partitions);
    }
    notifyAll();
  }

  /** No more comes: what is there can still be taken. */
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  private boolean hasRoom(Lane lane) {
    return lane.changes() < bounds.changes() && lane.bytes() < bounds.bytes();
  }

  private Lane lane(int partition) {
    return lanes.get(partition % lanes.size());
  }
}
