// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.query;

import io.lastfive.ksqlengine.analysis.PullQuery;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a pull query.
 *
 * @param rows values in the order of the query's columns
 */
public record PullRows(PullQuery query, List<@Nullable Object[]> rows) {
  public PullRows {
    rows = List.copyOf(rows);
  }
}
