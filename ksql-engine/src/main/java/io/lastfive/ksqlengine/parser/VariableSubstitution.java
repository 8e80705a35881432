// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.SourcePosition;
import io.lastfive.ksqlengine.parser.grammar.SqlLexer;
import io.lastfive.ksqlengine.parser.grammar.SqlParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.Token;

/**
 * Replaces {@code ${name}} in a statement by the value of that variable. A value stands for one
 * name or one literal, or for text inside a string or a quoted name: it can never bring in SQL of
 * its own. {@code $${name}} is the text {@code ${name}}; a variable that is not defined is left as
 * it is. Names of variables are case-insensitive.
 */
public final class VariableSubstitution {

  private static final Pattern REFERENCE = Pattern.compile("(\\$?)\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  private VariableSubstitution() {}

  /** The statement with its variables replaced; it begins where it began. */
  public static StatementText substitute(StatementText statement, Map<String, String> variables) {
    if (!statement.text().contains("${")) {
      return statement;
    }
    Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    byName.putAll(variables);
    StringBuilder replaced = new StringBuilder();
    for (Token token : tokens(statement.text())) {
      replaced.append(
          switch (token.getType()) {
            case SqlLexer.STRING_VALUE,
                SqlLexer.QUOTED_IDENTIFIER,
                SqlLexer.BACKQUOTED_IDENTIFIER ->
                insideQuotes(token.getText(), byName);
            case SqlLexer.VARIABLE -> bare(token, byName, Positions.of(token, statement), replaced);
            default -> token.getText();
          });
    }
    return new StatementText(replaced.toString(), statement.line(), statement.column());
  }

  /** A quote in the value is doubled, so that it stays inside. */
  private static String insideQuotes(String quoted, Map<String, String> variables) {
    String quote = quoted.substring(0, 1);
    return REFERENCE
        .matcher(quoted)
        .replaceAll(
            match -> {
              String value = variables.get(match.group(2));
              String reference = match.group().substring(match.group(1).length());
              String text =
                  match.group(1).isEmpty() && value != null
                      ? value.replace(quote, quote + quote)
                      : value == null ? match.group() : reference;
              return Matcher.quoteReplacement(text);
            });
  }

  private static String bare(
      Token token, Map<String, String> variables, SourcePosition position, StringBuilder before) {
    Matcher reference = REFERENCE.matcher(token.getText());
    String value = reference.matches() ? variables.get(reference.group(2)) : null;
    if (value == null) {
      return token.getText();
    }
    if (before.length() > 0 && before.charAt(before.length() - 1) == '$') {
      before.setLength(before.length() - 1);
      return token.getText();
    }
    if (!isOneNameOrLiteral(value)) {
      throw new KsqlException(
          String.format(
              Locale.ROOT,
              "Illegal argument at Line: %d, Col: %d. Got: '%s'. A variable stands for one name"
                  + " or one literal.",
              position.line(),
              position.column(),
              value));
    }
    return value;
  }

  private static boolean isOneNameOrLiteral(String value) {
    List<Token> tokens = tokens(value);
    int first = tokens.size() == 2 && tokens.get(0).getText().equals("-") ? 1 : 0;
    if (tokens.size() != first + 1) {
      return false;
    }
    int type = tokens.get(first).getType();
    boolean number =
        type == SqlLexer.INTEGER_VALUE
            || type == SqlLexer.DECIMAL_VALUE
            || type == SqlLexer.FLOATING_POINT_VALUE;
    return number
        || (first == 0
            && (type == SqlLexer.STRING_VALUE
                || type == SqlLexer.IDENTIFIER
                || type == SqlLexer.QUOTED_IDENTIFIER
                || type == SqlLexer.BACKQUOTED_IDENTIFIER
                || type == SqlLexer.TRUE
                || type == SqlLexer.FALSE
                || type == SqlLexer.NULL
                || SqlParser._ATN
                    .nextTokens(SqlParser._ATN.ruleToStartState[SqlParser.RULE_nonReserved])
                    .contains(type)));
  }

  /** All tokens, blanks and comments among them. */
  private static List<Token> tokens(String text) {
    SqlLexer lexer = new SqlLexer(CharStreams.fromString(text));
    lexer.removeErrorListeners();
    List<Token> tokens = new ArrayList<>();
    for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
      tokens.add(token);
    }
    return tokens;
  }
}
