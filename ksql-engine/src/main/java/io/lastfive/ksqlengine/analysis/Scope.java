// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.ast.Expression.ColumnReference;

/** Which columns an expression may name, and where in the row each is found. */
@FunctionalInterface
public interface Scope {

  /**
   * @throws io.lastfive.ksqlengine.KsqlException with ksqlDB's words where the name is unknown or
   *     may mean several columns
   */
  Slot resolve(ColumnReference reference);
}
