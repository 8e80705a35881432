// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Brings statements that mean the same to the same text: without blanks, comments, OR REPLACE and
 * IF NOT EXISTS, names as the server knows them, the properties of WITH in order and without those
 * that ksqlDB adds from the topic.
 */
final class DefinitionText {
  private static final Set<String> OF_THE_TOPIC =
      Set.of("CLEANUP_POLICY", "PARTITIONS", "REPLICAS", "RETENTION_MS");

  private static final Map<String, String> SAME_TYPES =
      Map.of("INT", "INTEGER", "VARCHAR", "STRING", "DEC", "DECIMAL");

  /** CREATE OR REPLACE SOURCE STREAM: its last word has this index. */
  private static final int LAST_BEFORE_NAME = 4;

  private DefinitionText() {}

  static String normal(String sql) {
    List<SqlToken> tokens = new ArrayList<>(SqlToken.meaningful(unconditional(sql)));
    tokens.removeIf(token -> token.is(";"));
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < tokens.size(); i++) {
      boolean with = tokens.get(i).is("WITH") && i + 1 < tokens.size() && tokens.get(i + 1).is("(");
      if (with) {
        Map<String, String> properties = new TreeMap<>();
        i = readProperties(tokens, i + 2, properties);
        properties.keySet().removeAll(OF_THE_TOPIC);
        if (!properties.isEmpty()) {
          text.append("WITH ").append(properties).append(' ');
        }
      } else {
        text.append(normal(tokens.get(i))).append(' ');
      }
    }
    return text.toString().strip();
  }

  /** The statement without OR REPLACE and IF NOT EXISTS: the server then says what is there. */
  static String unconditional(String sql) {
    return without(without(sql, "OR", "REPLACE"), "IF", "NOT", "EXISTS");
  }

  /** To after the closing bracket's place. */
  private static int readProperties(
      List<SqlToken> tokens, int start, Map<String, String> properties) {
    int i = start;
    while (i < tokens.size() && !tokens.get(i).is(")")) {
      boolean pair = i + 2 < tokens.size() && tokens.get(i + 1).is("=");
      if (pair) {
        properties.put(tokens.get(i).name(), normal(tokens.get(i + 2)));
      }
      i += pair ? 3 : 1;
    }
    return i;
  }

  private static String normal(SqlToken token) {
    if (token.kind() == SqlToken.Kind.STRING) {
      return token.text();
    }
    return SAME_TYPES.getOrDefault(token.name(), token.name());
  }

  /** Without these words before the name: further on they may mean something else. */
  private static String without(String sql, String... words) {
    List<SqlToken> tokens = SqlToken.meaningful(sql);
    for (int i = 0; i <= LAST_BEFORE_NAME && i + words.length <= tokens.size(); i++) {
      int from = i;
      boolean found =
          IntStream.range(0, words.length).allMatch(w -> tokens.get(from + w).is(words[w]));
      if (found) {
        int end = tokens.get(i + words.length - 1).end();
        return sql.substring(0, tokens.get(i).start()) + sql.substring(end);
      }
    }
    return sql;
  }
}
