// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import org.jspecify.annotations.Nullable;

/** Takes the rows of a push query, on the threads of its topology. */
@FunctionalInterface
public interface RowConsumer {

  /**
   * @param gone whether a table's row of this key is no more; its other columns are null then
   */
  void accept(@Nullable Object[] row, boolean gone);
}
