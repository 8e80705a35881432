// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.ksqlengine.functions.FunctionCatalog.AggregateCall;
import io.lastfive.ksqlengine.functions.FunctionCatalog.ArgumentType;
import io.lastfive.ksqlengine.functions.FunctionCatalog.LambdaValue;
import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarCall;
import io.lastfive.ksqlengine.types.SqlType;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/** Calls functions with Java values, whose types it takes from their classes. */
final class FunctionCall {
  static final FunctionCatalog FUNCTIONS = new BuiltInFunctions();

  private FunctionCall() {}

  /** A value of a type that its class does not tell: NULL, an empty array, a STRUCT. */
  record Typed(SqlType type, @Nullable Object value) {}

  /** A lambda and the type of what it returns. */
  record Lambda(int parameters, SqlType returns, LambdaValue body) {}

  static Typed typed(SqlType type, @Nullable Object value) {
    return new Typed(type, value);
  }

  static Typed nullOf(SqlType type) {
    return new Typed(type, null);
  }

  static List<@Nullable Object> listOf(@Nullable Object... items) {
    return new ArrayList<>(Arrays.asList(items));
  }

  /** One line of a table: the call gives the value. */
  static DynamicTest gives(@Nullable Object expected, String name, @Nullable Object... arguments) {
    return DynamicTest.dynamicTest(
        name + Arrays.toString(arguments) + " is " + expected,
        () -> assertThat(call(name, arguments)).isEqualTo(expected));
  }

  static @Nullable Object call(String name, @Nullable Object... arguments) {
    ScalarCall call = resolve(name, arguments);
    @Nullable Object[] values = new Object[arguments.length];
    for (int i = 0; i < values.length; i++) {
      SqlType type = call.argumentTypes().get(i);
      values[i] = type == null ? value(arguments[i]) : Widening.widen(value(arguments[i]), type);
    }
    return call.body().apply(values);
  }

  static ScalarCall resolve(String name, @Nullable Object... arguments) {
    return FUNCTIONS.resolveScalar(name, types(arguments));
  }

  /** The results after each of some rows, of an aggregate over one column and its settings. */
  static List<@Nullable Object> aggregate(
      String name, SqlType type, List<@Nullable Object> rows, Object... settings) {
    AggregateCall call = resolveAggregate(name, type, settings);
    List<@Nullable Object> results = new ArrayList<>();
    Object aggregate = call.body().initialize();
    for (Object row : rows) {
      aggregate = call.body().add(new Object[] {row}, aggregate);
      results.add(call.body().result(aggregate));
    }
    return results;
  }

  static AggregateCall resolveAggregate(String name, SqlType type, Object... settings) {
    List<ArgumentType> types = new ArrayList<>();
    types.add(new ArgumentType.Value(type));
    types.addAll(types(settings));
    List<@Nullable Object> constants = new ArrayList<>();
    constants.add(new FunctionCatalog.NotLiteral("COL"));
    constants.addAll(Arrays.asList(settings));
    return FUNCTIONS.resolveAggregate(name, types, constants);
  }

  static List<ArgumentType> types(@Nullable Object... arguments) {
    return Stream.of(arguments).map(FunctionCall::argumentType).toList();
  }

  private static ArgumentType argumentType(@Nullable Object argument) {
    if (argument instanceof TimeUnit) {
      return new ArgumentType.Unit();
    }
    return argument instanceof Lambda lambda
        ? new ArgumentType.Lambda(lambda.parameters(), types -> lambda.returns())
        : new ArgumentType.Value(type(argument));
  }

  private static @Nullable Object value(@Nullable Object argument) {
    if (argument instanceof Typed typed) {
      return typed.value();
    }
    return argument instanceof Lambda lambda ? lambda.body() : argument;
  }

  private static final Map<Class<?>, SqlType> TYPES =
      Map.of(
          String.class, SqlType.STRING,
          Integer.class, SqlType.INTEGER,
          Long.class, SqlType.BIGINT,
          Double.class, SqlType.DOUBLE,
          Boolean.class, SqlType.BOOLEAN,
          LocalDate.class, SqlType.DATE,
          LocalTime.class, SqlType.TIME,
          Instant.class, SqlType.TIMESTAMP);

  private static @Nullable SqlType type(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof Typed typed) {
      return typed.type();
    }
    if (value instanceof BigDecimal decimal) {
      return SqlType.decimal(Math.max(decimal.precision(), decimal.scale()), decimal.scale());
    }
    if (value instanceof ByteBuffer) {
      return SqlType.BYTES;
    }
    if (value instanceof List<?> list) {
      return SqlType.array(firstType(list.stream()));
    }
    if (value instanceof Map<?, ?> map) {
      return SqlType.map(firstType(map.keySet().stream()), firstType(map.values().stream()));
    }
    return Objects.requireNonNull(TYPES.get(value.getClass()), value.getClass().getName());
  }

  private static SqlType firstType(Stream<?> values) {
    return values
        .filter(Objects::nonNull)
        .findFirst()
        .map(FunctionCall::type)
        .orElse(SqlType.STRING);
  }
}
