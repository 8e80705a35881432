// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What {@code customer_payments} should hold, made beside it in a temporary table of one
 * connection: nobody sees it, and a crash leaves nothing of it. Used by one thread; the caller
 * commits.
 */
public final class ShadowTable {
  private static final String NAME = "customer_payments_shadow";
  private static final CustomerTables TABLES = new CustomerTables(NAME);

  // Rows are compared by what they say and by where it came from.
  private static final String COLUMNS =
      "payments, name_words, as_of, extra, topic_id, partition, record_offset";

  private static final String DIFFERENCE =
      """
      SELECT customer_id,
             CASE WHEN live.customer_id IS NULL THEN 'MISSING'
                  WHEN shadow.customer_id IS NULL THEN 'EXTRA'
                  ELSE 'DIFFERENT' END
        FROM customer_payments AS live FULL JOIN customer_payments_shadow AS shadow USING (customer_id)
       WHERE live.customer_id IS NULL OR shadow.customer_id IS NULL
          OR live.payments <> shadow.payments
          OR live.extra IS DISTINCT FROM shadow.extra
       ORDER BY customer_id
      """;

  private static final String REMOVE_EXTRA =
      """
      DELETE FROM customer_payments AS live
       WHERE NOT EXISTS (SELECT FROM customer_payments_shadow AS shadow
                          WHERE shadow.customer_id = live.customer_id)
      """;

  private static final String TAKE_OVER =
      """
      INSERT INTO customer_payments AS current (customer_id, %s)
      SELECT customer_id, %s FROM customer_payments_shadow
      ON CONFLICT (customer_id) DO UPDATE
         SET (%s) = ROW (%s), updated_at = clock_timestamp()
       WHERE (%s) IS DISTINCT FROM (%s)
      """
          .formatted(COLUMNS, COLUMNS, COLUMNS, of("excluded"), of("current"), of("excluded"));

  /** How a customer's row differs from the topic. */
  public enum Kind {
    MISSING,
    EXTRA,
    DIFFERENT
  }

  /** A customer whose row is not as the topic says. */
  public record Difference(String customerId, Kind kind) {}

  /** Rows that a take-over changed. */
  public record TakenOver(int written, int removed) {}

  private final Connection connection;

  private ShadowTable(Connection connection) {
    this.connection = connection;
  }

  /** Makes an empty one for as long as the connection lives. */
  public static ShadowTable create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TEMPORARY TABLE %s (LIKE customer_payments INCLUDING DEFAULTS, PRIMARY KEY (customer_id))"
              .formatted(NAME));
    }
    return new ShadowTable(connection);
  }

  /**
   * Writes the newest of each customer's changes; those of a customer come in their order. Leaves
   * out what PostgreSQL refuses, and tells how many that were.
   */
  public int write(UUID topicId, int partition, List<Change> changes) throws SQLException {
    Claim anybody = new Claim(topicId, partition, 0);
    CollapsedBatch batch = CollapsedBatch.of(new Batch(List.of(new Slice(anybody, 0, 0, changes))));
    Savepoint before = connection.setSavepoint();
    try {
      if (!batch.upserts().isEmpty()) {
        TABLES.upsert(connection, topicId, batch.upserts());
      }
      if (!batch.deletes().isEmpty()) {
        TABLES.delete(connection, topicId, batch.deletes());
      }
      connection.releaseSavepoint(before);
      return 0;
    } catch (SQLException error) {
      if (!SqlStates.refusesRow(error)) {
        throw error;
      }
      connection.rollback(before);
      return TABLES.writeOneByOne(connection, topicId, partition, changes).size();
    }
  }

  /** Where the live table differs in what it says. */
  public List<Difference> differences() throws SQLException {
    List<Difference> differences = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(DIFFERENCE);
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        differences.add(new Difference(rows.getString(1), Kind.valueOf(rows.getString(2))));
      }
    }
    return differences;
  }

  /** Number of customers. */
  public long customers() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM " + NAME)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Makes the live table say the same; only rows that differ are touched. */
  public TakenOver takeOver() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int removed = statement.executeUpdate(REMOVE_EXTRA);
      return new TakenOver(statement.executeUpdate(TAKE_OVER), removed);
    }
  }

  private static String of(String row) {
    return row + "." + COLUMNS.replace(", ", ", " + row + ".");
  }
}
