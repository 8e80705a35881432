// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * How far a version is, in ksql-migrations' words: one record a state, and only the moves that
 * there are. Each state that is not PENDING is a row of the history.
 */
public sealed interface MigrationState {

  int version();

  String name();

  /** MD5 of the script, as it was when it was applied. */
  String checksum();

  /** PENDING, RUNNING, MIGRATED or ERROR. */
  String label();

  /**
   * What one run of a script is.
   *
   * @param previous the version applied before it, {@code <none>} for the first
   */
  record Attempt(int version, String name, String checksum, Instant startedOn, String previous) {
    static final String NO_VERSION = "<none>";
  }

  /** A script that was not run yet; no row. */
  record Pending(Migration migration) implements MigrationState {
    @Override
    public int version() {
      return migration.version();
    }

    @Override
    public String name() {
      return migration.name();
    }

    @Override
    public String checksum() {
      return migration.checksum();
    }

    @Override
    public String label() {
      return "PENDING";
    }

    /** Begins a run; a script that ended in ERROR, or never ended, begins from here again. */
    Running start(String previous) {
      return new Running(new Attempt(version(), name(), checksum(), now(), previous));
    }
  }

  /** Its statements are being run, or whoever ran them died. */
  record Running(Attempt attempt) implements Tried {
    @Override
    public String label() {
      return "RUNNING";
    }

    Migrated migrated() {
      return new Migrated(attempt, now());
    }

    Failed failed(String reason) {
      return new Failed(attempt, now(), reason);
    }
  }

  /** Every statement has taken effect. */
  record Migrated(Attempt attempt, Instant completedOn) implements Tried {
    @Override
    public String label() {
      return "MIGRATED";
    }

    /** A query that it started has died since. */
    Failed failed(String reason) {
      return new Failed(attempt, now(), reason);
    }

    /** The script was changed since, and that is accepted. */
    Migrated withChecksum(String checksum) {
      return new Migrated(
          new Attempt(version(), name(), checksum, attempt.startedOn(), attempt.previous()),
          completedOn);
    }
  }

  /** A statement was refused or a query died; the statements before it have taken effect. */
  record Failed(Attempt attempt, Instant completedOn, String reason) implements Tried {
    @Override
    public String label() {
      return "ERROR";
    }
  }

  /** A state that has a row. */
  sealed interface Tried extends MigrationState permits Running, Migrated, Failed {
    Attempt attempt();

    @Override
    default int version() {
      return attempt().version();
    }

    @Override
    default String name() {
      return attempt().name();
    }

    @Override
    default String checksum() {
      return attempt().checksum();
    }
  }

  /** The history keeps milliseconds. */
  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
