// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import io.lastfive.ksqlengine.functions.FunctionCatalog.AggregateBody;
import io.lastfive.ksqlengine.functions.FunctionCatalog.FunctionDescription;
import io.lastfive.ksqlengine.functions.FunctionCatalog.Kind;
import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarBody;
import io.lastfive.ksqlengine.functions.FunctionCatalog.TableBody;
import io.lastfive.ksqlengine.functions.FunctionCatalog.VariantDescription;
import java.util.List;
import java.util.Locale;

/**
 * The declaration of one function: what LIST and DESCRIBE show, and its variants.
 *
 * @param name in the case in which errors name it
 * @param <B> what a variant bound to its arguments is: {@link ScalarBody}, {@link AggregateBody} or
 *     {@link TableBody}
 */
record Function<B>(
    Kind kind, String name, String category, String description, List<Variant<B>> variants) {

  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  static Function<ScalarBody> scalar(
      String name, String category, String description, Variant<ScalarBody>... variants) {
    return new Function<>(Kind.SCALAR, name, category, description, List.of(variants));
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  static Function<AggregateBody> aggregate(
      String name, String description, Variant<AggregateBody>... variants) {
    return new Function<>(Kind.AGGREGATE, name, "AGGREGATE", description, List.of(variants));
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  static Function<TableBody> table(
      String name, String description, Variant<TableBody>... variants) {
    return new Function<>(Kind.TABLE, name, "TABLE", description, List.of(variants));
  }

  /** The name by which it is found. */
  String key() {
    return name.toUpperCase(Locale.ROOT);
  }

  /** The name before the parameters where the alternatives are listed. */
  String alternativeName() {
    return kind == Kind.SCALAR ? key() : name;
  }

  FunctionDescription describe() {
    List<VariantDescription> described = variants.stream().map(Variant::describe).toList();
    return new FunctionDescription(key(), kind, description, "Confluent", "", category, described);
  }
}
