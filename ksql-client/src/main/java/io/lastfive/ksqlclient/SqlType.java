// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A type of ksqlDB's, as much of it as is needed to read values: {@code ARRAY<STRUCT<`AMOUNT`
 * DECIMAL(19, 4)>>}.
 */
public sealed interface SqlType {
  /** Such as STRING or TIMESTAMP. */
  record Simple(String name) implements SqlType {}

  record Decimal(int precision, int scale) implements SqlType {}

  record Array(SqlType element) implements SqlType {}

  record MapType(SqlType key, SqlType value) implements SqlType {}

  record Struct(List<Field> fields) implements SqlType {
    public Struct {
      fields = List.copyOf(fields);
    }
  }

  /** A column, or a field of a struct. */
  record Field(String name, SqlType type) {}

  /**
   * The columns of a query as its answer's header has them: {@code `ID` STRING KEY, `AMOUNT`
   * DECIMAL(19, 4)}.
   *
   * @throws IllegalArgumentException where that is none
   */
  static List<Field> columns(String schema) {
    Reader reader = new Reader(schema);
    List<Field> columns = reader.fields();
    reader.end();
    return columns;
  }

  /** Reads the text of a schema from left to right. */
  final class Reader {
    private final String text;
    private int position;

    private Reader(String text) {
      this.text = text;
    }

    private List<Field> fields() {
      List<Field> fields = new ArrayList<>();
      skipBlanks();
      while (position < text.length() && text.charAt(position) != '>') {
        String name = name();
        fields.add(new Field(name, type()));
        skipWords();
        if (!skip(',')) {
          break;
        }
      }
      return fields;
    }

    private SqlType type() {
      String name = word().toUpperCase(Locale.ROOT);
      switch (name) {
        case "DECIMAL":
          expect('(');
          int precision = Integer.parseInt(word());
          expect(',');
          int scale = Integer.parseInt(word());
          expect(')');
          return new Decimal(precision, scale);
        case "ARRAY":
          expect('<');
          SqlType element = type();
          expect('>');
          return new Array(element);
        case "MAP":
          expect('<');
          SqlType key = type();
          expect(',');
          SqlType value = type();
          expect('>');
          return new MapType(key, value);
        case "STRUCT":
          expect('<');
          List<Field> fields = fields();
          expect('>');
          return new Struct(fields);
        default:
          if (skip('(')) {
            position = text.indexOf(')', position) + 1;
          }
          return new Simple(name);
      }
    }

    /** Quoted with back-quotes, doubled where the name has one. */
    private String name() {
      skipBlanks();
      if (position >= text.length() || text.charAt(position) != '`') {
        return word();
      }
      StringBuilder name = new StringBuilder();
      position++;
      while (true) {
        int quote = text.indexOf('`', position);
        if (quote < 0) {
          throw wrong("a back-quote");
        }
        name.append(text, position, quote);
        position = quote + 1;
        if (position < text.length() && text.charAt(position) == '`') {
          name.append('`');
          position++;
        } else {
          return name.toString();
        }
      }
    }

    private String word() {
      skipBlanks();
      int start = position;
      while (position < text.length()
          && (Character.isLetterOrDigit(text.charAt(position)) || text.charAt(position) == '_')) {
        position++;
      }
      if (start == position) {
        throw wrong("a word");
      }
      return text.substring(start, position);
    }

    /** KEY, HEADERS and what else may follow a type. */
    private void skipWords() {
      skipBlanks();
      while (position < text.length() && ",>".indexOf(text.charAt(position)) < 0) {
        position++;
      }
    }

    private void expect(char wanted) {
      if (!skip(wanted)) {
        throw wrong("'" + wanted + "'");
      }
    }

    private boolean skip(char wanted) {
      skipBlanks();
      if (position < text.length() && text.charAt(position) == wanted) {
        position++;
        return true;
      }
      return false;
    }

    private void end() {
      skipBlanks();
      if (position < text.length()) {
        throw wrong("the end");
      }
    }

    private void skipBlanks() {
      while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
        position++;
      }
    }

    private IllegalArgumentException wrong(String wanted) {
      return new IllegalArgumentException(
          "ksqlDB answered a schema with no %s at %d: %s".formatted(wanted, position + 1, text));
    }
  }
}
