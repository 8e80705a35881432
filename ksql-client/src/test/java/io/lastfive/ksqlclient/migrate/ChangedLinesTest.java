// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChangedLinesTest {

  @Test
  void namesLinesTakenAwayAndAddedWithTheirNumbers() {
    assertThat(ChangedLines.between("a\nb\nc\nd\n", "a\nB\nc\nd\ne\n"))
        .containsExactly("- 2 | b", "+ 2 | B", "+ 5 | e");
    assertThat(ChangedLines.between("a\nb\n", "b\n")).containsExactly("- 1 | a");
    assertThat(ChangedLines.between("a\n", "a\r\n"))
        .containsExactly("only ends of lines or blanks at the end of the file differ");
  }

  @Test
  void showsNoMoreThanAPersonReads() {
    assertThat(ChangedLines.between("", "x\n".repeat(30))).hasSize(21).endsWith("and 10 more");
  }
}
