// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every function of the language: finds the variant that takes given argument types, as ksqlDB
 * does, and hands back its body. Names are matched whatever their case.
 *
 * <p>Unknown names and arguments that no variant takes are refused with ksqlDB's words ({@code
 * Can't find any functions with the name 'NOFUNC'}, {@code Function 'substring' does not accept
 * parameters (...)} with the valid alternatives).
 */
public interface FunctionCatalog {

  /** What a name is. */
  enum Kind {
    SCALAR,
    AGGREGATE,
    TABLE
  }

  /**
   * @throws io.lastfive.ksqlengine.KsqlException where no function has the name
   */
  Kind kind(String name);

  boolean exists(String name);

  ScalarCall resolveScalar(String name, List<ArgumentType> arguments);

  /**
   * @param constants the values of arguments that are literals, {@link NotLiteral} for the others;
   *     some aggregates read settings from them: the 5 of {@code TOPK(amount, 5)}
   */
  AggregateCall resolveAggregate(
      String name, List<ArgumentType> arguments, List<@Nullable Object> constants);

  TableCall resolveTable(String name, List<ArgumentType> arguments);

  /**
   * The same functions under a statement's properties, of which some aggregates read limits: {@code
   * ksql.functions.collect_list.limit}.
   */
  FunctionCatalog withProperties(Map<String, String> properties);

  /** All functions, sorted by name, for LIST FUNCTIONS and DESCRIBE FUNCTION. */
  List<FunctionDescription> describe();

  /** Stands for an aggregate's argument that is not a literal, with its text for error messages. */
  record NotLiteral(String expression) {}

  /** What an argument is before the function is chosen. */
  sealed interface ArgumentType {

    /** A value; the type is null for the literal NULL, which every parameter takes. */
    record Value(@Nullable SqlType type) implements ArgumentType {}

    /**
     * {@code DAYS} and the like; its run-time value is the {@link java.util.concurrent.TimeUnit}.
     */
    record Unit() implements ArgumentType {}

    /** A lambda of so many parameters; the function knows their types, the body its result's. */
    record Lambda(int parameters, LambdaTyping typing) implements ArgumentType {}
  }

  /** Types a lambda's body once the types of its parameters are known. */
  @FunctionalInterface
  interface LambdaTyping {
    SqlType bodyType(List<SqlType> parameterTypes);
  }

  /** A lambda's run-time value. */
  @FunctionalInterface
  interface LambdaValue {
    @Nullable Object apply(@Nullable Object... arguments);

    /** What it makes of each element. */
    default List<@Nullable Object> applyToEach(List<?> elements) {
      List<@Nullable Object> results = new ArrayList<>(elements.size());
      for (Object element : elements) {
        results.add(apply(element));
      }
      return results;
    }
  }

  /**
   * A scalar function bound to its argument types.
   *
   * @param argumentTypes what each argument must be converted to before the body sees it (implicit
   *     widening: INTEGER to BIGINT); null for NULL literals, units and lambdas
   * @param lambdaParameterTypes for each argument that is a lambda the types of its parameters,
   *     otherwise an empty list
   */
  record ScalarCall(
      SqlType returnType,
      List<@Nullable SqlType> argumentTypes,
      List<List<SqlType>> lambdaParameterTypes,
      ScalarBody body) {}

  /**
   * The work of a scalar function; threads share it, so it keeps no state between calls. It throws
   * where it cannot work on a row's values; the call is then NULL, logged, and the expression
   * around it goes on: {@code COALESCE(PARSE_DATE('?', 'yyyy'), d)} is d.
   */
  @FunctionalInterface
  interface ScalarBody {
    @Nullable Object apply(@Nullable Object[] arguments);
  }

  /** An aggregate function bound to its argument types. */
  record AggregateCall(
      SqlType returnType, List<@Nullable SqlType> argumentTypes, AggregateBody body) {}

  /**
   * The work of an aggregate function. An aggregate is a value of {@link #aggregateType()}, so that
   * it can be stored; it may be changed in place and returned.
   */
  interface AggregateBody {

    /** What the state store holds. */
    SqlType aggregateType();

    @Nullable Object initialize();

    @Nullable Object add(@Nullable Object[] arguments, @Nullable Object aggregate);

    /** Joins two sessions' aggregates. */
    @Nullable Object merge(@Nullable Object left, @Nullable Object right);

    /** From what is stored to what the function returns. */
    @Nullable Object result(@Nullable Object aggregate);

    /** Whether {@link #undo} works: only such functions aggregate a table. */
    boolean supportsUndo();

    /**
     * Whether it takes lists of texts from the store as {@link
     * io.lastfive.ksqlengine.types.TextList}s, which do not change.
     */
    default boolean takesTextLists() {
      return false;
    }

    /** Takes a row's earlier contribution back. */
    @Nullable Object undo(@Nullable Object[] arguments, @Nullable Object aggregate);
  }

  /** A table function bound to its argument types: one row in, one value a row out. */
  record TableCall(SqlType returnType, List<@Nullable SqlType> argumentTypes, TableBody body) {}

  /** The work of a table function. */
  @FunctionalInterface
  interface TableBody {
    List<@Nullable Object> apply(@Nullable Object[] arguments);
  }

  /** A function as DESCRIBE FUNCTION shows it. */
  record FunctionDescription(
      String name,
      Kind kind,
      String description,
      String author,
      String version,
      String category,
      List<VariantDescription> variants) {}

  /** One signature of a function. */
  record VariantDescription(
      List<ParameterDescription> parameters, String returnType, String description) {}

  /**
   * @param variadic whether the parameter may repeat
   */
  record ParameterDescription(String name, String type, String description, boolean variadic) {}
}
