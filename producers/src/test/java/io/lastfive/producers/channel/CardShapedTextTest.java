// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CardShapedTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "4111111111111111",
        "paid with 4111 1111 1111 1111, thanks",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "2026-11-23 4111 1111 1111 1111",
        "card4222222222222x",
        "378282246310005",
        "６０１１１１１１１１１１１１１７",
        "6304000000000000000 "
      })
  void findsCardNumbersHoweverTheyAreWritten(String text) {
    assertThat(CardShapedText.isIn(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no digits",
        "4111111111111112",
        "411111******1111",
        "INV-2026-000123",
        "41111111111111110000000",
        "4111111x11111111",
        "DE89370400440532013000"
      })
  void leavesOtherTextsAlone(String text) {
    assertThat(CardShapedText.isIn(text)).isFalse();
  }
}
