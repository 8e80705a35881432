// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.parser.grammar.SqlLexer;
import io.lastfive.ksqlengine.parser.grammar.SqlParser;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.Token;

/**
 * Entry point: text of ksqlDB's language to statements. A request is first {@link #split} into its
 * statements, each then takes its variables ({@link VariableSubstitution}) and is {@link #parse}d.
 * Stateless; any number of threads may use it at once.
 */
public final class KsqlParser {

  private KsqlParser() {}

  /**
   * The statements of a text, each with its {@code ;}. A {@code ;} inside a string, a quoted name
   * or a comment ends nothing. What stands after the last {@code ;} is a statement too, which will
   * not parse, unless it is only blanks and comments.
   */
  public static List<StatementText> split(String sql) {
    List<StatementText> statements = new ArrayList<>();
    SqlLexer lexer = new SqlLexer(CharStreams.fromString(sql));
    lexer.removeErrorListeners();
    Token first = null;
    Token last = null;
    for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
      if (token.getChannel() != Token.DEFAULT_CHANNEL) {
        continue;
      }
      first = first == null ? token : first;
      last = token;
      if (token.getText().equals(";")) {
        statements.add(between(sql, first, last));
        first = null;
      }
    }
    if (first != null && last != null) {
      statements.add(between(sql, first, last));
    }
    return statements;
  }

  /**
   * Parses one statement.
   *
   * @param customTypes the types made by CREATE TYPE, by their upper-case name
   * @throws ParseException where the text is not a statement of the language
   * @throws io.lastfive.ksqlengine.KsqlException where it is one that can mean nothing: a number
   *     out of range, a type that does not exist
   */
  public static Statement parse(
      StatementText statement, Function<String, Optional<SqlType>> customTypes) {
    return new StatementBuilder(statement, customTypes)
        .visit(parser(statement).singleStatement().statement());
  }

  /** Parses one statement of a script test: those of {@link #parse} and the ASSERTs on rows. */
  public static Statement parseTestStatement(
      StatementText statement, Function<String, Optional<SqlType>> customTypes) {
    SqlParser.SingleTestStatementContext context = parser(statement).singleTestStatement();
    return new StatementBuilder(statement, customTypes).visit(context.getChild(0));
  }

  /** Parses an expression on its own. */
  public static Expression parseExpression(String sql) {
    StatementText text = new StatementText(sql);
    return new ExpressionBuilder(text, name -> Optional.empty())
        .build(parser(text).singleExpression().expression());
  }

  /** A name as it is stored: upper case unless quoted. */
  public static String parseIdentifier(String sql) {
    StatementText text = new StatementText(sql);
    return new Names(text).of(parser(text).singleIdentifier().identifier());
  }

  /** Parses a type on its own, as in CREATE TYPE and CAST. */
  public static SqlType parseType(String sql, Function<String, Optional<SqlType>> customTypes) {
    StatementText text = new StatementText(sql);
    return new TypeBuilder(text, customTypes).build(parser(text).singleType().type());
  }

  private static SqlParser parser(StatementText statement) {
    SqlLexer lexer = new SqlLexer(CharStreams.fromString(statement.text()));
    lexer.removeErrorListeners();
    SqlParser parser = new SqlParser(new CommonTokenStream(lexer));
    parser.removeErrorListeners();
    parser.addErrorListener(new SyntaxErrorListener(statement));
    return parser;
  }

  private static StatementText between(String sql, Token first, Token last) {
    int begin = sql.offsetByCodePoints(0, first.getStartIndex());
    int end = sql.offsetByCodePoints(0, last.getStopIndex() + 1);
    return new StatementText(
        sql.substring(begin, end), first.getLine(), first.getCharPositionInLine() + 1);
  }
}
