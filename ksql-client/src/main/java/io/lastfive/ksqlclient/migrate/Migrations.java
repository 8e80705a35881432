// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.migrate.AppliedMigration.State;
import io.lastfive.settings.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Entry point: brings a ksqlDB to the state that a project's scripts describe, each script once and
 * in order. What it leaves behind is what ksql-migrations leaves behind, so either tool can go on
 * where the other stopped.
 *
 * <p>A crash in the middle leaves the version RUNNING; applying again runs its file from the first
 * statement.
 */
public final class Migrations {

  /** A version as the scripts and the history have it together. */
  public record VersionState(
      int version,
      String name,
      State state,
      Optional<AppliedMigration> applied,
      Optional<String> drift) {}

  private final KsqlClient client;
  private final StatementRunner runner;
  private final MigrationHistory history;
  private final List<Migration> migrations;

  /**
   * @param migrations as {@link Migration#readAll} read them
   */
  public Migrations(KsqlClient client, List<Migration> migrations) {
    this.client = client;
    this.runner = new StatementRunner(client);
    this.history = new MigrationHistory(client, runner);
    this.migrations = migrations;
  }

  /**
   * Applies every version that is not MIGRATED yet.
   *
   * @param variables what ${name} stands for in the scripts
   * @param progress called when a version begins (RUNNING) and when it has ended
   * @return the versions applied, in order; empty where there was nothing to do
   * @throws UserError where an applied script was changed, or a statement is refused; the version
   *     is then recorded as ERROR
   */
  public List<AppliedMigration> apply(
      Map<String, String> variables, Consumer<AppliedMigration> progress) {
    history.create();
    Map<Integer, AppliedMigration> applied = history.read();
    refuseChangedScripts(applied);
    Optional<Integer> previous =
        applied.values().stream()
            .filter(row -> row.state() == State.MIGRATED)
            .map(AppliedMigration::version)
            .max(Integer::compare);
    List<AppliedMigration> done = new ArrayList<>();
    for (Migration migration : pending(applied)) {
      AppliedMigration running = MigrationHistory.running(migration, previous);
      history.write(running);
      progress.accept(running);
      try {
        new MigrationRun(client, runner, migration, variables).run();
      } catch (UserError e) {
        AppliedMigration failed = MigrationHistory.failed(running, String.valueOf(e.getMessage()));
        history.write(failed);
        history.awaitVisible(failed);
        throw e;
      }
      AppliedMigration migrated = MigrationHistory.migrated(running);
      history.write(migrated);
      progress.accept(migrated);
      done.add(migrated);
      previous = Optional.of(migration.version());
    }
    if (!done.isEmpty()) {
      history.awaitVisible(done.get(done.size() - 1));
    }
    return done;
  }

  /** Every version of the scripts and of the history, by version. */
  public List<VersionState> info() {
    Map<Integer, AppliedMigration> applied = history.exists() ? history.read() : Map.of();
    Map<Integer, VersionState> versions = new TreeMap<>();
    for (Migration migration : migrations) {
      Optional<AppliedMigration> row = Optional.ofNullable(applied.get(migration.version()));
      versions.put(
          migration.version(),
          new VersionState(
              migration.version(),
              migration.name(),
              row.map(AppliedMigration::state).orElse(State.PENDING),
              row,
              row.filter(
                      r ->
                          r.state() == State.MIGRATED && !r.checksum().equals(migration.checksum()))
                  .map(r -> "script changed after it was applied")));
    }
    applied.forEach(
        (version, row) ->
            versions.computeIfAbsent(
                version,
                v ->
                    new VersionState(
                        v,
                        row.name(),
                        row.state(),
                        Optional.of(row),
                        Optional.of("script is gone"))));
    return List.copyOf(versions.values());
  }

  private List<Migration> pending(Map<Integer, AppliedMigration> applied) {
    return migrations.stream()
        .filter(
            migration -> {
              AppliedMigration row = applied.get(migration.version());
              return row == null || row.state() != State.MIGRATED;
            })
        .toList();
  }

  private void refuseChangedScripts(Map<Integer, AppliedMigration> applied) {
    List<String> problems = new ArrayList<>();
    int latest =
        applied.values().stream()
            .filter(row -> row.state() == State.MIGRATED)
            .mapToInt(AppliedMigration::version)
            .max()
            .orElse(0);
    for (Migration migration : migrations) {
      AppliedMigration row = applied.get(migration.version());
      if (row != null
          && row.state() == State.MIGRATED
          && !row.checksum().equals(migration.checksum())) {
        problems.add(
            migration.fileName()
                + " was changed after it was applied: its checksum is "
                + migration.checksum()
                + ", the applied one's "
                + row.checksum()
                + ". Put it back, and make the change in a new version.");
      } else if (row == null && migration.version() < latest) {
        problems.add(
            migration.fileName()
                + " comes before version "
                + latest
                + ", which is applied already. Give it a higher version.");
      }
    }
    if (!problems.isEmpty()) {
      throw UserError.ofAll("scripts cannot be applied", problems);
    }
  }
}
