// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A piece of a script, as far as one must know it to split and compare statements: what it is, and
 * where it begins and ends. All tokens of a script together are the script.
 */
record SqlToken(Kind kind, String text, int start) {

  enum Kind {
    BLANK,
    COMMENT,
    /** In single quotes, which are part of the text. */
    STRING,
    /** In backticks or double quotes, which are part of the text. */
    QUOTED_NAME,
    WORD,
    SYMBOL
  }

  /** Every token of a text. What is not closed reaches to the end. */
  static List<SqlToken> scan(String sql) {
    List<SqlToken> tokens = new ArrayList<>();
    int position = 0;
    while (position < sql.length()) {
      SqlToken token = at(sql, position);
      tokens.add(token);
      position = token.end();
    }
    return tokens;
  }

  /** The tokens that mean something. */
  static List<SqlToken> meaningful(String sql) {
    return scan(sql).stream()
        .filter(token -> token.kind != Kind.BLANK && token.kind != Kind.COMMENT)
        .toList();
  }

  int end() {
    return start + text.length();
  }

  /** Whether it is this keyword, however it is written. */
  boolean is(String keyword) {
    return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equalsIgnoreCase(keyword);
  }

  /** The name it stands for: upper case unless it is quoted. */
  String name() {
    return kind == Kind.QUOTED_NAME ? unquoted() : text.toUpperCase(Locale.ROOT);
  }

  /** A string's or quoted name's content. */
  String unquoted() {
    String quote = text.substring(0, 1);
    int last = text.length() > 1 && text.endsWith(quote) ? text.length() - 1 : text.length();
    return text.substring(1, last).replace(quote + quote, quote);
  }

  private static SqlToken at(String sql, int start) {
    char c = sql.charAt(start);
    if (sql.startsWith("--", start)) {
      return upTo(Kind.COMMENT, sql, start, sql.indexOf('\n', start), 1);
    }
    if (sql.startsWith("/*", start)) {
      return upTo(Kind.COMMENT, sql, start, sql.indexOf("*/", start + 2), 2);
    }
    if (c == '\'') {
      return quoted(Kind.STRING, sql, start);
    }
    if (c == '`' || c == '"') {
      return quoted(Kind.QUOTED_NAME, sql, start);
    }
    int end = start;
    if (Character.isWhitespace(c)) {
      while (end < sql.length() && Character.isWhitespace(sql.charAt(end))) {
        end++;
      }
      return new SqlToken(Kind.BLANK, sql.substring(start, end), start);
    }
    while (end < sql.length() && isWordPart(sql.charAt(end))) {
      end++;
    }
    return end > start
        ? new SqlToken(Kind.WORD, sql.substring(start, end), start)
        : new SqlToken(Kind.SYMBOL, sql.substring(start, start + 1), start);
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '@';
  }

  private static SqlToken quoted(Kind kind, String sql, int start) {
    char quote = sql.charAt(start);
    int end = start + 1;
    while (end < sql.length()) {
      boolean closes = sql.charAt(end) == quote;
      boolean doubled = closes && end + 1 < sql.length() && sql.charAt(end + 1) == quote;
      if (closes && !doubled) {
        return new SqlToken(kind, sql.substring(start, end + 1), start);
      }
      end += doubled ? 2 : 1;
    }
    return new SqlToken(kind, sql.substring(start), start);
  }

  private static SqlToken upTo(Kind kind, String sql, int start, int mark, int markLength) {
    return new SqlToken(
        kind, sql.substring(start, mark < 0 ? sql.length() : mark + markLength), start);
  }
}
