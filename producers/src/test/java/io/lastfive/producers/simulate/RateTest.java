// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lastfive.settings.UserError;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {
  /** How many records are due within a time, by the rate's integral. */
  @ParameterizedTest
  @CsvSource({
    "1000, 10, 10000",
    "0.5, 10, 5",
    "ramp:100..300/10s, 10, 2000",
    "ramp:300..100/10s, 20, 3000",
    "ramp:100..5000, 60, 153000",
    "sine:100..300/10s, 10, 2000",
    "sine:100..300/10s, 5, 1000",
    "burst:100..1000/10s, 10, 1900",
    "burst:1..1000/10s, 20, 2018",
    "burst, 10, 5900"
  })
  void isDueAsOftenAsThePatternSays(String rate, long seconds, int records) {
    Schedule schedule = Rate.parse(rate).schedule();
    int due = 0;
    while (schedule.dueNanos() < Duration.ofSeconds(seconds).toNanos()) {
      due++;
      schedule.advance();
    }

    assertThat(due).isCloseTo(records, within(Math.max(1, records / 500)));
  }

  @Test
  void risesOverTheWholeRun() {
    Rate ramp = Rate.parse("ramp:100..300");

    assertThat(ramp.over(Optional.of(Duration.ofSeconds(20)), OptionalLong.empty()).period())
        .contains(Duration.ofSeconds(20));
    assertThat(ramp.over(Optional.empty(), OptionalLong.of(2_000)).period())
        .contains(Duration.ofSeconds(10));
    assertThat(ramp.over(Optional.of(Duration.ofSeconds(5)), OptionalLong.of(2_000)).period())
        .contains(Duration.ofSeconds(5));
    assertThat(ramp.over(Optional.empty(), OptionalLong.empty()).period())
        .contains(Duration.ofSeconds(60));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fast",
        "0",
        "-1",
        "NaN",
        "ramp:0..5",
        "ramp:5",
        "sine:1..2/0s",
        "burst:1..2/"
      })
  void saysWhatRatesThereAre(String text) {
    assertThatThrownBy(() -> Rate.parse(text))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "rate = '%s' is none. Rates: max; a number of records a second, such as 1000; a pattern with its lowest and highest rate and its period, such as ramp:100..5000, ramp:100..5000/30s, sine:100..5000/60s, burst:100..5000/10s."
                .formatted(text));
  }
}
