// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import org.jspecify.annotations.Nullable;

/** Takes the rows of a push query, on the threads of its topology. */
@FunctionalInterface
public interface RowConsumer {

  /**
   * @param key a {@link RowKey}, one with its window around it, or null
   * @param row null where a table's row is gone
   */
  void accept(@Nullable Object key, @Nullable Object @Nullable [] row, long timestamp);
}
