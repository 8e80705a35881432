// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import io.lastfive.ksqlengine.types.SqlType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call whose variant is chosen: what its body is made from.
 *
 * @param argumentTypes what the arguments are once converted; null for NULL literals, units and
 *     lambdas
 * @param constants of an aggregate's arguments those that are literals, otherwise nulls
 * @param properties the statement's properties
 */
record Call(
    SqlType returnType,
    List<@Nullable SqlType> argumentTypes,
    List<@Nullable Object> constants,
    Map<String, String> properties) {

  /** The type of an argument that is a value. */
  SqlType argumentType(int index) {
    SqlType type = argumentTypes.get(index);
    if (type == null) {
      throw new IllegalStateException("argument " + (index + 1) + " has no type");
    }
    return type;
  }
}
