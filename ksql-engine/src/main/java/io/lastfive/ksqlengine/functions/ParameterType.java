// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import io.lastfive.ksqlengine.types.SqlType;
import java.util.List;
import java.util.stream.Collectors;

/** What a signature says of a parameter or a result; prints as ksqlDB prints it. */
sealed interface ParameterType {

  /** How many places in it stand for any type. */
  default int generics() {
    if (this instanceof ArrayOf array) {
      return array.item.generics();
    }
    if (this instanceof MapOf map) {
      return map.key.generics() + map.value.generics();
    }
    return this instanceof Generic || this instanceof Any ? 1 : 0;
  }

  /** A type without parameters: {@code VARCHAR}. */
  record Exact(SqlType type) implements ParameterType {
    @Override
    public String toString() {
      if (type == SqlType.STRING) {
        return "VARCHAR";
      }
      return type == SqlType.INTEGER ? "INT" : type.baseName();
    }
  }

  /** DECIMAL of any precision and scale. */
  record AnyDecimal() implements ParameterType {
    @Override
    public String toString() {
      return "DECIMAL";
    }
  }

  /** Any type. */
  record Any() implements ParameterType {
    @Override
    public String toString() {
      return "ANY";
    }
  }

  /** Any one type, the same wherever the letter stands in a signature. */
  record Generic(String letter) implements ParameterType {
    @Override
    public String toString() {
      return letter;
    }
  }

  record ArrayOf(ParameterType item) implements ParameterType {
    @Override
    public String toString() {
      return "ARRAY<" + item + ">";
    }
  }

  record MapOf(ParameterType key, ParameterType value) implements ParameterType {
    @Override
    public String toString() {
      return "MAP<" + key + ", " + value + ">";
    }
  }

  record StructOf(List<StructField> fields) implements ParameterType {
    @Override
    public String toString() {
      return fields.stream()
          .map(field -> field.name() + " " + field.type())
          .collect(Collectors.joining(", ", "STRUCT<", ">"));
    }
  }

  record StructField(String name, ParameterType type) {}

  /** {@code DAYS} and the like. */
  record IntervalUnit() implements ParameterType {
    @Override
    public String toString() {
      return "INTERVALUNIT";
    }
  }

  record LambdaOf(List<ParameterType> parameters, ParameterType result) implements ParameterType {
    @Override
    public String toString() {
      return parameters.stream()
          .map(ParameterType::toString)
          .collect(Collectors.joining(", ", "LAMBDA (", ") => " + result));
    }
  }
}
