// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.banktransfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettledAtTest {
  @Test
  void writesWhatTheJdkWritesForTheSamePattern() {
    DateTimeFormatter pattern =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT);
    SplittableRandom random = new SplittableRandom(1);

    for (int i = 0; i < 10_000; i++) {
      long millis = random.nextLong(86_400_000L, 250_000_000_000_000L);
      int minutes = random.nextInt(-18 * 60, 18 * 60 + 1);
      OffsetDateTime time =
          Instant.ofEpochMilli(millis).atOffset(ZoneOffset.ofTotalSeconds(minutes * 60));
      String text = SettledAt.text(millis, minutes);
      assertThat(text).isEqualTo(pattern.format(time)).isEqualTo(SettledAt.text(time));
      assertThat(SettledAt.problemWith(text)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-02-29T00:00:00.000Z",
        "2026-13-01T00:00:00.000Z",
        "2026-01-01T24:00:00.000Z",
        "2026-01-01T00:00:00Z",
        "2026-01-01 00:00:00.000Z",
        "2026-01-01T00:00:00.000+19:00",
        "1969-12-31T00:00:00.000Z",
        "yesterday"
      })
  void refusesOtherTexts(String text) {
    assertThat(SettledAt.problemWith(text))
        .contains("is not a time such as 2026-01-31T13:45:00.000+01:00");
  }
}
