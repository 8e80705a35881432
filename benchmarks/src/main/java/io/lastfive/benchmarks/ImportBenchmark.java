// SPDX-License-Identifier: Apache-2.0
package io.lastfive.benchmarks;

import io.lastfive.producers.channel.PaymentProducer;
import io.lastfive.producers.channel.PaymentPublisher;
import io.lastfive.producers.importing.BankTransferFields;
import io.lastfive.producers.importing.CustomerSource;
import io.lastfive.producers.importing.ImportSource;
import io.lastfive.producers.importing.ImportSummary;
import io.lastfive.producers.importing.PaymentImport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Entry point: the same bank transfers imported from CSV, NDJSON and pain.001, each twice, of which
 * the second time counts; then read alone, without sending. Arguments: payments (300000).
 */
public final class ImportBenchmark {
  private ImportBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int payments = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300_000;
    Path folder = Files.createTempDirectory("import-benchmark");
    List<Path> files = TransferFiles.write(folder, payments);
    try (BenchStack stack = BenchStack.start()) {
      for (Path file : files) {
        var unused = send(stack, file);
        double sending = payments / send(stack, file);
        double reading = payments / read(file);
        System.out.printf(
            Locale.ROOT,
            "%-12s %,d payments, %,.0f MB: imported %,.0f/s (%,.0f MB/s), read and checked alone %,.0f/s%n",
            file.getFileName(),
            payments,
            Files.size(file) / 1e6,
            sending,
            Files.size(file) / 1e6 * sending / payments,
            reading);
      }
    } finally {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    }
  }

  private static double send(BenchStack stack, Path file) {
    long begin = System.nanoTime();
    try (PaymentProducer producer = PaymentProducer.open(stack.settings())) {
      BankTransferFields fields = fields();
      complete(
          new PaymentImport<>(source(file), fields)
              .send(
                  PaymentPublisher.on(producer, fields.channel()),
                  new EveryRowSound(),
                  () -> false));
    }
    return (System.nanoTime() - begin) / 1e9;
  }

  private static double read(Path file) {
    long begin = System.nanoTime();
    complete(new PaymentImport<>(source(file), fields()).check(new EveryRowSound(), () -> false));
    return (System.nanoTime() - begin) / 1e9;
  }

  private static BankTransferFields fields() {
    return new BankTransferFields(Optional.of(ZoneOffset.UTC));
  }

  private static ImportSource source(Path file) {
    ImportSource source = ImportSource.of(file);
    return source.format() == PaymentImport.Format.XML
        ? source.withCustomers(CustomerSource.by(CustomerSource.Rule.DEBTOR_IBAN))
        : source;
  }

  private static void complete(ImportSummary summary) {
    if (summary.rejected() > 0 || summary.sent() != summary.rows()) {
      throw new IllegalStateException("not all payments were imported: " + summary);
    }
  }

  private static final class EveryRowSound implements PaymentImport.Progress {
    @Override
    public void rejected(long line, String reason) {
      throw new IllegalStateException("line " + line + ": " + reason);
    }

    @Override
    public void read(long rows, long rejected, long bytesRead) {
      // Nobody watches.
    }
  }
}
