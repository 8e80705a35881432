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

  /** Such as 40001 for a bad statement. */
  public int errorCode() {
    return errorCode;
  }

  /** The refused statement as ksqlDB understood it; empty where it does not say. */
  public String statementText() {
    return statementText;
  }
}
