// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.customersink.write.CollapsedBatch.Row;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BatchTest {
  private static final UUID TOPIC = new UUID(0, 1);
  private static final Claim ZERO = new Claim(TOPIC, 0, 1);
  private static final Claim ONE = new Claim(TOPIC, 1, 1);

  @Test
  void holdsSlicesInTheOrderOfPartitionsAndEpochs() {
    Claim later = new Claim(TOPIC, 0, 2);

    Batch batch =
        Batch.of(
            List.of(
                gathered(new Slice(ONE, 5, 7, List.of(upsert(5, "B")))),
                gathered(new Slice(later, 0, 1, List.of())),
                gathered(new Slice(ZERO, 0, 3, List.of(upsert(0, "A"), upsert(1, "A"))))));

    assertThat(batch.slices()).extracting(Slice::claim).containsExactly(ZERO, later, ONE);
    assertThat(batch.records()).isEqualTo(3);
  }

  @Test
  void refusesRecordsOfTwoTopics() {
    Claim other = new Claim(new UUID(0, 2), 1, 1);

    assertThatThrownBy(
            () ->
                new Batch(
                    List.of(new Slice(ZERO, 0, 2, List.of()), new Slice(other, 0, 1, List.of()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a batch holds records of one topic");
  }

  @Test
  void collapsesToTheNewestRecordOfEachCustomerAndEveryDeadLetter() {
    Change.DeadLetter bad = new Change.DeadLetter(3, "bad", 0);
    Batch batch =
        new Batch(
            List.of(
                new Slice(
                    ZERO,
                    0,
                    7,
                    List.of(
                        upsert(0, "A"),
                        upsert(1, "B"),
                        new Change.Delete(2, "A"),
                        bad,
                        new Change.Delete(4, "C"),
                        upsert(5, "C"),
                        upsert(6, "B")))));

    CollapsedBatch collapsed = CollapsedBatch.of(batch);

    assertThat(collapsed.upserts())
        .containsExactly(new Row<>(ZERO, upsert(6, "B")), new Row<>(ZERO, upsert(5, "C")));
    assertThat(collapsed.deletes()).containsExactly(new Row<>(ZERO, new Change.Delete(2, "A")));
    assertThat(collapsed.deadLetters()).containsExactly(new Row<>(ZERO, bad));
  }

  private static GatheredSlice gathered(Slice slice) {
    GatheredSlice gathered = new GatheredSlice(slice.claim(), slice.fromOffset());
    gathered.add(slice);
    return gathered;
  }

  private static Change.Upsert upsert(long offset, String customerId) {
    return new Change.Upsert(offset, customerId, "[]", "", Optional.empty(), 0);
  }
}
