// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import io.lastfive.ksqlengine.functions.FunctionCatalog.AggregateBody;
import io.lastfive.ksqlengine.functions.FunctionCatalog.ParameterDescription;
import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarBody;
import io.lastfive.ksqlengine.functions.FunctionCatalog.TableBody;
import io.lastfive.ksqlengine.functions.FunctionCatalog.VariantDescription;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One signature of a function and the body behind it.
 *
 * @param settings how many of the last parameters are settings, which must be literals
 * @param returnRule computes the result's type where the signature alone does not say it
 */
record Variant<B>(
    Signature signature,
    String description,
    int settings,
    Optional<ReturnRule> returnRule,
    Binder<B> binder) {

  /** From the arguments' types, null for NULL literals, units and lambdas. */
  @FunctionalInterface
  interface ReturnRule {
    SqlType returnType(List<@Nullable SqlType> argumentTypes);
  }

  /** Makes the body of one call; what it prepares here is not done again a row. */
  @FunctionalInterface
  interface Binder<B> {
    B bind(Call call);
  }

  /** A scalar body that is asked only where no argument is null: otherwise null is the result. */
  static Variant<ScalarBody> strict(String signature, ScalarBody body) {
    return strictFor(signature, call -> body);
  }

  /** As {@link #strict}, with a body made for the call. */
  static Variant<ScalarBody> strictFor(String signature, Binder<ScalarBody> binder) {
    return nullableFor(signature, call -> skippingNulls(binder.bind(call)));
  }

  /** A scalar body that sees nulls. */
  static Variant<ScalarBody> nullable(String signature, ScalarBody body) {
    return nullableFor(signature, call -> body);
  }

  /** As {@link #nullable}, with a body made for the call. */
  static Variant<ScalarBody> nullableFor(String signature, Binder<ScalarBody> binder) {
    return new Variant<>(Signature.of(signature), "", 0, Optional.empty(), binder);
  }

  static Variant<AggregateBody> aggregating(String signature, Binder<AggregateBody> binder) {
    return new Variant<>(Signature.of(signature), "", 0, Optional.empty(), binder);
  }

  static Variant<TableBody> rows(String signature, TableBody body) {
    return new Variant<>(Signature.of(signature), "", 0, Optional.empty(), call -> body);
  }

  /** The same, described. */
  Variant<B> about(String text) {
    return new Variant<>(signature, text, settings, returnRule, binder);
  }

  /** The same, its last parameters being settings. */
  Variant<B> withSettings(int count) {
    return new Variant<>(signature, description, count, returnRule, binder);
  }

  /** The same, with a computed result type. */
  Variant<B> returning(ReturnRule rule) {
    return new Variant<>(signature, description, settings, Optional.of(rule), binder);
  }

  VariantDescription describe() {
    List<ParameterDescription> parameters =
        signature.parameters().stream()
            .map(
                p ->
                    new ParameterDescription(
                        p.name(), p.type().toString(), p.description(), p.variadic()))
            .toList();
    return new VariantDescription(parameters, signature.result().toString(), description);
  }

  private static ScalarBody skippingNulls(ScalarBody body) {
    return arguments -> {
      for (Object argument : arguments) {
        if (argument == null) {
          return null;
        }
      }
      return body.apply(arguments);
    };
  }
}
