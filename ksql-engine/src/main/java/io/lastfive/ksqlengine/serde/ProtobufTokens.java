// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.KsqlException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of a Protobuf schema, comments left out; texts come with their quotes. */
final class ProtobufTokens {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s+|//[^\\n]*|/\\*.*?\\*/"
              + "|(\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|[-+]?[\\w.]+|[^\\s\\w])",
          Pattern.DOTALL);

  private final List<String> tokens = new ArrayList<>();
  private int next;

  ProtobufTokens(String schema) {
    Matcher matcher = TOKEN.matcher(schema);
    while (matcher.find()) {
      if (matcher.group(1) != null) {
        tokens.add(matcher.group(1));
      }
    }
  }

  boolean hasMore() {
    return next < tokens.size();
  }

  String peek() {
    return hasMore() ? tokens.get(next) : "";
  }

  String take() {
    if (!hasMore()) {
      throw new KsqlException("The Protobuf schema ends too early.");
    }
    return tokens.get(next++);
  }

  /** Takes the word if it is the next. */
  boolean takes(String word) {
    boolean there = peek().equals(word);
    if (there) {
      next++;
    }
    return there;
  }

  void expect(String word) {
    String found = take();
    if (!found.equals(word)) {
      throw new KsqlException(
          "The Protobuf schema has '" + found + "' where '" + word + "' is expected.");
    }
  }

  int takeNumber() {
    String word = take();
    try {
      return Integer.decode(word);
    } catch (NumberFormatException e) {
      throw new KsqlException(
          "The Protobuf schema has '" + word + "' where a number is expected.", e);
    }
  }

  /** A text without its quotes. */
  static String unquoted(String token) {
    return token.length() > 1 && (token.startsWith("\"") || token.startsWith("'"))
        ? token.substring(1, token.length() - 1)
        : token;
  }

  /** Passes over a statement, to its semicolon or its closing brace. */
  void skipStatement() {
    int depth = 0;
    while (true) {
      String word = take();
      if (word.equals("{")) {
        depth++;
      } else if (word.equals("}") && --depth == 0) {
        takes(";");
        return;
      } else if (word.equals(";") && depth == 0) {
        return;
      }
    }
  }
}
