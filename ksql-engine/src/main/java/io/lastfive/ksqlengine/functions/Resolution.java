// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.functions.FunctionCatalog.ArgumentType;
import io.lastfive.ksqlengine.functions.FunctionCatalog.Kind;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The variant of a function that takes a call's arguments. Variants that take them as they are go
 * before those that take them widened, which aggregates never do; among these the one that repeats
 * no parameter, then the one that repeats it least, then the one with fewest letters. Where two are
 * left, the call is ambiguous.
 */
record Resolution<B>(Variant<B> variant, Match match, SqlType returnType) {

  static <B> Resolution<B> of(Function<B> function, List<ArgumentType> arguments) {
    List<Resolution<B>> candidates = candidates(function, arguments, false);
    if (candidates.isEmpty() && function.kind() != Kind.AGGREGATE) {
      candidates = candidates(function, arguments, true);
    }
    if (candidates.isEmpty()) {
      throw refused(function, "does not accept parameters", arguments);
    }
    candidates = fewest(candidates, c -> c.variant.signature().isVariadic() ? 1 : 0);
    candidates = fewest(candidates, c -> -c.variant.signature().parameters().size());
    candidates = fewest(candidates, c -> c.match.generics());
    if (candidates.size() > 1) {
      throw refused(function, "cannot be resolved due to ambiguous method parameters", arguments);
    }
    return candidates.get(0);
  }

  private static <B> List<Resolution<B>> candidates(
      Function<B> function, List<ArgumentType> arguments, boolean widening) {
    List<Resolution<B>> candidates = new ArrayList<>();
    for (Variant<B> variant : function.variants()) {
      Match.attempt(variant.signature(), arguments, widening)
          .ifPresent(
              match ->
                  variant
                      .returnRule()
                      .map(rule -> rule.returnType(match.argumentTypes()))
                      .or(match::returnType)
                      .ifPresent(type -> candidates.add(new Resolution<>(variant, match, type))));
    }
    return candidates;
  }

  private static <B> List<Resolution<B>> fewest(
      List<Resolution<B>> candidates, ToLongFunction<Resolution<B>> measure) {
    long least = candidates.stream().mapToLong(measure).min().orElseThrow();
    return candidates.stream()
        .sorted(Comparator.comparingLong(measure))
        .takeWhile(c -> measure.applyAsLong(c) == least)
        .toList();
  }

  private static KsqlException refused(
      Function<?> function, String why, List<ArgumentType> arguments) {
    String given =
        arguments.stream().map(Resolution::describe).collect(Collectors.joining(", ", "(", ")"));
    String alternatives =
        function.variants().stream()
            .map(variant -> variant.signature().describe(function.alternativeName()))
            .collect(Collectors.joining("\n"));
    return new KsqlException(
        "Function '%s' %s %s.\nValid alternatives are:\n%s\n%s"
            .formatted(
                function.name(),
                why,
                given,
                alternatives,
                "For detailed information on a function run: DESCRIBE FUNCTION <Function-Name>;"));
  }

  private static String describe(ArgumentType argument) {
    if (argument instanceof ArgumentType.Value value) {
      @Nullable SqlType type = value.type();
      return type == null ? "null" : type.toSql(true);
    }
    return argument instanceof ArgumentType.Lambda ? "LAMBDA" : "INTERVALUNIT";
  }
}
