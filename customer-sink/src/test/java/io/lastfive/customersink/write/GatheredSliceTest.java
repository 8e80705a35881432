// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GatheredSliceTest {
  private static final Claim CLAIM = new Claim(new UUID(0, 1), 3, 1);

  private final GatheredSlice gathered = new GatheredSlice(CLAIM, 10);

  @Test
  void keepsTheNewestChangeOfEachCustomer() {
    gathered.add(
        new Slice(CLAIM, 10, 14, List.of(upsert(10, "A", 7), upsert(11, "B", 9), delete(13, "C"))));
    gathered.add(
        new Slice(CLAIM, 14, 17, List.of(delete(14, "B"), upsert(15, "C", 8), upsert(16, "A", 8))));

    assertThat(gathered.slice())
        .isEqualTo(
            new Slice(
                CLAIM,
                10,
                17,
                6,
                9,
                List.of(upsert(16, "A", 8), delete(14, "B"), upsert(15, "C", 8))));
    assertThat(gathered.changes()).isEqualTo(3);
  }

  @Test
  void keepsDeadLettersAndTheGoodRecordsBeforeThem() {
    gathered.add(
        new Slice(CLAIM, 10, 13, List.of(dead(10), upsert(11, "A", 1), upsert(12, "A", 2))));
    gathered.add(new Slice(CLAIM, 13, 15, List.of(dead(13), dead(14))));

    assertThat(gathered.slice().changes())
        .containsExactly(upsert(12, "A", 2), dead(10), dead(13), dead(14));
    assertThat(gathered.slice().records()).isEqualTo(5);
    assertThat(gathered.changes()).isEqualTo(4);
  }

  @Test
  void countsMemoryOfWhatIsKept() {
    gathered.add(new Slice(CLAIM, 10, 11, List.of(upsert(10, "A", 1))));
    long ofOne = gathered.bytes();
    gathered.add(new Slice(CLAIM, 11, 12, List.of(upsert(11, "A", 1))));
    long ofTheNextOne = gathered.bytes();
    gathered.add(new Slice(CLAIM, 12, 13, List.of(upsert(12, "B", 1))));

    assertThat(ofTheNextOne).isEqualTo(ofOne);
    assertThat(gathered.bytes()).isEqualTo(2 * ofOne);
  }

  @Test
  void hasNoNewestTimeWhereNoRecordSaysWhatPaymentsAre() {
    gathered.add(new Slice(CLAIM, 10, 12, List.of(delete(10, "A"), dead(11))));

    assertThat(gathered.slice().newestRecordMillis()).isEqualTo(-1);
  }

  @Test
  void refusesGap() {
    assertThatThrownBy(() -> gathered.add(new Slice(CLAIM, 11, 12, List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("slice of partition 3 starts at offset 11, the one before it ends at 10");
  }

  private static Change.Upsert upsert(long offset, String customerId, long time) {
    return new Change.Upsert(offset, customerId, "[]", "", Optional.empty(), time);
  }

  private static Change.Delete delete(long offset, String customerId) {
    return new Change.Delete(offset, customerId);
  }

  private static Change.DeadLetter dead(long offset) {
    return new Change.DeadLetter(offset, "bad", 99);
  }
}
