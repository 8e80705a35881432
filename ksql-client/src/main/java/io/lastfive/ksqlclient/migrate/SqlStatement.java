// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One statement of a script, with its last semicolon and without the comments around it.
 *
 * @param line where its text begins in the file, from 1
 * @param column where its text begins in that line, from 1
 */
record SqlStatement(String text, int line, int column) {
  /** Positions as ksqlDB writes them: {@code Line: 1, Col: 27} and {@code line 1:13}. */
  private static final Pattern POSITION =
      Pattern.compile("^.*?(?:Line: (\\d+), Col: (\\d+)|line (\\d+):(\\d+)).*", Pattern.DOTALL);

  /** The word that the statement begins with, in upper case. */
  String keyword() {
    List<SqlToken> tokens = SqlToken.meaningful(text);
    return tokens.get(0).text().toUpperCase(Locale.ROOT);
  }

  /** Where it begins: {@code 14:9}. */
  String position() {
    return line + ":" + column;
  }

  /**
   * Where in the file the server's message points: {@code 14:9}; the statement's beginning else.
   */
  String positionOf(String serverMessage) {
    Matcher position = POSITION.matcher(serverMessage);
    int errorLine = 1;
    int errorColumn = 1;
    if (position.matches()) {
      boolean analysis = position.group(1) != null;
      errorLine = Integer.parseInt(position.group(analysis ? 1 : 3));
      errorColumn = Integer.parseInt(position.group(analysis ? 2 : 4));
    }
    int column = errorLine == 1 ? this.column + errorColumn - 1 : errorColumn;
    return (line + errorLine - 1) + ":" + column;
  }
}
