// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.customersink.write.Change;
import io.lastfive.customersink.write.Claim;
import io.lastfive.customersink.write.Slice;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PendingSlicesTest {
  private static final UUID TOPIC = new UUID(0, 1);

  private final PendingSlices pending = new PendingSlices(2, 1);

  @Test
  void givesAllThatWasAddedAtOnce() throws Exception {
    pending.add(slice(0, 0));
    pending.add(slice(1, 0));
    pending.add(slice(0, 1));

    assertThat(pending.take(0).orElseThrow().slices())
        .extracting(Slice::nextOffset)
        .containsExactly(2L, 1L);
  }

  @Test
  void hasRoomUntilBatchIsFull() throws Exception {
    pending.add(slice(0, 0));
    boolean beforeItIsFull = pending.awaitRoom(Duration.ZERO);
    pending.add(slice(0, 1));
    boolean full = pending.awaitRoom(Duration.ofMillis(1));
    pending.take(0);
    boolean afterItIsTaken = pending.awaitRoom(Duration.ZERO);

    assertThat(beforeItIsFull).isTrue();
    assertThat(full).isFalse();
    assertThat(afterItIsTaken).isTrue();
  }

  @Test
  void forgetsPartitionsThatWereTakenAway() throws Exception {
    pending.add(slice(0, 0));
    pending.add(slice(1, 0));

    pending.drop(List.of(0));

    assertThat(pending.awaitRoom(Duration.ZERO)).isTrue();
    assertThat(pending.take(0).orElseThrow().slices())
        .extracting(slice -> slice.claim().partition())
        .containsExactly(1);
  }

  @Test
  void givesWhatIsLeftAndThenNothingOnceClosed() throws Exception {
    pending.add(slice(0, 0));
    pending.close();

    assertThat(pending.take(0)).isPresent();
    assertThat(pending.take(0)).isEmpty();
  }

  @Test
  void keepsPartitionsInLanesOfTheirOwn() throws Exception {
    PendingSlices lanes = new PendingSlices(2, 2);
    lanes.add(slice(0, 0));
    lanes.add(slice(2, 0));
    lanes.add(slice(1, 0));

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

  private static Slice slice(int partition, long offset) {
    return new Slice(
        new Claim(TOPIC, partition, 1),
        offset,
        offset + 1,
        List.of(new Change.Delete(offset, "C")));
  }
}
