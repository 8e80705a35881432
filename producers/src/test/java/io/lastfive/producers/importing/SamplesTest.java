// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.producers.channel.creditcard.CardTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplesTest {
  @ParameterizedTest
  @ValueSource(strings = {"cc.csv", "cc.ndjson", "bank.csv", "bank.ndjson"})
  void canBeImportedWithoutOptions(String name) {
    Path file = Path.of("..", "samples", name);
    List<String> rejected = new ArrayList<>();
    ChannelFields<?> fields =
        name.startsWith("cc")
            ? new CreditCardFields(CardTokenizer.withKey(new byte[32]), Optional.empty())
            : new BankTransferFields(Optional.empty());

    ImportSummary summary = check(file, fields, rejected);

    assertThat(rejected).isEmpty();
    assertThat(summary.sent()).isEqualTo(300);
    assertThat(summary.ignoredColumns()).isEmpty();
  }

  private static ImportSummary check(Path file, ChannelFields<?> fields, List<String> rejected) {
    return new PaymentImport<>(file, PaymentImport.formatOf(file), fields, Map.of(), Map.of())
        .check(
            new PaymentImport.Progress() {
              @Override
              public void rejected(long line, String reason) {
                rejected.add(line + ": " + reason);
              }

              @Override
              public void read(long rows, long rejectedRows, long bytesRead) {}
            },
            () -> false);
  }
}
