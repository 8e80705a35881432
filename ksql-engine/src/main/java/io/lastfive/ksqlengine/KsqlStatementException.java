// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine;

/** A mistake in one statement of a request; the statement as ksqlDB shows it goes with it. */
public final class KsqlStatementException extends KsqlException {
  private static final long serialVersionUID = 1L;

  private final String statementText;

  public KsqlStatementException(String message, String statementText, Throwable cause) {
    super(message, cause);
    this.statementText = statementText;
  }

  /** With what the server had filled in when the mistake was found. */
  public String statementText() {
    return statementText;
  }
}
