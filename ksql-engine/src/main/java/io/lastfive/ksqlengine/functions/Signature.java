// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The parameters and the result of one variant of a function. Written as ksqlDB prints it, with the
 * result behind an arrow:
 *
 * <pre>
 * VARCHAR str 'The source string.', INT pos -> VARCHAR
 * ARRAY&lt;T> array, LAMBDA (T) => R lambda -> ARRAY&lt;R>
 * T first, T... others -> T
 * </pre>
 *
 * A text in quotes behind a name describes the parameter; single letters stand for any one type;
 * one parameter, wherever it stands, may repeat.
 */
record Signature(List<Parameter> parameters, ParameterType result) {

  record Parameter(ParameterType type, String name, String description, boolean variadic) {
    @Override
    public String toString() {
      return type + (variadic ? "... " : " ") + name;
    }
  }

  static Signature of(String text) {
    return new SignatureParser(text).parse();
  }

  boolean isVariadic() {
    return parameters.stream().anyMatch(Parameter::variadic);
  }

  /** Whether so many arguments can be meant for these parameters. */
  boolean takes(int arguments) {
    return isVariadic() ? arguments >= parameters.size() - 1 : arguments == parameters.size();
  }

  /** The parameter that the argument at an index is for, of so many arguments. */
  Parameter parameterFor(int index, int arguments) {
    int repeated = arguments - parameters.size() + 1;
    int at = 0;
    for (Parameter parameter : parameters) {
      at += parameter.variadic() ? repeated : 1;
      if (index < at) {
        return parameter;
      }
    }
    throw new IllegalArgumentException("no parameter for argument " + index + " in " + this);
  }

  /** As the list of alternatives shows it: {@code SUBSTRING(VARCHAR str, INT pos)}. */
  String describe(String functionName) {
    return parameters.stream()
        .map(Parameter::toString)
        .collect(Collectors.joining(", ", functionName + "(", ")"));
  }
}
