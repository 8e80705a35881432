// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;

/** What the SQLSTATE of an error says about who must act. */
public final class SqlStates {
  private SqlStates() {}

  /** The row itself is refused: the same row will be refused again, another will not. */
  static boolean refusesRow(SQLException error) {
    String state = of(error);
    return state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
  }

  /** A wrong password, an unknown role or a database that is not there. */
  public static boolean refusesLogin(SQLException error) {
    String state = of(error);
    return state.startsWith("28") || state.equals("3D000");
  }

  /** A table is not there. */
  static boolean missesTable(SQLException error) {
    return of(error).equals("42P01");
  }

  public static boolean missesRight(SQLException error) {
    return of(error).equals("42501");
  }

  /**
   * The database's own words; a pool that waited in vain for a connection has them as the cause.
   */
  public static String reason(SQLException error) {
    return error instanceof SQLTransientConnectionException
            && error.getCause() instanceof SQLException databaseError
        ? reason(databaseError)
        : String.valueOf(error.getMessage());
  }

  /** The right to connect to the database: an error of the login, not of a statement. */
  static boolean missesConnect(SQLException error) {
    return missesRight(error) && String.valueOf(error.getMessage()).startsWith("FATAL");
  }

  static String of(SQLException error) {
    return Objects.requireNonNullElse(error.getSQLState(), "");
  }
}
