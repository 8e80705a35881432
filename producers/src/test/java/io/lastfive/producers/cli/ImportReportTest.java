// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ImportReportTest {
  @Test
  void showsHowMuchOfTheFileIsRead() {
    assertThat(ImportReport.bar(100_000, 3, 12_500_000, 50_000_000, 2))
        .isEqualTo(
            "[#####---------------] 25 %  12.5 of 50.0 MB  100,000 payments, 3 rejected  6 s left");
    assertThat(ImportReport.bar(1, 0, 100, 100, 1))
        .isEqualTo("[####################] 100 %  0.0 of 0.0 MB  1 payments, 0 rejected  0 s left");
  }
}
