// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Entry point: the functions of ksqlDB. Each family of functions is a class that declares them, a
 * variant a line; {@link Resolution} chooses among variants. Immutable, and shared by threads.
 */
public final class BuiltInFunctions implements FunctionCatalog {
  private static final Map<String, Function<ScalarBody>> SCALARS =
      byName(
          StringFunctions.all(),
          BytesFunctions.all(),
          MaskFunctions.all(),
          RegexFunctions.all(),
          JsonFunctions.all(),
          UrlFunctions.all(),
          DateTimeFunctions.all(),
          MathFunctions.all(),
          ConditionalFunctions.all(),
          ArrayFunctions.all(),
          MapFunctions.all(),
          LambdaFunctions.all());
  private static final Map<String, Function<AggregateBody>> AGGREGATES =
      byName(
          TopKFunctions.all(),
          OffsetFunctions.all(),
          CollectFunctions.all(),
          NumericAggregates.all(),
          StatisticFunctions.all());
  private static final Map<String, Function<TableBody>> TABLE_FUNCTIONS =
      byName(TableFunctions.all());

  private final Map<String, String> properties;

  public BuiltInFunctions() {
    this(Map.of());
  }

  private BuiltInFunctions(Map<String, String> properties) {
    this.properties = Map.copyOf(properties);
  }

  @Override
  public FunctionCatalog withProperties(Map<String, String> newProperties) {
    return new BuiltInFunctions(newProperties);
  }

  @Override
  public Kind kind(String name) {
    return find(name).orElseThrow(() -> unknown(name)).kind();
  }

  @Override
  public boolean exists(String name) {
    return find(name).isPresent();
  }

  @Override
  public ScalarCall resolveScalar(String name, List<ArgumentType> arguments) {
    Resolution<ScalarBody> resolution = Resolution.of(named(SCALARS, name), arguments);
    Call call = call(resolution, Collections.nCopies(arguments.size(), null));
    return new ScalarCall(
        call.returnType(),
        call.argumentTypes(),
        resolution.match().lambdaParameterTypes(),
        resolution.variant().binder().bind(call));
  }

  @Override
  public AggregateCall resolveAggregate(
      String name, List<ArgumentType> arguments, List<@Nullable Object> constants) {
    Function<AggregateBody> function = named(AGGREGATES, name);
    Resolution<AggregateBody> resolution = Resolution.of(function, arguments);
    int columns = arguments.size() - resolution.variant().settings();
    for (int i = columns; i < arguments.size(); i++) {
      requireLiteral(function, i, constants.get(i));
    }
    Call call = call(resolution, constants);
    return new AggregateCall(
        call.returnType(), call.argumentTypes(), resolution.variant().binder().bind(call));
  }

  @Override
  public TableCall resolveTable(String name, List<ArgumentType> arguments) {
    Resolution<TableBody> resolution = Resolution.of(named(TABLE_FUNCTIONS, name), arguments);
    Call call = call(resolution, Collections.nCopies(arguments.size(), null));
    return new TableCall(
        call.returnType(), call.argumentTypes(), resolution.variant().binder().bind(call));
  }

  @Override
  public List<FunctionDescription> describe() {
    Map<String, FunctionDescription> sorted = new TreeMap<>();
    Stream.of(SCALARS, AGGREGATES, TABLE_FUNCTIONS)
        .flatMap(functions -> functions.values().stream())
        .forEach(function -> sorted.put(function.key(), function.describe()));
    return List.copyOf(sorted.values());
  }

  private <B> Call call(Resolution<B> resolution, List<@Nullable Object> constants) {
    List<@Nullable SqlType> types = resolution.match().argumentTypes();
    return new Call(resolution.returnType(), types, constants, properties);
  }

  private static void requireLiteral(Function<?> function, int index, @Nullable Object constant) {
    if (constant instanceof NotLiteral expression) {
      throw new KsqlException(
          "Parameter %d passed to function %s must be a literal constant, but was expression: '%s'"
              .formatted(index + 1, function.key(), expression.expression()));
    }
  }

  private static Optional<Function<?>> find(String name) {
    String key = name.toUpperCase(Locale.ROOT);
    return Stream.<Map<String, ? extends Function<?>>>of(SCALARS, AGGREGATES, TABLE_FUNCTIONS)
        .<Function<?>>mapMulti(
            (functions, found) -> {
              Function<?> function = functions.get(key);
              if (function != null) {
                found.accept(function);
              }
            })
        .findFirst();
  }

  private static <B> Function<B> named(Map<String, Function<B>> functions, String name) {
    Function<B> function = functions.get(name.toUpperCase(Locale.ROOT));
    if (function == null) {
      throw unknown(name);
    }
    return function;
  }

  private static KsqlException unknown(String name) {
    return new KsqlException("Can't find any functions with the name '" + name + "'");
  }

  @SafeVarargs
  private static <B> Map<String, Function<B>> byName(List<Function<B>>... families) {
    Map<String, Function<B>> functions = new TreeMap<>();
    for (List<Function<B>> family : families) {
      for (Function<B> function : family) {
        if (functions.put(function.key(), function) != null) {
          throw new IllegalStateException(function.key() + " is declared twice");
        }
      }
    }
    return functions;
  }
}
