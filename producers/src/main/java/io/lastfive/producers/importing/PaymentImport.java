// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.producers.channel.PaymentPublisher;
import io.lastfive.producers.channel.RefusedPayment;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.avro.generic.IndexedRecord;

/**
 * Entry point: sends the payments of a CSV, NDJSON or ISO 20022 file. A row that is no sound
 * payment is reported and written to {@code FILE.rejected}; the others are sent, in the file's
 * order. A file of any size needs the memory of a few rows. Importing a file again sends the same
 * payments with the same ids, which the pipeline counts once; one that was interrupted goes on
 * where its {@link ImportCheckpoint} says, and sends nothing twice.
 *
 * @param <E> the channel's event
 */
public final class PaymentImport<E extends IndexedRecord> {
  /** What the file is. */
  public enum Format {
    CSV,
    NDJSON,
    /** pain.001 and pacs.008, bank transfers only. */
    XML
  }

  /** Hears of each row. */
  public interface Progress {
    void rejected(long line, String reason);

    void read(long rows, long rejected, long bytesRead);
  }

  private static final int ROWS_BETWEEN_CHECKPOINTS = 20_000;

  private final ImportSource source;
  private final ChannelFields<E> fields;
  private final ColumnMapping mapping;

  public PaymentImport(ImportSource source, ChannelFields<E> fields) {
    if (source.format() == Format.XML
        && !fields.channel().topic().equals(PaymentEvent.BANK_TRANSFER.topic())) {
      throw new UserError(
          "'%s' is ISO 20022 XML, which holds bank transfers: import it with 'import bank'."
              .formatted(source.file()));
    }
    this.source = source;
    this.fields = fields;
    this.mapping = new ColumnMapping(fields, withStatus(source));
  }

  /** ISO 20022 messages have no status of their own: what they hold counts as settled. */
  private static PaymentMapping withStatus(ImportSource source) {
    boolean said =
        source.mapping().defaults().containsKey("status")
            || source.mapping().fixed().containsKey("status");
    return source.format() == Format.XML && !said
        ? source.mapping().with(Map.of(), Map.of("status", "ACSC"))
        : source.mapping();
  }

  /** By the file's name; CSV where it says nothing. */
  public static Format formatOf(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    boolean ndjson = List.of(".ndjson", ".jsonl", ".json").stream().anyMatch(name::endsWith);
    if (name.endsWith(".xml")) {
      return Format.XML;
    }
    return ndjson ? Format.NDJSON : Format.CSV;
  }

  /** As below, without a checkpoint: an interrupted import begins anew. */
  public ImportSummary send(
      PaymentPublisher<E> publisher, Progress progress, BooleanSupplier stop) {
    return send(publisher, progress, stop, Optional.empty());
  }

  /**
   * Sends until the file ends or {@code stop} says so, and waits until everything sent is
   * acknowledged.
   *
   * @param checkpoint where an interrupted import goes on, and where this one notes how far it is
   * @throws UserError where the file as a whole cannot be used
   * @throws UnavailableError where payments were not acknowledged
   */
  public ImportSummary send(
      PaymentPublisher<E> publisher,
      Progress progress,
      BooleanSupplier stop,
      Optional<ImportCheckpoint> checkpoint) {
    ImportState before = checkpoint.map(ImportCheckpoint::state).orElse(ImportState.NONE);
    Set<String> sentAlready =
        checkpoint.filter(ImportCheckpoint::goesOn).map(this::sentSince).orElse(Set.of());
    try (PaymentFile file = open();
        RejectedRows rejectedRows =
            new RejectedRows(source.rejectsFile(), file, mapping, before.rejectsLength())) {
      ImportSending<E> sending =
          new ImportSending<>(publisher, fields.channel(), sentAlready, before);
      Counts counts = new Counts(before);
      note(checkpoint, sending, counts, rejectedRows, ImportState.Phase.INTERRUPTED);
      try {
        skip(file, before.rows());
        read(
            file,
            counts,
            sending::publish,
            Optional.of(rejectedRows),
            progress,
            () -> stop.getAsBoolean() || sending.isUnavailable(),
            () -> note(checkpoint, sending, counts, rejectedRows, ImportState.Phase.INTERRUPTED));
      } catch (UserError fault) {
        publisher.flush();
        throw sending.withCount(fault);
      } finally {
        publisher.flush();
      }
      sending.refuseFailures();
      note(
          checkpoint,
          sending,
          counts,
          rejectedRows,
          counts.stopped ? ImportState.Phase.INTERRUPTED : ImportState.Phase.COMPLETE);
      return counts.summary(sending.acknowledged(), before.sent() + sending.skipped(), file);
    }
  }

  /** Checks every row; sends and writes nothing. */
  public ImportSummary check(Progress progress, BooleanSupplier stop) {
    try (PaymentFile file = open()) {
      Counts counts = new Counts(ImportState.NONE);
      read(file, counts, event -> {}, Optional.empty(), progress, stop, () -> {});
      return counts.summary(counts.rows - counts.rejected, 0, file);
    }
  }

  private PaymentFile open() {
    PaymentFile file = source.open();
    try {
      if (!file.columns().isEmpty()) {
        List<List<String>> mandatory =
            source.customers().knowsAny()
                ? fields.mandatory().stream()
                    .filter(names -> !names.contains("customer_id"))
                    .toList()
                : fields.mandatory();
        mapping.refuseUnfit(source.file().toString(), file.columns(), mandatory);
      }
      return file;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Of the rows after the last checkpoint, the ids of those that are in the topic all the same. */
  private Set<String> sentSince(ImportCheckpoint checkpoint) {
    ImportState state = checkpoint.state();
    Set<String> ids = new HashSet<>();
    try (PaymentFile file = open()) {
      skip(file, state.rows());
      Optional<PaymentRow> row = file.next();
      for (int i = 0; i < ROWS_BETWEEN_CHECKPOINTS && row.isPresent(); i++) {
        refusalOf(row.get(), event -> ids.add(fields.channel().paymentId(event)));
        row = file.next();
      }
    }
    return checkpoint.sentSince(ids);
  }

  private static void skip(PaymentFile file, long rows) {
    for (long i = 0; i < rows && file.next().isPresent(); i++) {
      // It was sent or rejected before.
    }
  }

  private void read(
      PaymentFile file,
      Counts counts,
      Consumer<E> target,
      Optional<RejectedRows> rejectedRows,
      Progress progress,
      BooleanSupplier stop,
      Runnable atCheckpoint) {
    Optional<PaymentRow> row = file.next();
    while (row.isPresent() && !stop.getAsBoolean()) {
      counts.rows++;
      long line = row.get().line();
      Optional<String> refusal =
          refusalOf(
              row.get(),
              event -> {
                target.accept(event);
                counts.ids.see(fields.channel().paymentId(event), line);
              });
      if (refusal.isPresent()) {
        counts.rejected++;
        String path = row.get().path().map(element -> element + ": ").orElse("");
        progress.rejected(row.get().line(), path + refusal.get());
        if (rejectedRows.isPresent()) {
          rejectedRows.get().write(row.get(), refusal.get());
        }
      }
      progress.read(counts.rows, counts.rejected, file.bytesRead());
      if (counts.rows % ROWS_BETWEEN_CHECKPOINTS == 0) {
        atCheckpoint.run();
      }
      row = file.next();
    }
    counts.stopped = row.isPresent();
  }

  private Optional<String> refusalOf(PaymentRow row, Consumer<E> target) {
    if (row.problem().isPresent()) {
      return row.problem();
    }
    try {
      Map<String, String> values = mapping.values(row);
      nameCustomer(values);
      target.accept(fields.event(values));
      return Optional.empty();
    } catch (RefusedPayment refused) {
      return Optional.of(String.join("; ", refused.problems()));
    }
  }

  /** A file of transfers without customers has at least the account that pays. */
  private void nameCustomer(Map<String, String> values) {
    if (source.customers().knowsAny() && !values.containsKey("customer_id")) {
      Optional<String> account = Optional.ofNullable(values.get("debtor_iban"));
      values.put(
          "customer_id",
          source
              .customers()
              .customerId(new CustomerSource.Debtor(account, account, Optional.empty())));
    }
  }

  private void note(
      Optional<ImportCheckpoint> checkpoint,
      ImportSending<E> sending,
      Counts counts,
      RejectedRows rejectedRows,
      ImportState.Phase phase) {
    if (checkpoint.isEmpty()) {
      return;
    }
    if (sending.flushed()) {
      checkpoint
          .get()
          .note(
              new ImportState(
                  phase,
                  counts.rows,
                  sending.sentInAll(),
                  counts.rejected,
                  rejectedRows.length(),
                  sending.nextOffsets()));
    }
  }

  private final class Counts {
    long rows;
    long rejected;
    boolean stopped;
    final RepeatedIds ids = new RepeatedIds();

    Counts(ImportState before) {
      this.rows = before.rows();
      this.rejected = before.rejected();
    }

    ImportSummary summary(long sent, long sentBefore, PaymentFile read) {
      List<String> notes = new ArrayList<>(read.notes());
      ids.note().ifPresent(notes::add);
      return new ImportSummary(
          rows,
          sent,
          sentBefore,
          rejected,
          Optional.of(source.rejectsFile()).filter(file -> rejected > 0),
          mapping.ignored(),
          notes,
          stopped);
    }
  }
}
