// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.ksqlengine.functions.FunctionCatalog.AggregateBody;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Rows that come twice, late, or in another session change nothing. */
class TopKDistinctPropertyTest {
  private static final int SIZE = 5;
  private static final String[] CHARACTERS = {"", "a", "é", "␟", "\uE000", "😀", "😁"};

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final AggregateBody body =
      FunctionCall.resolveAggregate("TOPKDISTINCT", SqlType.STRING, SIZE).body();

  @RepeatedTest(200)
  void keepsTheSameValuesInAnyOrderAndHoweverOften() {
    List<String> rows = new ArrayList<>();
    for (int i = random.nextInt(20); i >= 0; i--) {
      rows.add(random.nextInt(3) + CHARACTERS[random.nextInt(CHARACTERS.length)]);
    }
    List<String> again = new ArrayList<>(rows);
    again.addAll(rows.subList(0, random.nextInt(rows.size())));
    Collections.shuffle(again, random);
    int cut = random.nextInt(again.size());

    Object whole = aggregate(rows);
    Object shuffled = aggregate(again);
    Object sessions =
        body.merge(aggregate(again.subList(0, cut)), aggregate(again.subList(cut, again.size())));

    List<String> expected =
        rows.stream().distinct().sorted(Comparator.reverseOrder()).limit(SIZE).toList();
    assertThat(whole).as("seed %d", seed).isEqualTo(expected);
    assertThat(shuffled).as("seed %d", seed).isEqualTo(expected);
    assertThat(sessions).as("seed %d", seed).isEqualTo(expected);
  }

  @Test
  void goesOnWithAnyListOfTexts() {
    Object aggregate = body.add(new Object[] {"b", SIZE}, List.of("c", "a"));

    assertThat(aggregate).isEqualTo(List.of("c", "b", "a"));
    assertThat(body.add(new Object[] {null, SIZE}, aggregate)).isEqualTo(aggregate);
    assertThat(body.merge(aggregate, List.of("d"))).isEqualTo(List.of("d", "c", "b", "a"));
  }

  private @Nullable Object aggregate(List<String> rows) {
    Object aggregate = body.initialize();
    for (String row : rows) {
      aggregate = body.add(new Object[] {row, SIZE}, aggregate);
    }
    return aggregate;
  }
}
