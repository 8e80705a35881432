// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.types.SqlType;
import java.util.Optional;

/**
 * A compiled expression with its type.
 *
 * @param type empty for the literal NULL, which fits every type
 */
public record TypedExpression(Optional<SqlType> type, Evaluator evaluator) {

  static TypedExpression of(SqlType type, Evaluator evaluator) {
    return new TypedExpression(Optional.of(type), evaluator);
  }
}
