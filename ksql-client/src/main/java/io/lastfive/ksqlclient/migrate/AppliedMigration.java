// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import java.time.Instant;
import java.util.Optional;

/**
 * A row of the history: what was done with one version, in ksql-migrations' words.
 *
 * @param previous the version before it, {@code <none>} for the first
 * @param errorReason {@code N/A} where there is none
 */
public record AppliedMigration(
    int version,
    String name,
    State state,
    String checksum,
    Optional<Instant> startedOn,
    Optional<Instant> completedOn,
    String previous,
    String errorReason) {

  /** ksql-migrations' states; a version without a row is PENDING. */
  public enum State {
    PENDING,
    RUNNING,
    MIGRATED,
    ERROR
  }
}
