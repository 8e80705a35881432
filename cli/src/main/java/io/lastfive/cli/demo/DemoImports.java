// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.demo;

import io.lastfive.producers.channel.PaymentProducer;
import io.lastfive.producers.channel.PaymentPublisher;
import io.lastfive.producers.channel.creditcard.CardTokenizer;
import io.lastfive.producers.importing.BankTransferFields;
import io.lastfive.producers.importing.ChannelFields;
import io.lastfive.producers.importing.CreditCardFields;
import io.lastfive.producers.importing.ImportSource;
import io.lastfive.producers.importing.ImportSummary;
import io.lastfive.producers.importing.PaymentImport;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.generic.IndexedRecord;

/**
 * Imports the sample files: those whose name begins with cc hold card payments, with bank
 * transfers.
 */
final class DemoImports {
  private final Settings settings;
  private final PaymentProducer producer;

  DemoImports(Settings settings, PaymentProducer producer) {
    this.settings = settings;
    this.producer = producer;
  }

  void send(Path samples, DemoProgress progress) {
    List<Path> files;
    try (Stream<Path> entries = Files.list(samples)) {
      // An import leaves its progress and what it rejected beside its file.
      files =
          entries.filter(file -> file.toString().matches(".*\\.(csv|ndjson)")).sorted().toList();
    } catch (IOException e) {
      throw new UserError(
          "The folder '" + samples + "' cannot be read: run from a clone of the project.", e);
    }
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      if (name.startsWith("cc")) {
        send(file, new CreditCardFields(CardTokenizer.from(settings), Optional.empty()), progress);
      } else if (name.startsWith("bank")) {
        send(file, new BankTransferFields(Optional.empty()), progress);
      }
    }
  }

  private <E extends IndexedRecord> void send(
      Path file, ChannelFields<E> fields, DemoProgress progress) {
    PaymentImport<E> payments = new PaymentImport<>(ImportSource.of(file), fields);
    ImportSummary summary =
        payments.send(PaymentPublisher.on(producer, fields.channel()), new Silent(), () -> false);
    progress.step("Imported %,d payments from %s".formatted(summary.sent(), file.getFileName()));
  }

  /** The samples have no bad lines. */
  private static final class Silent implements PaymentImport.Progress {
    @Override
    public void rejected(long line, String reason) {
      throw new UserError("line " + line + " of a sample file is rejected: " + reason);
    }

    @Override
    public void read(long rows, long rejected, long bytesRead) {
      // Files of a few hundred lines need no progress.
    }
  }
}
