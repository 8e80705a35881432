// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The least rights of the roles that use the sink's tables: the one that runs the sink, which makes
 * no tables, and one that only reads.
 */
public final class SinkRights {
  private static final List<Right> TO_RUN =
      List.of(
          new Right("customer_payments", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          new Right("sink_offset", List.of("SELECT", "INSERT", "UPDATE")),
          // Deleted when a replay has read them.
          new Right("sink_dead_letter", List.of("SELECT", "INSERT", "DELETE")),
          // Whether the tables are those of this version.
          new Right("sink_schema_history", List.of("SELECT")));

  private static final List<Right> TO_READ =
      List.of(
          new Right("customer_payments", List.of("SELECT")),
          new Right("recent_payments", List.of("SELECT")),
          new Right("sink_offset", List.of("SELECT")),
          new Right("sink_dead_letter", List.of("SELECT")));

  private SinkRights() {}

  private record Right(String table, List<String> kinds) {
    String grant(String schema, List<String> wanted, String role) {
      return "GRANT %s ON %s.%s TO %s"
          .formatted(
              String.join(", ", wanted),
              SinkDatabase.quoted(schema),
              table,
              SinkDatabase.quoted(role));
    }
  }

  /** The statements that give a role what it needs to run the sink, or only to read. */
  public static List<String> grants(String schema, String role, boolean readOnly) {
    return Stream.concat(
            Stream.of(useOf(schema, role)),
            (readOnly ? TO_READ : TO_RUN)
                .stream().map(right -> right.grant(schema, right.kinds(), role)))
        .toList();
  }

  /** The grants that the user of this connection lacks to run the sink. */
  static List<String> missing(Connection connection, String schema, String user)
      throws SQLException {
    if (!holds(connection, "SELECT has_schema_privilege(?, ?)", schema, "USAGE")) {
      return grants(schema, user, false);
    }
    List<String> missing = new ArrayList<>();
    for (Right right : TO_RUN) {
      List<String> lacking = new ArrayList<>();
      for (String kind : right.kinds()) {
        String table = SinkDatabase.quoted(schema) + "." + right.table();
        if (!holds(connection, "SELECT has_table_privilege(?, ?)", table, kind)) {
          lacking.add(kind);
        }
      }
      if (!lacking.isEmpty()) {
        missing.add(right.grant(schema, lacking, user));
      }
    }
    return missing;
  }

  /** Whether there are no tables yet, or this user may look which version they are of. */
  static boolean seesTables(Connection connection, String schema) throws SQLException {
    return holds(
        connection,
        """
        SELECT coalesce(bool_and(has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')), true)
          FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = ? AND c.relname = ?
        """,
        schema,
        SinkDatabase.HISTORY_TABLE);
  }

  private static String useOf(String schema, String role) {
    return "GRANT USAGE ON SCHEMA %s TO %s"
        .formatted(SinkDatabase.quoted(schema), SinkDatabase.quoted(role));
  }

  private static boolean holds(Connection connection, String sql, String object, String right)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, object);
      select.setString(2, right);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
