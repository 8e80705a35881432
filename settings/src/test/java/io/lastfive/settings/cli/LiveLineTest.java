// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class LiveLineTest {
  private final StringWriter err = new StringWriter();

  @Test
  void changesInPlaceAndMakesRoomInTheEnd() {
    LiveLine line = new LiveLine(new PrintWriter(err), true, 0);

    line.show("sent 1");
    line.show("sent 2");
    line.clear();

    assertThat(err).hasToString("\rsent 1\u001b[K\rsent 2\u001b[K\r\u001b[K");
  }

  @Test
  void neverReachesTheTerminalsLastColumn() {
    new LiveLine(new PrintWriter(err), true, 10).show("sent 1,234,567");

    assertThat(err).hasToString("\rsent 1,2…\u001b[K");
  }

  @Test
  void writesNothingWhereNobodyWatches() {
    LiveLine line = new LiveLine(new PrintWriter(err), false, 80);

    line.show("sent 1");
    line.clear();

    assertThat(err).hasToString("");
  }
}
