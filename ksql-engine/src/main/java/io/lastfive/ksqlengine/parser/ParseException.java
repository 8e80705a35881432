// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import io.lastfive.ksqlengine.KsqlException;

/**
 * A text that is not a statement of the language. ksqlDB describes it twice: in detail to whoever
 * sent it ({@link #getMessage()}), and by its place alone where the text might be logged ({@link
 * #summary()}).
 */
public final class ParseException extends KsqlException {
  private static final long serialVersionUID = 1L;

  private final String summary;
  private final String statementText;

  ParseException(String message, String summary, String statementText) {
    super(message);
    this.summary = summary;
    this.statementText = statementText;
  }

  /** {@code Syntax error at or near 'NULL' at line 2:47}. */
  public String summary() {
    return summary;
  }

  /** The statement that does not parse, as sent. */
  public String statementText() {
    return statementText;
  }
}
