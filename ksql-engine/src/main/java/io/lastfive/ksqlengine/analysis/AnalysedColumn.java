// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;

/**
 * A column that is computed from a row.
 *
 * @param text the expression as SQL, for messages and plans
 */
public record AnalysedColumn(String name, SqlType type, Evaluator evaluator, String text) {

  public Column column() {
    return new Column(name, type);
  }
}
