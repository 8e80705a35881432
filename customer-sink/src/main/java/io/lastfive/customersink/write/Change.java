// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.util.Optional;

/** What one record of the aggregate topic does to the tables. */
public sealed interface Change {

  /** Offset of the record in its partition. */
  long offset();

  /**
   * The customer's last five payments are now these.
   *
   * @param nameWords by which the customer is found, as text of a tsvector
   */
  record Upsert(
      long offset,
      String customerId,
      String paymentsJson,
      String nameWords,
      Optional<String> extraJson,
      long recordTimeMillis)
      implements Change {}

  /** The customer has no payments any more: the record was a tombstone. */
  record Delete(long offset, String customerId) implements Change {}

  /** The record cannot be read. It goes on as position and reason, never as bytes. */
  record DeadLetter(long offset, String reason, long recordTimeMillis) implements Change {}
}
