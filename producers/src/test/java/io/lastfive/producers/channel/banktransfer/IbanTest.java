// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.banktransfer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IbanTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "DE89370400440532013000",
        "GB29NWBK60161331926819",
        "FR1420041010050500013M02606",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "BH67BMAG00001299123456"
      })
  void acceptsPublishedExamples(String iban) {
    assertThat(Iban.problemWith(iban)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DE88370400440532013000 | has wrong check digits (mod 97): a character is mistyped or swapped",
        "DE89370400440532031000 | has wrong check digits (mod 97): a character is mistyped or swapped",
        "DE00370400440532013050 | has wrong check digits (mod 97): a character is mistyped or swapped",
        "DE99370400440532013014 | has wrong check digits (mod 97): a character is mistyped or swapped",
        "DE8937040044 | has 12 characters; an IBAN has 15 to 34",
        "DE89 3704 0044 0532 0130 00 | has a wrong character at position 5; an IBAN is two letters, two digits, then letters and digits, such as DE89370400440532013000",
        "8989370400440532013000 | has a wrong character at position 1; an IBAN is two letters, two digits, then letters and digits, such as DE89370400440532013000"
      })
  void saysWhatIsWrong(String iban, String problem) {
    assertThat(Iban.problemWith(iban)).contains(problem);
  }

  @Test
  void normalizesSpacesAndSmallLetters() {
    assertThat(Iban.normalize("de89 3704 0044 0532 0130 00")).isEqualTo("DE89370400440532013000");
  }

  @Test
  void computesCheckDigits() {
    assertThat(Iban.of("DE", "370400440532013000")).isEqualTo("DE89370400440532013000");
  }
}
