// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NameWordsTest {
  @Test
  void givesEachWordOnceInOneOrder() {
    assertThat(NameWords.vector(List.of("Max Mustermann", "MUSTERMANN, MAX")))
        .isEqualTo("'max' 'mustermann'")
        .isEqualTo(NameWords.vector(List.of("MUSTERMANN, MAX", "Max Mustermann")));
  }

  @Test
  void leavesOutCaseAndAccents() {
    assertThat(NameWords.vector(List.of("Zoë Ångström-Müller", "Mu\u0308ller", "李小龍")))
        .isEqualTo("'angstrom' 'muller' 'zoe' '李小龍'");
  }

  @Test
  void findsTheBeginningOfEveryWord() {
    assertThat(NameWords.query("  Müll, zo ")).isEqualTo("'mull':* & 'zo':*");
  }

  @Test
  void holdsNothingThatEndsTheText() {
    assertThat(NameWords.query("o'brien\\ & !(x):*")).isEqualTo("'brien':* & 'o':* & 'x':*");
    assertThat(NameWords.query(" '\\!&|<-> ")).isEmpty();
    assertThat(NameWords.vector(List.of("'", "D'Arcy"))).isEqualTo("'arcy' 'd'");
  }

  @Test
  void boundsLengthAndNumberOfWords() {
    assertThat(NameWords.query("x".repeat(100))).isEqualTo("'" + "x".repeat(64) + "':*");
    assertThat(NameWords.vector(List.of("a".repeat(5_000)))).hasSize(66);
  }
}
