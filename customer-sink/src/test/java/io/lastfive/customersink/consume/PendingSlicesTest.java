// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.customersink.consume.PendingSlices.Bounds;
import io.lastfive.customersink.write.Batch;
import io.lastfive.customersink.write.Change;
import io.lastfive.customersink.write.Claim;
import io.lastfive.customersink.write.Slice;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PendingSlicesTest {
  private static final UUID TOPIC = new UUID(0, 1);

  private final PendingSlices pending = pending(2, Duration.ofHours(1), 1);

  @Test
  void givesAllThatWasAddedAtOnce() throws Exception {
    pending.add(slice(0, 0), false);
    pending.add(slice(1, 0), false);
    pending.add(slice(0, 1), false);

    assertThat(pending.take(0).orElseThrow().slices())
        .extracting(Slice::nextOffset)
        .containsExactly(2L, 1L);
  }

  @Test
  void hasRoomUntilBatchIsFull() throws Exception {
    pending.add(slice(0, 0), false);
    boolean beforeItIsFull = pending.awaitRoom(Duration.ZERO);
    pending.add(slice(0, 1), false);
    boolean full = pending.awaitRoom(Duration.ofMillis(1));
    pending.take(0);
    boolean afterItIsTaken = pending.awaitRoom(Duration.ZERO);

    assertThat(beforeItIsFull).isTrue();
    assertThat(full).isFalse();
    assertThat(afterItIsTaken).isTrue();
  }

  @Test
  void forgetsPartitionsThatWereTakenAway() throws Exception {
    pending.add(slice(0, 0), false);
    pending.add(slice(1, 0), false);

    pending.drop(List.of(0));

    assertThat(pending.awaitRoom(Duration.ZERO)).isTrue();
    assertThat(pending.take(0).orElseThrow().slices())
        .extracting(slice -> slice.claim().partition())
        .containsExactly(1);
  }

  @Test
  void givesWhatIsLeftAndThenNothingOnceClosed() throws Exception {
    pending.add(slice(0, 0), false);
    pending.close();

    assertThat(pending.take(0)).isPresent();
    assertThat(pending.take(0)).isEmpty();
  }

  @Test
  void keepsPartitionsInLanesOfTheirOwn() throws Exception {
    PendingSlices lanes = pending(2, Duration.ofHours(1), 2);
    lanes.add(slice(0, 0), false);
    lanes.add(slice(2, 0), false);
    lanes.add(slice(1, 0), false);

    assertThat(lanes.hasRoom(0)).isFalse();
    assertThat(lanes.hasRoom(1)).isTrue();
    assertThat(lanes.awaitRoom(Duration.ZERO)).isTrue();
    assertThat(lanes.take(0).orElseThrow().slices())
        .extracting(slice -> slice.claim().partition())
        .containsExactly(0, 2);
    assertThat(lanes.hasRoom(0)).isTrue();
    assertThat(lanes.take(1).orElseThrow().slices())
        .extracting(slice -> slice.claim().partition())
        .containsExactly(1);
  }

  @Test
  void hasRoomWhileRecordsSupersedeEachOther() throws Exception {
    pending.add(of("C", 0), false);
    pending.add(of("C", 1), false);
    boolean afterTwoOfOneCustomer = pending.hasRoom(0);
    pending.add(of("D", 2), false);

    assertThat(afterTwoOfOneCustomer).isTrue();
    assertThat(pending.hasRoom(0)).isFalse();
    assertThat(pending.take(0).orElseThrow().records()).isEqualTo(3);
  }

  @Test
  void hasNoRoomOnceItsMemoryIsUsed() throws Exception {
    PendingSlices small = new PendingSlices(new Bounds(100, 300, Duration.ZERO), 1);
    small.add(slice(0, 0), false);
    boolean afterOne = small.hasRoom(0);
    small.add(slice(0, 1), false);

    assertThat(afterOne).isTrue();
    assertThat(small.hasRoom(0)).isFalse();
  }

  @Test
  @Timeout(60)
  void gathersWhileManyMoreWaitToBeRead() throws Exception {
    pending.add(slice(0, 0), true);
    CompletableFuture<Batch> taken = CompletableFuture.supplyAsync(this::take);
    pending.add(slice(1, 0), false);
    pending.add(of("C0", 1), false);

    // Whenever the other thread began to wait: it gets nothing before the partition has caught up.
    assertThat(taken.get().records()).isEqualTo(3);
  }

  @Test
  @Timeout(60)
  void gathersNoLongerThanItMay() throws Exception {
    PendingSlices impatient = pending(2, Duration.ofMillis(20), 1);
    impatient.add(slice(0, 0), true);

    assertThat(impatient.take(0).orElseThrow().records()).isEqualTo(1);
  }

  @Test
  @Timeout(60)
  void gathersNoMoreOnceFull() throws Exception {
    pending.add(slice(0, 0), true);
    pending.add(slice(0, 1), true);

    assertThat(pending.take(0).orElseThrow().records()).isEqualTo(2);
  }

  @Test
  @Timeout(60)
  void gathersNoMoreOnceClosedOrTakenAway() throws Exception {
    pending.add(slice(0, 0), true);
    pending.add(slice(1, 0), false);
    pending.drop(List.of(0));
    int afterDrop = pending.take(0).orElseThrow().records();
    pending.add(slice(1, 1), true);
    pending.close();

    assertThat(afterDrop).isEqualTo(1);
    assertThat(pending.take(0).orElseThrow().records()).isEqualTo(1);
  }

  private Batch take() {
    try {
      return pending.take(0).orElseThrow();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PendingSlices pending(int changes, Duration longestGathering, int lanes) {
    return new PendingSlices(new Bounds(changes, Long.MAX_VALUE, longestGathering), lanes);
  }

  private static Slice of(String customerId, long offset) {
    return new Slice(
        new Claim(TOPIC, 0, 1), offset, offset + 1, List.of(new Change.Delete(offset, customerId)));
  }

  private static Slice slice(int partition, long offset) {
    return new Slice(
        new Claim(TOPIC, partition, 1),
        offset,
        offset + 1,
        List.of(new Change.Delete(offset, "C" + offset)));
  }
}
