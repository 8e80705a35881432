// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits a script into statements. A semicolon ends one, except in a string, in a quoted name or in
 * a comment; the last needs none.
 */
final class SqlScript {
  private final String sql;
  private final List<SqlStatement> statements = new ArrayList<>();
  private int position;
  private int line = 1;
  private int column = 1;
  private int start = -1;
  private int startLine;
  private int startColumn;

  private SqlScript(String sql) {
    this.sql = sql;
  }

  static List<SqlStatement> split(String sql) {
    SqlScript script = new SqlScript(sql);
    script.split();
    return List.copyOf(script.statements);
  }

  private void split() {
    while (position < sql.length()) {
      char c = sql.charAt(position);
      if (sql.startsWith("--", position)) {
        skipTo("\n");
      } else if (sql.startsWith("/*", position)) {
        skipTo("*/");
      } else if (c == '\'' || c == '`' || c == '"') {
        begin();
        advance();
        skipTo(String.valueOf(c));
      } else if (c == ';') {
        begin();
        advance();
        end();
      } else {
        if (!Character.isWhitespace(c)) {
          begin();
        }
        advance();
      }
    }
    end();
  }

  private void begin() {
    if (start < 0) {
      start = position;
      startLine = line;
      startColumn = column;
    }
  }

  private void end() {
    Optional.of(start)
        .filter(from -> from >= 0)
        .map(from -> sql.substring(from, position).strip())
        .filter(text -> !text.equals(";"))
        .map(text -> text.endsWith(";") ? text : text + ";")
        .ifPresent(text -> statements.add(new SqlStatement(text, startLine, startColumn)));
    start = -1;
  }

  /** Past the next occurrence, or to the end where there is none. */
  private void skipTo(String mark) {
    int found = sql.indexOf(mark, position);
    int next = found < 0 ? sql.length() : found + mark.length();
    while (position < next) {
      advance();
    }
  }

  private void advance() {
    if (sql.charAt(position) == '\n') {
      line++;
      column = 1;
    } else {
      column++;
    }
    position++;
  }
}
