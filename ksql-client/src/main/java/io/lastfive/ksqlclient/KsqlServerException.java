// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient;

/**
 * ksqlDB refused a statement or a query: its message as it is, and its error code (HTTP status
 * times 100, and a number).
 */
public final class KsqlServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int errorCode;

  public KsqlServerException(int errorCode, String message) {
    super(message);
    this.errorCode = errorCode;
  }

  /** Such as 40001 for a bad statement. */
  public int errorCode() {
    return errorCode;
  }
}
