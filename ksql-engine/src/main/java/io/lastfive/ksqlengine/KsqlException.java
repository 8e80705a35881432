// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine;

/**
 * The user's mistake in a statement: its message is what ksqlDB says of the same mistake, and needs
 * no stack trace to be understood.
 */
public class KsqlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public KsqlException(String message) {
    super(message);
  }

  public KsqlException(String message, Throwable cause) {
    super(message, cause);
  }
}
