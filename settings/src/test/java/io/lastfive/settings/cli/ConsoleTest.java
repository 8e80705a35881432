// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private record Result(String name, BigDecimal amount, Instant at) {}

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void writesResultsToOutputAndTheRestToErrors() {
    Console console = console(false);

    console.print("result");
    console.status("working");
    console.warn("slow");
    console.error("failed");

    assertThat(out.toString()).isEqualTo("result\n");
    assertThat(err.toString()).isEqualTo("working\nwarning: slow\nerror: failed\n");
  }

  @Test
  void colorsOnlyWhereColorsAreOn() {
    assertThat(console(true).styled(Console.Style.GREEN, "ok")).isEqualTo("\u001b[32mok\u001b[0m");
    assertThat(console(false).styled(Console.Style.GREEN, "ok")).isEqualTo("ok");
  }

  @Test
  void writesDecimalsAndInstantsAsTheyAre() {
    console(false)
        .json(new Result("a", new BigDecimal("1.5000"), Instant.parse("2026-03-01T10:15:30.123Z")));

    assertThat(out.toString())
        .isEqualTo("{\"name\":\"a\",\"amount\":1.5000,\"at\":\"2026-03-01T10:15:30.123Z\"}\n");
  }

  private Console console(boolean colors) {
    return new Console(new PrintWriter(out), new PrintWriter(err), false, colors);
  }
}
