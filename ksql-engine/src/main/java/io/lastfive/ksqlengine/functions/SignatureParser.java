// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import io.lastfive.ksqlengine.functions.ParameterType.Any;
import io.lastfive.ksqlengine.functions.ParameterType.AnyDecimal;
import io.lastfive.ksqlengine.functions.ParameterType.ArrayOf;
import io.lastfive.ksqlengine.functions.ParameterType.Exact;
import io.lastfive.ksqlengine.functions.ParameterType.Generic;
import io.lastfive.ksqlengine.functions.ParameterType.IntervalUnit;
import io.lastfive.ksqlengine.functions.ParameterType.LambdaOf;
import io.lastfive.ksqlengine.functions.ParameterType.MapOf;
import io.lastfive.ksqlengine.functions.ParameterType.StructField;
import io.lastfive.ksqlengine.functions.ParameterType.StructOf;
import io.lastfive.ksqlengine.functions.Signature.Parameter;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.List;

/** Reads the text of a {@link Signature}. */
final class SignatureParser {
  private final String text;
  private int at;

  SignatureParser(String text) {
    this.text = text;
  }

  Signature parse() {
    List<Parameter> parameters = new ArrayList<>();
    while (!take("->")) {
      ParameterType type = type();
      boolean variadic = take("...");
      parameters.add(new Parameter(type, word(), take("'") ? untilQuote() : "", variadic));
      take(",");
    }
    ParameterType result = type();
    if (at < text.length()) {
      throw wrong("the end");
    }
    return new Signature(List.copyOf(parameters), result);
  }

  private ParameterType type() {
    String word = word();
    return switch (word) {
      case "VARCHAR" -> new Exact(SqlType.STRING);
      case "INT" -> new Exact(SqlType.INTEGER);
      case "DECIMAL" -> new AnyDecimal();
      case "ANY" -> new Any();
      case "INTERVALUNIT" -> new IntervalUnit();
      case "ARRAY" -> new ArrayOf(typeArguments(1).get(0));
      case "MAP" -> {
        List<ParameterType> types = typeArguments(2);
        yield new MapOf(types.get(0), types.get(1));
      }
      case "STRUCT" -> struct();
      case "LAMBDA" -> lambda();
      default ->
          word.length() == 1 ? new Generic(word) : new Exact(SqlType.Primitive.valueOf(word));
    };
  }

  private List<ParameterType> typeArguments(int count) {
    List<ParameterType> types = new ArrayList<>();
    expect("<");
    do {
      types.add(type());
    } while (take(","));
    expect(">");
    if (types.size() != count) {
      throw wrong(count + " types");
    }
    return types;
  }

  private ParameterType struct() {
    List<StructField> fields = new ArrayList<>();
    expect("<");
    do {
      fields.add(new StructField(word(), type()));
    } while (take(","));
    expect(">");
    return new StructOf(List.copyOf(fields));
  }

  private ParameterType lambda() {
    List<ParameterType> parameters = new ArrayList<>();
    expect("(");
    do {
      parameters.add(type());
    } while (take(","));
    expect(")");
    expect("=>");
    return new LambdaOf(List.copyOf(parameters), type());
  }

  private String word() {
    skipBlanks();
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      at++;
    }
    if (start == at) {
      throw wrong("a word");
    }
    return text.substring(start, at);
  }

  private String untilQuote() {
    int start = at;
    at = text.indexOf('\'', start) + 1;
    if (at == 0) {
      throw wrong("a closing quote");
    }
    return text.substring(start, at - 1);
  }

  private boolean take(String token) {
    skipBlanks();
    boolean found = text.startsWith(token, at);
    at += found ? token.length() : 0;
    return found;
  }

  private void expect(String token) {
    if (!take(token)) {
      throw wrong("'" + token + "'");
    }
  }

  private void skipBlanks() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private IllegalArgumentException wrong(String expected) {
    return new IllegalArgumentException(
        "signature '" + text + "': expected " + expected + " at " + at);
  }
}
