// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a script into statements. A semicolon ends one, except in a string, in a quoted name or in
 * a comment; the last needs none.
 */
final class SqlScript {

  private SqlScript() {}

  static List<SqlStatement> split(String sql) {
    List<SqlStatement> statements = new ArrayList<>();
    List<SqlToken> current = new ArrayList<>();
    for (SqlToken token : SqlToken.scan(sql)) {
      boolean begun = !current.isEmpty();
      boolean means = token.kind() != SqlToken.Kind.BLANK && token.kind() != SqlToken.Kind.COMMENT;
      if (token.is(";")) {
        addStatement(sql, current, statements);
        current.clear();
      } else if (begun || means) {
        current.add(token);
      }
    }
    addStatement(sql, current, statements);
    return List.copyOf(statements);
  }

  /** Without the blanks and comments at its end: a comment there would hide the semicolon. */
  private static void addStatement(
      String sql, List<SqlToken> tokens, List<SqlStatement> statements) {
    int last = tokens.size() - 1;
    while (last >= 0
        && (tokens.get(last).kind() == SqlToken.Kind.BLANK
            || tokens.get(last).kind() == SqlToken.Kind.COMMENT)) {
      last--;
    }
    if (last < 0) {
      return;
    }
    int start = tokens.get(0).start();
    String before = sql.substring(0, start);
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    int column = start - before.lastIndexOf('\n');
    statements.add(
        new SqlStatement(sql.substring(start, tokens.get(last).end()) + ";", line, column));
  }
}
