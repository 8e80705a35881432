// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.producers.channel.PaymentPublisher;
import io.lastfive.producers.channel.RefusedPayment;
import io.lastfive.settings.UnavailableError;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Entry point: sends the payments of a CSV or NDJSON file. A row that is no sound payment is
 * reported and written to {@code FILE.rejected}; the others are sent, in the file's order. A file
 * of any size needs the memory of a few rows. Importing a file again sends the same payments with
 * the same ids, which the pipeline counts once.
 *
 * @param <E> the channel's event
 */
public final class PaymentImport<E extends IndexedRecord> {
  /** What the file is. */
  public enum Format {
    CSV,
    NDJSON
  }

  /** Hears of each row. */
  public interface Progress {
    void rejected(long line, String reason);

    void read(long rows, long rejected, long bytesRead);
  }

  /** Takes each sound payment. */
  private interface Target<E> {
    void accept(E event);
  }

  private final Path path;
  private final Format format;
  private final ChannelFields<E> fields;
  private final ColumnMapping mapping;

  /**
   * @param columnByField columns that are not called as a field is
   * @param defaults values of fields that the file does not have
   */
  public PaymentImport(
      Path path,
      Format format,
      ChannelFields<E> fields,
      Map<String, String> columnByField,
      Map<String, String> defaults) {
    this.path = path;
    this.format = format;
    this.fields = fields;
    this.mapping = new ColumnMapping(fields, columnByField, defaults);
  }

  /** By the file's name; CSV where it says nothing. */
  public static Format formatOf(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    boolean ndjson = List.of(".ndjson", ".jsonl", ".json").stream().anyMatch(name::endsWith);
    return ndjson ? Format.NDJSON : Format.CSV;
  }

  /**
   * Sends until the file ends or {@code stop} says so, and waits until everything sent is
   * acknowledged.
   *
   * @throws io.lastfive.settings.UserError where the file as a whole cannot be used
   * @throws UnavailableError where payments were not acknowledged
   */
  public ImportSummary send(
      PaymentPublisher<E> publisher, Progress progress, BooleanSupplier stop) {
    AtomicLong acknowledged = new AtomicLong();
    AtomicLong failed = new AtomicLong();
    AtomicReference<@Nullable Exception> firstFailure = new AtomicReference<>();
    try (PaymentFile file = open()) {
      RejectedRows rejectedRows = new RejectedRows(path, file, mapping);
      Counts counts;
      try (rejectedRows) {
        counts =
            read(
                file,
                event ->
                    publisher.publish(
                        event,
                        (metadata, failure) -> {
                          if (failure == null) {
                            acknowledged.incrementAndGet();
                          } else {
                            failed.incrementAndGet();
                            firstFailure.compareAndSet(null, failure);
                          }
                        }),
                Optional.of(rejectedRows),
                progress,
                () -> stop.getAsBoolean() || firstFailure.get() instanceof UnavailableError);
      } finally {
        publisher.flush();
      }
      Exception failure = firstFailure.get();
      if (acknowledged.get() == 0 && failure instanceof UnavailableError away) {
        throw away;
      }
      if (failure != null) {
        throw new UnavailableError(
            "%d of %d payments were not acknowledged, the first because: %s. Import the file again once Kafka is well: payments that"
                    .formatted(
                        failed.get(), failed.get() + acknowledged.get(), failure.getMessage())
                + " arrived are not counted twice.",
            failure);
      }
      return counts.summary(acknowledged.get(), Optional.of(rejectedRows), mapping.ignored());
    }
  }

  /** Checks every row; sends and writes nothing. */
  public ImportSummary check(Progress progress, BooleanSupplier stop) {
    try (PaymentFile file = open()) {
      Counts counts = read(file, event -> {}, Optional.empty(), progress, stop);
      return counts.summary(counts.rows - counts.rejected, Optional.empty(), mapping.ignored());
    }
  }

  private PaymentFile open() {
    PaymentFile file =
        format == Format.CSV ? CsvPaymentFile.open(path) : NdjsonPaymentFile.open(path);
    try {
      if (!file.columns().isEmpty()) {
        mapping.refuseUnfit(path.toString(), file.columns(), fields.mandatory());
      }
      return file;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private Counts read(
      PaymentFile file,
      Target<E> target,
      Optional<RejectedRows> rejectedRows,
      Progress progress,
      BooleanSupplier stop) {
    Counts counts = new Counts();
    Optional<PaymentRow> row = file.next();
    while (row.isPresent() && !stop.getAsBoolean()) {
      counts.rows++;
      Optional<String> refusal = refusalOf(row.get(), target);
      if (refusal.isPresent()) {
        counts.rejected++;
        progress.rejected(row.get().line(), refusal.get());
        if (rejectedRows.isPresent()) {
          rejectedRows.get().write(row.get(), refusal.get());
        }
      }
      progress.read(counts.rows, counts.rejected, file.bytesRead());
      row = file.next();
    }
    counts.stopped = row.isPresent();
    return counts;
  }

  private Optional<String> refusalOf(PaymentRow row, Target<E> target) {
    if (row.problem().isPresent()) {
      return row.problem();
    }
    try {
      target.accept(fields.event(mapping.values(row)));
      return Optional.empty();
    } catch (RefusedPayment refused) {
      return Optional.of(String.join("; ", refused.problems()));
    }
  }

  private static final class Counts {
    long rows;
    long rejected;
    boolean stopped;

    ImportSummary summary(long sent, Optional<RejectedRows> rejectedRows, Set<String> ignored) {
      return new ImportSummary(
          rows,
          sent,
          rejected,
          rejectedRows.filter(written -> rejected > 0).map(RejectedRows::file),
          ignored,
          stopped);
    }
  }
}
