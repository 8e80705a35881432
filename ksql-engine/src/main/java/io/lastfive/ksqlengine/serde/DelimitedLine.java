// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits and joins a line of delimited text. Quoting follows Apache Commons CSV's default, which
 * other readers and writers of these topics use: a field is quoted where it holds the delimiter, a
 * quote or a line end, where it begins with a character up to {@code #} or ends with a space, and
 * where the line's first field is empty or begins with neither an ASCII letter nor a digit.
 */
record DelimitedLine(char delimiter) {
  private static final char QUOTE = '"';

  /** The fields of the first line. */
  List<String> split(String text) {
    List<String> fields = new ArrayList<>();
    int position = 0;
    while (true) {
      position = readField(text, position, fields);
      if (position >= text.length() || isLineEnd(text.charAt(position))) {
        return fields;
      }
      position++;
    }
  }

  private int readField(String text, int start, List<String> fields) {
    if (start >= text.length() || text.charAt(start) != QUOTE) {
      int end = start;
      while (end < text.length() && text.charAt(end) != delimiter && !isLineEnd(text.charAt(end))) {
        end++;
      }
      fields.add(text.substring(start, end));
      return end;
    }
    StringBuilder field = new StringBuilder();
    int position = start + 1;
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c != QUOTE) {
        field.append(c);
        position++;
      } else if (position + 1 < text.length() && text.charAt(position + 1) == QUOTE) {
        field.append(QUOTE);
        position += 2;
      } else {
        return afterQuote(text, position + 1, field.toString(), fields);
      }
    }
    throw new UnreadableRecordException("a quoted field does not end");
  }

  private int afterQuote(String text, int start, String field, List<String> fields) {
    int position = start;
    while (position < text.length()
        && text.charAt(position) != delimiter
        && !isLineEnd(text.charAt(position))) {
      if (!Character.isWhitespace(text.charAt(position))) {
        throw new UnreadableRecordException("text stands between a quoted field and its delimiter");
      }
      position++;
    }
    fields.add(field);
    return position;
  }

  /** Appends one field, and the delimiter before it where it is not the first. */
  void append(StringBuilder line, boolean first, @Nullable String field) {
    if (!first) {
      line.append(delimiter);
    }
    if (field == null) {
      return;
    }
    if (!needsQuotes(field, first)) {
      line.append(field);
      return;
    }
    line.append(QUOTE);
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == QUOTE) {
        line.append(QUOTE);
      }
      line.append(c);
    }
    line.append(QUOTE);
  }

  private boolean needsQuotes(String field, boolean first) {
    if (field.isEmpty()) {
      return first;
    }
    char start = field.charAt(0);
    if (start <= '#' || (first && !isLetterOrDigit(start))) {
      return true;
    }
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == delimiter || c == QUOTE || isLineEnd(c)) {
        return true;
      }
    }
    return field.charAt(field.length() - 1) <= ' ';
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }
}
