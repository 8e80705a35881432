// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient;

/**
 * ksqlDB refused a statement or a query: its message as it is, and its error code (HTTP status
 * times 100, and a number).
 */
public final class KsqlServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int errorCode;
  private final String statementText;

  public KsqlServerException(int errorCode, String message) {
    this(errorCode, message, "");
  }

  public KsqlServerException(int errorCode, String message, String statementText) {
    super(message);
    this.errorCode = errorCode;
    this.statementText = statementText;
  }

  /** Whether a table cannot be asked because the query that makes it is starting; later it can. */
  public boolean isStarting() {
    String message = String.valueOf(getMessage());
    return message.contains("Cannot determine which host")
        || message.contains("not available")
        || message.contains("Unable to execute pull query");
  }

  /** Such as 40001 for a bad statement. */
  public int errorCode() {
    return errorCode;
  }

  /** The refused statement as ksqlDB understood it; empty where it does not say. */
  public String statementText() {
    return statementText;
  }
}
