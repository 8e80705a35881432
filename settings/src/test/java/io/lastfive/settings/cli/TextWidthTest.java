// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextWidthTest {
  @ParameterizedTest
  @CsvSource({
    "'',0",
    "Ada,3",
    "Świętosława,11",
    "Оксана,6",
    "田中,4",
    "박 지우,7",
    "スーパーゲまわり,16",
    "ｶﾅ,2",
    "ＡＢ,4",
    "राहुल,4",
    "e\u0301,1",
    "🍣,2",
    "يوسف,4"
  })
  void countsTheColumnsOfATerminal(String text, int columns) {
    assertThat(TextWidth.of(text)).isEqualTo(columns);
  }

  @Test
  void cutsNoWideCharacterInTwo() {
    assertThat(TextWidth.cut("田中太郎", 6)).isEqualTo("田中…");
    assertThat(TextWidth.cut("田中太郎", 8)).isEqualTo("田中太郎");
  }
}
