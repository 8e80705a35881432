// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.settings.cli.Console;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusScreenTest {
  private static final Instant AT =
      LocalDateTime.parse("2026-01-31T13:45:00").atZone(ZoneId.systemDefault()).toInstant();
  private static final StatusReport REPORT =
      new StatusReport(
          AT,
          Part.of(
              List.of(
                  new StatusReport.Topic(
                      "CC-PAYMENT", 6, 15_341, 12.4, Optional.of(4_089_446L), Optional.empty()))),
          Part.of(
              List.of(
                  new StatusReport.Query(
                      "NORMALIZE_CC",
                      "ERROR",
                      List.of("PAYMENT-OUTPUT"),
                      Optional.of(7L),
                      Optional.of("query NORMALIZE_CC is ERROR")))),
          Part.away("PostgreSQL is away."),
          Part.of(
              List.of(
                  new StatusReport.DeadLetters(
                      "table sink_dead_letter", 1, Optional.of(AT), Optional.empty()))),
          Part.of(
              List.of(
                  new StatusReport.Subject(
                      "CC-PAYMENT-value",
                      "BACKWARD",
                      Optional.empty(),
                      "not registered",
                      Optional.of("CC-PAYMENT-value has no schema: lastfive schemas register")))));

  @AfterEach
  void forgetTheTerminal() {
    System.clearProperty("lastfive.columns");
    System.clearProperty("lastfive.rows");
  }

  @Test
  void showsATableAPartAndWhatIsWrongLast() {
    assertThat(StatusScreen.lines(console(false), REPORT))
        .containsExactly(
            "TOPIC       PARTITIONS  RECORDS  PER SECOND  SIZE",
            "CC-PAYMENT  6           15,341   12          3.9 MiB",
            "",
            "QUERY         STATE  LAG  WRITES",
            "NORMALIZE_CC  ERROR  7    PAYMENT-OUTPUT",
            "",
            "SINK  INSTANCES  LAG  LAG SECONDS",
            "PostgreSQL is away.",
            "",
            "DEAD LETTERS            COUNT  NEWEST",
            "table sink_dead_letter  1      2026-01-31 13:45:00",
            "",
            "SUBJECT           COMPATIBILITY  VERSION  OURS",
            "CC-PAYMENT-value  BACKWARD       -        not registered",
            "",
            "Degraded: 2026-01-31 13:45:00",
            "  query NORMALIZE_CC is ERROR",
            "  PostgreSQL is away.",
            "  CC-PAYMENT-value has no schema: lastfive schemas register");
  }

  @Test
  void showsWhatIsWrongFirstAndNoMoreThanFitsWhereItIsWrittenOver() {
    System.setProperty("lastfive.columns", "40");
    System.setProperty("lastfive.rows", "13");

    assertThat(StatusScreen.fitted(console(false), REPORT))
        .containsExactly(
            "Degraded: 2026-01-31 13:45:00",
            "  query NORMALIZE_CC is ERROR",
            "  PostgreSQL is away.",
            "  CC-PAYMENT-value has no schema: lastfive schemas register",
            "",
            "TOPIC       PARTITIONS  RECORDS  PER SE…",
            "CC-PAYMENT  6           15,341   12    …",
            "",
            "QUERY         STATE  LAG  WRITES",
            "NORMALIZE_CC  ERROR  7    PAYMENT-OUTPUT",
            "... 9 more lines");
  }

  @Test
  void marksWhatIsWrongWithAColor() {
    assertThat(StatusScreen.lines(console(true), REPORT))
        .contains(
            "\u001b[31mNORMALIZE_CC  ERROR  7    PAYMENT-OUTPUT\u001b[0m",
            "\u001b[31mPostgreSQL is away.\u001b[0m");
  }

  private static Console console(boolean colors) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    return new Console(nowhere, nowhere, true, colors);
  }
}
