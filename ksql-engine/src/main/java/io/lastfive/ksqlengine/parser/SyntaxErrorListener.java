// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import io.lastfive.ksqlengine.ast.SourcePosition;
import io.lastfive.ksqlengine.parser.grammar.SqlLexer;
import java.util.List;
import java.util.Locale;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.InputMismatchException;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.jspecify.annotations.Nullable;

/** Turns the first syntax error into a {@link ParseException} with ksqlDB's words. */
final class SyntaxErrorListener extends BaseErrorListener {

  /** Longer lists of what was expected help nobody; ksqlDB leaves them out too. */
  private static final int LONGEST_EXPECTATION = 8;

  private static final List<String> FIRST_WORDS =
      List.of(
          "SELECT",
          "CREATE",
          "INSERT",
          "DROP",
          "SHOW",
          "LIST",
          "DESCRIBE",
          "EXPLAIN",
          "PRINT",
          "TERMINATE",
          "PAUSE",
          "RESUME",
          "SET",
          "UNSET",
          "DEFINE",
          "UNDEFINE",
          "ALTER",
          "ASSERT",
          "RUN");

  private final StatementText statement;

  SyntaxErrorListener(StatementText statement) {
    this.statement = statement;
  }

  @Override
  public void syntaxError(
      Recognizer<?, ?> recognizer,
      Object offendingSymbol,
      int line,
      int charPositionInLine,
      String message,
      @Nullable RecognitionException cause) {
    Token token = (Token) offendingSymbol;
    SourcePosition position = Positions.of(token, statement);
    String place = position.line() + ":" + position.column();
    throw new ParseException(
        "line " + place + ": Syntax Error\n" + describe((Parser) recognizer, token, message, cause),
        "Syntax error at or near '" + token.getText() + "' at line " + place,
        statement.text());
  }

  private static String describe(
      Parser parser, Token token, String message, @Nullable RecognitionException cause) {
    if (message.startsWith("missing")) {
      return message;
    }
    if (message.startsWith("extraneous input") && ReservedWords.contains(token.getText())) {
      return "\""
          + token.getText()
          + "\" is a reserved keyword and it can't be used as an identifier."
          + " You can use it as an identifier by escaping it as '"
          + token.getText()
          + "'";
    }
    if (token.getType() != Token.EOF && parser.getInputStream().LT(-1) == null) {
      return "Unknown statement '"
          + token.getText()
          + "'\nDid you mean '"
          + nearestFirstWord(token.getText())
          + "'?";
    }
    if (cause instanceof InputMismatchException mismatch) {
      IntervalSet expected = mismatch.getExpectedTokens();
      if (expected.size() <= LONGEST_EXPECTATION) {
        return "Expecting " + expected.toString(SqlLexer.VOCABULARY);
      }
    }
    return "";
  }

  private static String nearestFirstWord(String word) {
    String upper = word.toUpperCase(Locale.ROOT);
    String nearest = FIRST_WORDS.get(0);
    int shortest = Integer.MAX_VALUE;
    for (String candidate : FIRST_WORDS) {
      int distance = EditDistance.between(upper, candidate);
      if (distance < shortest) {
        shortest = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }
}
