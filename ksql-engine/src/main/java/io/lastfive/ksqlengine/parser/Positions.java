// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import io.lastfive.ksqlengine.ast.SourcePosition;
import org.antlr.v4.runtime.Token;

/** Places in a statement's text as places in the text of the whole request. */
final class Positions {

  private Positions() {}

  static SourcePosition of(Token token, StatementText statement) {
    int line = token.getLine() + statement.line() - 1;
    int column = token.getCharPositionInLine() + (token.getLine() == 1 ? statement.column() : 1);
    return new SourcePosition(line, column);
  }
}
