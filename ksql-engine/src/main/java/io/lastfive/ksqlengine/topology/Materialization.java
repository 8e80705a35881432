// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import io.lastfive.ksqlengine.catalog.DataSource.WindowKind;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.kstream.Windowed;
import org.jspecify.annotations.Nullable;

/**
 * A table's rows as interactive queries find them: the store that holds them, and how what it holds
 * becomes the table's rows. The store's keys are {@link RowKey}s, its values {@code Object[]}.
 *
 * @param window the kind of the store: empty, a key-value store; a session store for sessions; a
 *     window store otherwise
 */
public record Materialization(
    String storeName, Optional<WindowKind> window, TableStep.Factory toRow) {

  /** Turns stored values into rows; make one for each thread that reads. */
  public RowMaker rows() {
    TableStep step = toRow.make();
    return new RowMaker(step);
  }

  /** Not safe for use by several threads. */
  public static final class RowMaker {
    private final TableStep step;

    private RowMaker(TableStep step) {
      this.step = step;
    }

    /**
     * The table's value columns of a stored value; null where HAVING or WHERE keep the row out.
     *
     * @param key a {@link RowKey} or a {@link Windowed} one
     */
    public @Nullable Object @Nullable [] row(
        Object key, @Nullable Object[] stored, long timestamp) {
      return step.apply(key, stored, timestamp, new RecordHeaders());
    }
  }
}
