// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class TextListTest {
  /** One of each length in UTF-8, the last two on both sides of the surrogates of the others. */
  private static final String[] CHARACTERS = {
    "a", "b", "é", "␟", "\uD7FF", "\uE000", "\uFFFD", "😀", "\uDBFF\uDFFF"
  };

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @RepeatedTest(100)
  void comparesAsStringsDo() {
    String left = text();
    String right = text();

    int order = TextList.of(List.of("x", right, "y")).compare(TextList.encode(left), 1);

    assertThat(Integer.signum(order))
        .as("seed %d: %s, %s", seed, left, right)
        .isEqualTo(Integer.signum(left.compareTo(right)));
  }

  @RepeatedTest(100)
  void isTheListOfItsTexts() {
    List<String> texts = new ArrayList<>();
    TextList list = TextList.EMPTY;
    int size = 1 + random.nextInt(5);

    for (int i = 0; i < 8; i++) {
      String text = text();
      int at = random.nextInt(Math.min(texts.size(), size - 1) + 1);
      texts.add(at, text);
      if (texts.size() > size) {
        texts.remove(size);
      }
      list = list.with(TextList.encode(text), at, size);
    }

    assertThat(list).as("seed %d", seed).isEqualTo(texts);
    assertThat(TextList.of(texts)).as("seed %d", seed).isEqualTo(texts);
  }

  @Test
  void splitsEachText() {
    TextList list = TextList.of(List.of("a␟␟é😀␟", "", "␟", "b", "␞c"));

    assertThat(list.splitEach(TextList.encode("␟")))
        .isEqualTo(
            List.of(
                List.of("a", "", "é😀", ""),
                List.of(""),
                List.of("", ""),
                List.of("b"),
                List.of("␞c")));
    assertThat(TextList.of(List.of("aaa", "aabaa")).splitEach(TextList.encode("aa")))
        .isEqualTo(List.of(List.of("", "a"), List.of("", "b", "")));
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append(CHARACTERS[random.nextInt(CHARACTERS.length)]);
    }
    return text.toString();
  }
}
