// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.SourcePosition;
import io.lastfive.ksqlengine.parser.grammar.SqlBaseVisitor;
import io.lastfive.ksqlengine.parser.grammar.SqlParser;
import java.util.Locale;
import java.util.regex.Pattern;

/** Identifiers and strings as they are stored: names upper-cased unless quoted, quotes undone. */
final class Names extends SqlBaseVisitor<String> {

  private static final Pattern SOURCE_NAME = Pattern.compile("[A-Za-z0-9_-]+");

  private final StatementText statement;

  Names(StatementText statement) {
    this.statement = statement;
  }

  String of(SqlParser.IdentifierContext identifier) {
    return visit(identifier);
  }

  String of(SqlParser.SourceNameContext name) {
    return of(name.identifier());
  }

  /** The name of a source that is to be made: it also names topics and stores. */
  String ofNewSource(SqlParser.SourceNameContext context) {
    String name = of(context);
    if (!SOURCE_NAME.matcher(name).matches()) {
      SourcePosition position = Positions.of(context.getStart(), statement);
      throw new KsqlException(
          "Illegal argument at Line: "
              + position.line()
              + ", Col: "
              + position.column()
              + ". Source names may only contain alphanumeric values, '_' or '-'. Got: '"
              + name
              + "'");
    }
    return name;
  }

  /** The name of a topic, subject or connector, which keeps its case. */
  String asWritten(SqlParser.NameContext name) {
    if (name.STRING_VALUE() != null) {
      return unquote(name.STRING_VALUE().getText());
    }
    return asWritten(name.identifier());
  }

  String asWritten(SqlParser.IdentifierContext identifier) {
    return identifier instanceof SqlParser.QuotedIdentifierContext
        ? unquote(identifier.getText())
        : identifier.getText();
  }

  @Override
  public String visitUnquotedIdentifier(SqlParser.UnquotedIdentifierContext context) {
    return context.getText().toUpperCase(Locale.ROOT);
  }

  @Override
  public String visitQuotedIdentifier(SqlParser.QuotedIdentifierContext context) {
    return unquote(context.getText());
  }

  /** The text between quotes of any kind, a doubled quote read as one. */
  static String unquote(String quoted) {
    String quote = quoted.substring(0, 1);
    return quoted.substring(1, quoted.length() - 1).replace(quote + quote, quote);
  }
}
