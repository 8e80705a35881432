// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import io.lastfive.customersink.write.CollapsedBatch.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The statements that change customers and dead letters, each one statement a batch. */
final class CustomerTables {
  // In the SELECT list unnest streams; in FROM it would keep all rows aside first.
  // A row only moves forward: within its topic and partition an older record never replaces a newer
  // one.
  private static final String UPSERT_INTO =
      """
      INSERT INTO %s AS current
             (customer_id, payments, name_words, as_of, extra, topic_id, partition, record_offset)
      SELECT customer_id, payments::jsonb, name_words::tsvector,
             timestamptz 'epoch' + record_time * interval '1 millisecond', extra::jsonb, ?, partition, record_offset
        FROM (SELECT unnest(?::text[]) AS customer_id, unnest(?::text[]) AS payments,
                     unnest(?::text[]) AS name_words, unnest(?::bigint[]) AS record_time,
                     unnest(?::text[]) AS extra, unnest(?::integer[]) AS partition,
                     unnest(?::bigint[]) AS record_offset) AS changed
      ON CONFLICT (customer_id) DO UPDATE
         SET payments = excluded.payments, name_words = excluded.name_words,
             as_of = excluded.as_of, extra = excluded.extra,
             topic_id = excluded.topic_id, partition = excluded.partition,
             record_offset = excluded.record_offset, updated_at = excluded.updated_at
       WHERE current.topic_id <> excluded.topic_id
          OR current.partition <> excluded.partition
          OR current.record_offset < excluded.record_offset
      """;

  private static final String DELETE_FROM =
      """
      DELETE FROM %s AS current
       USING unnest(?::text[], ?::integer[], ?::bigint[]) AS removed (customer_id, partition, record_offset)
       WHERE current.customer_id = removed.customer_id
         AND (current.topic_id <> ?
              OR current.partition <> removed.partition
              OR current.record_offset < removed.record_offset)
      """;

  private static final String DEAD_LETTER =
      """
      INSERT INTO sink_dead_letter (topic, topic_id, partition, record_offset, reason, record_time)
      SELECT ?, ?, partition, record_offset, reason, timestamptz 'epoch' + record_time * interval '1 millisecond'
        FROM unnest(?::integer[], ?::bigint[], ?::text[], ?::bigint[])
             AS bad (partition, record_offset, reason, record_time)
      ON CONFLICT DO NOTHING
      """;

  // Later than this, PostgreSQL's dates and ISO 8601's four digits of a year end.
  private static final long LATEST_TIME_MILLIS = 253_402_300_799_999L;

  // More would only take more memory on both sides.
  private static final int ROWS_A_STATEMENT = 2_000;

  static final CustomerTables LIVE = new CustomerTables("customer_payments");

  private final String upsert;
  private final String delete;

  /** For another table of the same columns. */
  CustomerTables(String table) {
    this.upsert = UPSERT_INTO.formatted(table);
    this.delete = DELETE_FROM.formatted(table);
  }

  void upsert(Connection transaction, UUID topicId, List<Row<Change.Upsert>> rows)
      throws SQLException {
    for (int from = 0; from < rows.size(); from += ROWS_A_STATEMENT) {
      upsertTogether(
          transaction, topicId, rows.subList(from, Math.min(rows.size(), from + ROWS_A_STATEMENT)));
    }
  }

  private void upsertTogether(Connection transaction, UUID topicId, List<Row<Change.Upsert>> rows)
      throws SQLException {
    int size = rows.size();
    String[] customerIds = new String[size];
    String[] payments = new String[size];
    String[] nameWords = new String[size];
    Long[] recordTimes = new Long[size];
    String[] extras = new String[size];
    Integer[] partitions = new Integer[size];
    Long[] offsets = new Long[size];
    for (int i = 0; i < size; i++) {
      Change.Upsert upsert = rows.get(i).change();
      customerIds[i] = upsert.customerId();
      payments[i] = upsert.paymentsJson();
      nameWords[i] = upsert.nameWords();
      recordTimes[i] = upsert.recordTimeMillis();
      extras[i] = upsert.extraJson().orElse(null);
      partitions[i] = rows.get(i).claim().partition();
      offsets[i] = upsert.offset();
    }
    try (PreparedStatement statement = transaction.prepareStatement(upsert)) {
      statement.setObject(1, topicId);
      statement.setArray(2, transaction.createArrayOf("text", customerIds));
      statement.setArray(3, transaction.createArrayOf("text", payments));
      statement.setArray(4, transaction.createArrayOf("text", nameWords));
      statement.setArray(5, transaction.createArrayOf("int8", recordTimes));
      statement.setArray(6, transaction.createArrayOf("text", extras));
      statement.setArray(7, transaction.createArrayOf("int4", partitions));
      statement.setArray(8, transaction.createArrayOf("int8", offsets));
      statement.executeUpdate();
    }
  }

  void delete(Connection transaction, UUID topicId, List<Row<Change.Delete>> rows)
      throws SQLException {
    try (PreparedStatement statement = transaction.prepareStatement(delete)) {
      statement.setArray(
          1,
          transaction.createArrayOf(
              "text", rows.stream().map(row -> row.change().customerId()).toArray(String[]::new)));
      statement.setArray(
          2,
          transaction.createArrayOf(
              "int4", rows.stream().map(row -> row.claim().partition()).toArray(Integer[]::new)));
      statement.setArray(
          3,
          transaction.createArrayOf(
              "int8", rows.stream().map(row -> row.change().offset()).toArray(Long[]::new)));
      statement.setObject(4, topicId);
      statement.executeUpdate();
    }
  }

  /** Writes upserts and deletes in their order; leaves out, and returns, what is refused. */
  List<Long> writeOneByOne(
      Connection transaction, UUID topicId, int partition, List<Change> changes)
      throws SQLException {
    Claim anybody = new Claim(topicId, partition, 0);
    List<Long> refused = new ArrayList<>();
    for (Change change : changes) {
      Savepoint before = transaction.setSavepoint();
      try {
        if (change instanceof Change.Upsert one) {
          upsert(transaction, topicId, List.of(new Row<>(anybody, one)));
        } else if (change instanceof Change.Delete one) {
          delete(transaction, topicId, List.of(new Row<>(anybody, one)));
        }
        transaction.releaseSavepoint(before);
      } catch (SQLException error) {
        if (!SqlStates.refusesRow(error)) {
          throw error;
        }
        transaction.rollback(before);
        refused.add(change.offset());
      }
    }
    return refused;
  }

  static void insertDeadLetters(
      Connection transaction, String topic, UUID topicId, List<Row<Change.DeadLetter>> rows)
      throws SQLException {
    try (PreparedStatement statement = transaction.prepareStatement(DEAD_LETTER)) {
      statement.setString(1, topic);
      statement.setObject(2, topicId);
      statement.setArray(
          3,
          transaction.createArrayOf(
              "int4", rows.stream().map(row -> row.claim().partition()).toArray(Integer[]::new)));
      statement.setArray(
          4,
          transaction.createArrayOf(
              "int8", rows.stream().map(row -> row.change().offset()).toArray(Long[]::new)));
      statement.setArray(
          5,
          transaction.createArrayOf(
              "text", rows.stream().map(row -> row.change().reason()).toArray(String[]::new)));
      statement.setArray(
          6,
          transaction.createArrayOf(
              "int8", rows.stream().map(row -> storableTime(row.change())).toArray(Long[]::new)));
      statement.executeUpdate();
    }
  }

  private static @Nullable Long storableTime(Change.DeadLetter deadLetter) {
    long millis = deadLetter.recordTimeMillis();
    return millis < 0 || millis > LATEST_TIME_MILLIS ? null : millis;
  }
}
