// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import java.util.List;
import java.util.Optional;

/**
 * The scripts and what became of them.
 *
 * @param versions every version of the scripts and of the history, by version
 * @param drift what the server has otherwise than the applied scripts made it
 * @param driftUnknown why drift could not be looked for
 * @param lock who is changing the history now
 */
public record MigrationInfo(
    List<Version> versions,
    List<Drift.Finding> drift,
    Optional<String> driftUnknown,
    Optional<String> lock) {

  /**
   * @param problem what is wrong with the script of an applied version
   */
  public record Version(MigrationState state, Optional<String> problem) {}
}
