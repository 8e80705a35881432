// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.producers.channel.creditcard.CardTokenizer;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @CsvSource({
    "pain.001.001.03.xml, 4",
    "pain.001.001.09.xml, 2",
    "pain.001.001.11.xml, 2",
    "pacs.008.001.02.xml, 2",
    "pacs.008.001.08.xml, 1",
    "pacs.008.001.10.xml, 1"
  })
  void holdMessagesOfWhichEveryCustomerIsKnown(String name, int transfers) {
    Path folder = Path.of("..", "samples", "iso20022");
    CustomerSource customers =
        CustomerSource.of(folder.resolve("customers.csv"), CustomerSource.Rule.NONE);
    List<String> rejected = new ArrayList<>();

    ImportSummary summary =
        check(
            ImportSource.of(folder.resolve(name)).withCustomers(customers),
            new BankTransferFields(Optional.of(ZoneOffset.UTC)),
            rejected);

    assertThat(rejected).isEmpty();
    assertThat(summary.sent()).isEqualTo(transfers);
  }

  @ParameterizedTest
  @ValueSource(strings = {"girokonto.csv", "gateway.ndjson"})
  void canBeImportedWithTheirMapping(String name) {
    Path file = Path.of("..", "samples", "mapped", name);
    PaymentMapping mapping =
        PaymentMapping.read(
            file.resolveSibling(name.substring(0, name.indexOf('.')) + ".properties"));
    List<String> rejected = new ArrayList<>();
    ChannelFields<?> fields =
        name.startsWith("gateway")
            ? new CreditCardFields(CardTokenizer.withKey(new byte[32]), mapping.zone())
            : new BankTransferFields(mapping.zone());

    ImportSummary summary = check(ImportSource.of(file).withMapping(mapping), fields, rejected);

    assertThat(rejected).isEmpty();
    assertThat(summary.sent()).isEqualTo(3);
  }

  private static ImportSummary check(Path file, ChannelFields<?> fields, List<String> rejected) {
    return check(ImportSource.of(file), fields, rejected);
  }

  private static ImportSummary check(
      ImportSource source, ChannelFields<?> fields, List<String> rejected) {
    return new PaymentImport<>(source, fields)
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
