// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.util.function.Consumer;

/**
 * The steps of writing a batch, in their order. A test that ends the sink at each of them shows
 * that none loses or repeats a record.
 */
public enum WriteStep {
  BATCH_TAKEN,
  OFFSETS_MOVED,
  CUSTOMERS_UPSERTED,
  CUSTOMERS_DELETED,
  DEAD_LETTERS_INSERTED,
  DEAD_LETTERS_SENT,
  COMMITTED;

  /** Nobody watches. */
  public static final Consumer<WriteStep> UNWATCHED = step -> {};
}
