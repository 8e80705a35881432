// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import io.lastfive.customersink.write.CollapsedBatch.Row;
import io.lastfive.customersink.write.SinkOffsets.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Writes a batch and its offsets in one PostgreSQL transaction.
 *
 * <p>A crash leaves all of the batch or nothing of it. A batch may be written again after any
 * error, one that left open whether the commit succeeded included: what is already there is
 * recognized by its offset. Safe for threads that write batches of different partitions.
 */
public final class BatchWriter {
  private final DataSource pool;
  private final SinkOffsets offsets;
  private final DeadLetterTopic deadLetterTopic;
  private final String topic;
  private final Consumer<WriteStep> watcher;

  public BatchWriter(
      DataSource pool,
      SinkOffsets offsets,
      DeadLetterTopic deadLetterTopic,
      String topic,
      Consumer<WriteStep> watcher) {
    this.pool = pool;
    this.offsets = offsets;
    this.deadLetterTopic = deadLetterTopic;
    this.topic = topic;
    this.watcher = watcher;
  }

  /** Tries once. An error leaves the database as it was, or with the whole batch. */
  public WriteResult write(Batch batch) throws SQLException {
    watcher.accept(WriteStep.BATCH_TAKEN);
    try (Connection transaction = pool.getConnection()) {
      try {
        return write(transaction, batch, BatchWriter::upsertTogether);
      } catch (SQLException refused) {
        if (!SqlStates.refusesRow(refused)) {
          throw refused;
        }
        transaction.rollback();
        return write(transaction, batch, BatchWriter::upsertWithoutRefused);
      }
    }
  }

  /** How a transaction upserts its customers; returns the rows that PostgreSQL refuses. */
  private interface Upsert {
    List<Row<Change.DeadLetter>> run(
        Connection transaction, UUID topicId, List<Row<Change.Upsert>> rows) throws SQLException;
  }

  private WriteResult write(Connection transaction, Batch batch, Upsert upsert)
      throws SQLException {
    Set<Integer> moved = offsets.move(transaction, batch);
    if (moved.size() < batch.slices().size()) {
      transaction.rollback();
      return writeWhatIsStillOurs(transaction, batch, upsert);
    }
    watcher.accept(WriteStep.OFFSETS_MOVED);

    CollapsedBatch collapsed = CollapsedBatch.of(batch);
    List<Row<Change.DeadLetter>> deadLetters = new ArrayList<>(collapsed.deadLetters());
    if (!collapsed.upserts().isEmpty()) {
      deadLetters.addAll(upsert.run(transaction, batch.topicId(), collapsed.upserts()));
      watcher.accept(WriteStep.CUSTOMERS_UPSERTED);
    }
    if (!collapsed.deletes().isEmpty()) {
      CustomerTables.LIVE.delete(transaction, batch.topicId(), collapsed.deletes());
      watcher.accept(WriteStep.CUSTOMERS_DELETED);
    }
    if (!deadLetters.isEmpty()) {
      CustomerTables.insertDeadLetters(transaction, topic, batch.topicId(), deadLetters);
      watcher.accept(WriteStep.DEAD_LETTERS_INSERTED);
      // Before the commit, so that none is missing in the topic; a crash in between sends it twice,
      // under the same key.
      deadLetterTopic.send(deadLetters);
      watcher.accept(WriteStep.DEAD_LETTERS_SENT);
    }
    transaction.commit();
    watcher.accept(WriteStep.COMMITTED);
    return new WriteResult(
        batch.slices(),
        List.of(),
        List.of(),
        collapsed.upserts().size(),
        collapsed.deletes().size(),
        deadLetters.size());
  }

  /** Some partition stands elsewhere than expected: says why, and writes the others. */
  private WriteResult writeWhatIsStillOurs(Connection transaction, Batch batch, Upsert upsert)
      throws SQLException {
    Map<Integer, Position> positions =
        offsets.positions(transaction, batch.slices().stream().map(Slice::claim).toList());
    transaction.rollback();
    List<Slice> writtenBefore = new ArrayList<>();
    List<Claim> fenced = new ArrayList<>();
    List<Claim> displaced = new ArrayList<>();
    List<Slice> ours = new ArrayList<>();
    for (Slice slice : batch.slices()) {
      Position position = positions.getOrDefault(slice.claim().partition(), Position.UNKNOWN);
      if (position.fences(slice.claim())) {
        fenced.add(slice.claim());
      } else if (position.epoch() < slice.claim().epoch()) {
        displaced.add(slice.claim());
      } else if (position.nextOffset() == slice.fromOffset()) {
        ours.add(slice);
      } else if (position.nextOffset() == slice.nextOffset()) {
        // An earlier try was committed, and only its answer was lost.
        writtenBefore.add(slice);
      } else {
        displaced.add(slice.claim());
      }
    }
    if (ours.isEmpty()) {
      return new WriteResult(writtenBefore, fenced, displaced, 0, 0, 0);
    }
    WriteResult rest = write(transaction, new Batch(ours), upsert);
    writtenBefore.addAll(rest.written());
    fenced.addAll(rest.fenced());
    displaced.addAll(rest.displaced());
    return new WriteResult(
        writtenBefore, fenced, displaced, rest.upserts(), rest.deletes(), rest.deadLetters());
  }

  private static List<Row<Change.DeadLetter>> upsertTogether(
      Connection transaction, UUID topicId, List<Row<Change.Upsert>> rows) throws SQLException {
    CustomerTables.LIVE.upsert(transaction, topicId, rows);
    return List.of();
  }

  /** Finds the rows that PostgreSQL refuses, by halves, and leaves them out. */
  private static List<Row<Change.DeadLetter>> upsertWithoutRefused(
      Connection transaction, UUID topicId, List<Row<Change.Upsert>> rows) throws SQLException {
    Savepoint before = transaction.setSavepoint();
    try {
      CustomerTables.LIVE.upsert(transaction, topicId, rows);
      transaction.releaseSavepoint(before);
      return List.of();
    } catch (SQLException error) {
      if (!SqlStates.refusesRow(error)) {
        throw error;
      }
      transaction.rollback(before);
      transaction.releaseSavepoint(before);
      if (rows.size() == 1) {
        return List.of(refusal(rows.get(0), error));
      }
    }
    int half = rows.size() / 2;
    List<Row<Change.DeadLetter>> refused =
        new ArrayList<>(upsertWithoutRefused(transaction, topicId, rows.subList(0, half)));
    refused.addAll(upsertWithoutRefused(transaction, topicId, rows.subList(half, rows.size())));
    return refused;
  }

  /** Without PostgreSQL's message, which quotes the row. */
  private static Row<Change.DeadLetter> refusal(Row<Change.Upsert> row, SQLException error) {
    return new Row<>(
        row.claim(),
        new Change.DeadLetter(
            row.change().offset(),
            "PostgreSQL refuses the row: SQLSTATE " + SqlStates.of(error),
            row.change().recordTimeMillis()));
  }
}
