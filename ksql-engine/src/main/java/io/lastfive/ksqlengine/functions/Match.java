// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import io.lastfive.ksqlengine.functions.FunctionCatalog.ArgumentType;
import io.lastfive.ksqlengine.functions.ParameterType.Any;
import io.lastfive.ksqlengine.functions.ParameterType.AnyDecimal;
import io.lastfive.ksqlengine.functions.ParameterType.ArrayOf;
import io.lastfive.ksqlengine.functions.ParameterType.Exact;
import io.lastfive.ksqlengine.functions.ParameterType.Generic;
import io.lastfive.ksqlengine.functions.ParameterType.IntervalUnit;
import io.lastfive.ksqlengine.functions.ParameterType.LambdaOf;
import io.lastfive.ksqlengine.functions.ParameterType.MapOf;
import io.lastfive.ksqlengine.functions.ParameterType.StructOf;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.SqlType.Decimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tries the arguments of a call on one signature, and knows afterwards what the signature's letters
 * stand for.
 */
final class Match {
  private final Signature signature;
  private final List<ArgumentType> arguments;
  private final boolean widening;
  private final Map<String, SqlType> letters = new HashMap<>();

  /** Letters bound inside an array or a map, whose items cannot be widened. */
  private final Set<String> fixedLetters = new HashSet<>();

  private Match(Signature signature, List<ArgumentType> arguments, boolean widening) {
    this.signature = signature;
    this.arguments = arguments;
    this.widening = widening;
  }

  /**
   * @param widening whether arguments may be converted to wider types
   */
  static Optional<Match> attempt(
      Signature signature, List<ArgumentType> arguments, boolean widening) {
    Match match = new Match(signature, arguments, widening);
    return match.takesValues() && match.takesLambdas() ? Optional.of(match) : Optional.empty();
  }

  /** How many places in the parameters stand for any type. */
  int generics() {
    return signature.parameters().stream().mapToInt(p -> p.type().generics()).sum();
  }

  /** What each argument must be converted to; null for NULL literals, units and lambdas. */
  List<@Nullable SqlType> argumentTypes() {
    List<@Nullable SqlType> types = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      types.add(
          arguments.get(i) instanceof ArgumentType.Value value && value.type() != null
              ? converted(parameter(i), value.type())
              : null);
    }
    return types;
  }

  /** The types of the parameters of each argument that is a lambda, otherwise empty lists. */
  List<List<SqlType>> lambdaParameterTypes() {
    List<List<SqlType>> types = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      types.add(
          parameter(i) instanceof LambdaOf lambda
              ? lambda.parameters().stream().map(this::known).toList()
              : List.of());
    }
    return types;
  }

  /** The result's type, where the letters and a DECIMAL argument say it. */
  Optional<SqlType> returnType() {
    ParameterType result = signature.result();
    return result instanceof AnyDecimal
        ? argumentTypes().stream()
            .filter(Decimal.class::isInstance)
            .findFirst()
            .map(SqlType.class::cast)
        : resolve(result);
  }

  private boolean takesValues() {
    if (!signature.takes(arguments.size())) {
      return false;
    }
    for (int i = 0; i < arguments.size(); i++) {
      ArgumentType argument = arguments.get(i);
      ParameterType parameter = parameter(i);
      boolean taken;
      if (argument instanceof ArgumentType.Value value) {
        taken =
            !(parameter instanceof LambdaOf)
                && !(parameter instanceof IntervalUnit)
                && (value.type() == null || unify(parameter, value.type(), true));
      } else if (argument instanceof ArgumentType.Lambda lambda) {
        taken =
            parameter instanceof LambdaOf expected
                && expected.parameters().size() == lambda.parameters();
      } else {
        taken = parameter instanceof IntervalUnit;
      }
      if (!taken) {
        return false;
      }
    }
    return true;
  }

  /** Types the lambdas' bodies, in order: one may bind a letter that the next takes. */
  private boolean takesLambdas() {
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i) instanceof ArgumentType.Lambda lambda
          && parameter(i) instanceof LambdaOf expected) {
        List<SqlType> types = new ArrayList<>();
        for (ParameterType type : expected.parameters()) {
          Optional<SqlType> resolved = resolve(type);
          if (resolved.isEmpty()) {
            return false;
          }
          types.add(resolved.get());
        }
        if (!unify(expected.result(), lambda.typing().bodyType(types), true)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean unify(ParameterType parameter, SqlType argument, boolean topLevel) {
    if (parameter instanceof Exact exact) {
      return exact.type().equals(argument)
          || (widening && topLevel && Widening.widens(argument, exact.type()));
    }
    if (parameter instanceof AnyDecimal) {
      return argument instanceof Decimal
          || (widening && topLevel && Widening.asDecimal(argument).isPresent());
    }
    if (parameter instanceof Generic generic) {
      return bind(generic.letter(), argument, topLevel);
    }
    if (parameter instanceof ArrayOf array) {
      return argument instanceof SqlType.Array given && unify(array.item(), given.item(), false);
    }
    if (parameter instanceof MapOf map) {
      return argument instanceof SqlType.MapType given
          && unify(map.key(), given.key(), false)
          && unify(map.value(), given.value(), false);
    }
    return parameter instanceof Any;
  }

  private boolean bind(String letter, SqlType type, boolean topLevel) {
    if (!topLevel) {
      fixedLetters.add(letter);
    }
    SqlType bound = letters.putIfAbsent(letter, type);
    if (bound == null || bound.equals(type)) {
      return true;
    }
    Optional<SqlType> common =
        widening && topLevel ? Widening.common(bound, type) : Optional.empty();
    if (common.isEmpty() || (fixedLetters.contains(letter) && !common.get().equals(bound))) {
      return false;
    }
    letters.put(letter, common.get());
    return true;
  }

  private SqlType converted(ParameterType parameter, SqlType argument) {
    if (parameter instanceof AnyDecimal) {
      return Widening.asDecimal(argument).orElseThrow();
    }
    if (parameter instanceof Exact || parameter instanceof Generic) {
      return known(parameter);
    }
    return argument;
  }

  private SqlType known(ParameterType type) {
    return resolve(type)
        .orElseThrow(() -> new IllegalStateException("unbound " + type + " in " + signature));
  }

  private Optional<SqlType> resolve(ParameterType type) {
    if (type instanceof Exact exact) {
      return Optional.of(exact.type());
    }
    if (type instanceof Generic generic) {
      return Optional.ofNullable(letters.get(generic.letter()));
    }
    if (type instanceof ArrayOf array) {
      return resolve(array.item()).map(SqlType::array);
    }
    if (type instanceof MapOf map) {
      return resolve(map.key())
          .flatMap(key -> resolve(map.value()).map(value -> SqlType.map(key, value)));
    }
    return type instanceof StructOf struct ? resolveStruct(struct) : Optional.empty();
  }

  private Optional<SqlType> resolveStruct(StructOf struct) {
    List<SqlType.Field> fields = new ArrayList<>();
    for (ParameterType.StructField field : struct.fields()) {
      resolve(field.type()).ifPresent(type -> fields.add(new SqlType.Field(field.name(), type)));
    }
    return fields.size() == struct.fields().size()
        ? Optional.of(SqlType.struct(fields))
        : Optional.empty();
  }

  private ParameterType parameter(int argument) {
    return signature.parameterFor(argument, arguments.size()).type();
  }
}
