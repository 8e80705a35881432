// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RatesTest {
  private final Rates rates = new Rates();

  @Test
  void needsTwoCounts() {
    assertThat(rates.perSecond("a")).isEmpty();
    count(0, 5);
    assertThat(rates.perSecond("a")).isEmpty();
    count(2, 25);
    assertThat(rates.perSecond("a")).hasValue(10);
  }

  @Test
  void forgetsWhatIsTenSecondsAgo() {
    count(0, 0);
    count(10, 1_000);
    count(20, 1_000);

    assertThat(rates.perSecond("a")).hasValue(0);
  }

  @Test
  void beginsAnewWhereTheCountDoes() {
    count(0, 1_000);
    count(2, 0);
    assertThat(rates.perSecond("a")).isEmpty();
    count(4, 8);
    assertThat(rates.perSecond("a")).hasValue(4);
  }

  private void count(long seconds, long count) {
    rates.count("a", TimeUnit.SECONDS.toNanos(seconds), count);
  }
}
