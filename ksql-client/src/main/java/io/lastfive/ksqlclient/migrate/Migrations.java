// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.KsqlServerException;
import io.lastfive.ksqlclient.migrate.MigrationState.Migrated;
import io.lastfive.ksqlclient.migrate.MigrationState.Tried;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Entry point: brings a ksqlDB to the state that a project's scripts describe, each script once and
 * in order. What it leaves behind is what ksql-migrations leaves behind, so either tool can go on
 * where the other stopped. One process at a time changes anything: see {@link MigrationLock}.
 *
 * <p>A crash in the middle leaves the version RUNNING and the lock held by a dead process; applying
 * again takes the lock over and finishes the version. Every method throws {@link UserError} for
 * what the server refuses and {@link UnavailableError} where it is away or another process is at
 * work.
 */
public final class Migrations {
  private final KsqlClient client;
  private final StatementRunner runner;
  private final MigrationHistory history;
  private final List<Migration> migrations;
  private final AppliedScripts appliedScripts;

  /** Scripts that belong to no project: their history has the usual names. */
  public Migrations(KsqlClient client, List<Migration> migrations) {
    this(client, migrations, HistoryNames.defaults(), AppliedScripts.none());
  }

  public Migrations(KsqlClient client, MigrationProject project) {
    this(client, project.migrations(), project.names(), AppliedScripts.of(project.folder()));
  }

  private Migrations(
      KsqlClient client,
      List<Migration> migrations,
      HistoryNames names,
      AppliedScripts appliedScripts) {
    this.client = client;
    this.runner = new StatementRunner(client);
    this.history = new MigrationHistory(client, runner, names);
    this.migrations = List.copyOf(migrations);
    this.appliedScripts = appliedScripts;
  }

  /** Applies every version that is not MIGRATED yet, quickly. */
  public List<Migrated> apply(Map<String, String> variables, Consumer<MigrationState> progress) {
    return apply(ApplyOptions.quick(variables), new ApplyListener(progress, note -> {}));
  }

  /**
   * Applies versions that are not MIGRATED yet.
   *
   * @return the versions applied, in order; empty where there was nothing to do
   * @throws UserError where an applied script was changed, or a statement is refused; its version
   *     is then recorded as ERROR
   */
  public List<Migrated> apply(ApplyOptions options, ApplyListener listener) {
    return explained(
        () -> {
          MigrationHistory.Versions before = readHistory();
          if (pending(before, options).isEmpty() && before.halfWritten().isEmpty()) {
            return List.of();
          }
          try (MigrationLock lock = MigrationLock.acquire(client, runner, listener.notes())) {
            history.create();
            return applyLocked(options, listener, lock);
          }
        });
  }

  private List<Migrated> applyLocked(
      ApplyOptions options, ApplyListener listener, MigrationLock lock) {
    MigrationHistory.Versions before = history.read();
    before.halfWritten().ifPresent(history::writeVersion);
    List<PreparedMigration> pending = pending(before, options);
    int sharers = (int) pending.stream().filter(PreparedMigration::startsQueries).count();
    QueryWatch watch = new QueryWatch(client, options.queryWatch());
    MigrationRun run = new MigrationRun(client, runner, history, lock, watch, listener);
    String previous = before.previous();
    List<Migrated> done = new ArrayList<>();
    for (PreparedMigration prepared : pending) {
      Optional<Tried> begun = before.of(prepared.migration().version());
      done.add(run.run(prepared, begun, previous, sharers));
      appliedScripts.keep(prepared.migration());
      previous = String.valueOf(prepared.migration().version());
    }
    watch.firstDead().ifPresent(dead -> recordDead(dead, done));
    return done;
  }

  /** A query of an earlier script of this apply died while the later ones were applied. */
  private void recordDead(QueryWatch.Dead dead, List<Migrated> done) {
    for (Migrated migrated : done) {
      if (migrated.version() == dead.version()) {
        Tried failed = migrated.failed(dead.text());
        boolean isLast = migrated.equals(done.get(done.size() - 1));
        if (isLast) {
          history.write(failed);
        } else {
          history.writeVersion(failed);
        }
      }
    }
    throw new UserError("Version " + dead.version() + ": " + dead.text());
  }

  /**
   * What {@link #apply} would do; changes nothing.
   *
   * @throws UserError where it would not begin at all
   */
  public MigrationPlan plan(ApplyOptions options) {
    return explained(
        () -> {
          MigrationHistory.Versions before = readHistory();
          return MigrationPlan.make(client, pending(before, options), before);
        });
  }

  /**
   * @param variables what ${name} stands for in the scripts
   */
  public MigrationInfo info(Map<String, String> variables) {
    return explained(
        () -> {
          MigrationHistory.Versions versions = readHistory();
          ScriptCheck check = new ScriptCheck(migrations, versions, appliedScripts);
          Map<Integer, MigrationInfo.Version> shown = new TreeMap<>();
          migrations.forEach(
              migration ->
                  shown.put(
                      migration.version(),
                      new MigrationInfo.Version(
                          new MigrationState.Pending(migration), Optional.empty())));
          versions
              .versions()
              .forEach(
                  (version, state) ->
                      shown.put(version, new MigrationInfo.Version(state, check.changed(state))));
          List<Drift.Finding> drift = List.of();
          Optional<String> unknown = Optional.empty();
          try {
            drift = Drift.find(client, appliedStatements(versions, variables));
          } catch (UserError e) {
            unknown = Optional.of(String.valueOf(e.getMessage()));
          }
          return new MigrationInfo(
              List.copyOf(shown.values()),
              drift,
              unknown,
              MigrationLock.holder(client)
                  .map(holder -> holder + (MigrationLock.isDead(holder) ? ", which is dead" : "")));
        });
  }

  /**
   * Everything that is not as it should be with the versions that were applied: changed scripts,
   * gaps, drift; empty: all is well.
   */
  public List<String> validate(Map<String, String> variables, boolean allowGaps) {
    return explained(
        () -> {
          MigrationHistory.Versions versions = readHistory();
          List<String> problems =
              new ArrayList<>(
                  new ScriptCheck(migrations, versions, appliedScripts).problems(allowGaps));
          Drift.find(client, appliedStatements(versions, variables))
              .forEach(finding -> problems.add(finding.toString()));
          return List.copyOf(problems);
        });
  }

  /** What there is to put right: a lock, a half-written change, checksums of changed scripts. */
  public List<Repair> repairs() {
    return explained(
        () -> {
          List<Repair> repairs = new ArrayList<>();
          MigrationLock.holder(client)
              .ifPresent(
                  holder ->
                      repairs.add(
                          new Repair(
                              "take the lock away from "
                                  + holder
                                  + (MigrationLock.isDead(holder)
                                      ? ", which is dead"
                                      : ", which seems to be at work"),
                              () -> MigrationLock.breakLock(client, runner))));
          MigrationHistory.Versions versions = readHistory();
          versions
              .halfWritten()
              .ifPresent(
                  state ->
                      repairs.add(
                          new Repair(
                              "complete the row of version "
                                  + state.version()
                                  + ": it is "
                                  + state.label(),
                              () -> history.writeVersion(state))));
          for (Migration migration : migrations) {
            versions
                .of(migration.version())
                .filter(state -> !state.checksum().equals(migration.checksum()))
                .filter(Migrated.class::isInstance)
                .map(Migrated.class::cast)
                .ifPresent(state -> repairs.add(acceptChange(migration, state, versions)));
          }
          return List.copyOf(repairs);
        });
  }

  private Repair acceptChange(
      Migration migration, Migrated state, MigrationHistory.Versions versions) {
    Migrated accepted = state.withChecksum(migration.checksum());
    boolean isCurrent = state.version() == versions.latestMigrated();
    return new Repair(
        "accept the change of "
            + migration.fileName()
            + ": record checksum "
            + migration.checksum()
            + " instead of "
            + state.checksum(),
        () -> {
          if (isCurrent) {
            history.write(accepted);
          } else {
            history.writeVersion(accepted);
          }
          appliedScripts.keep(migration);
        });
  }

  /** Does what was listed; another apply meanwhile is refused, unless its lock was broken here. */
  public void repair(List<Repair> repairs) {
    explained(
        () -> {
          repairs.forEach(repair -> repair.action().run());
          return repairs;
        });
  }

  /** Takes the history away; what the scripts made stays. */
  public void destroy() {
    explained(
        () -> {
          try (MigrationLock lock = MigrationLock.acquire(client, runner, note -> {})) {
            lock.check();
            history.destroy();
            return true;
          }
        });
  }

  public boolean hasHistory() {
    return explained(history::exists);
  }

  private MigrationHistory.Versions readHistory() {
    return history.exists() ? history.read() : MigrationHistory.Versions.none();
  }

  private List<PreparedMigration> pending(MigrationHistory.Versions before, ApplyOptions options) {
    List<String> problems =
        new ScriptCheck(migrations, before, appliedScripts).problems(options.allowGaps());
    if (!problems.isEmpty()) {
      throw UserError.ofAll("problems with the scripts", problems);
    }
    options.until().ifPresent(this::refuseUnknownVersion);
    List<Migration> pending =
        migrations.stream()
            .filter(migration -> !before.isMigrated(migration.version()))
            .filter(migration -> migration.version() <= options.until().orElse(Integer.MAX_VALUE))
            .limit(options.onlyNext() ? 1 : Long.MAX_VALUE)
            .toList();
    return PreparedMigration.readAll(pending, options.variables());
  }

  private void refuseUnknownVersion(int version) {
    if (migrations.stream().noneMatch(migration -> migration.version() == version)) {
      throw new UserError(
          "There is no version "
              + version
              + " to apply until. Versions: "
              + String.join(
                  ", ", migrations.stream().map(migration -> "" + migration.version()).toList())
              + ".");
    }
  }

  /** Of the scripts as they were applied, where that is known. */
  private List<ScriptStatement> appliedStatements(
      MigrationHistory.Versions versions, Map<String, String> variables) {
    List<Migration> applied = new ArrayList<>();
    for (Migration migration : migrations) {
      versions
          .of(migration.version())
          .filter(Migrated.class::isInstance)
          .ifPresent(
              state ->
                  applied.add(
                      state.checksum().equals(migration.checksum())
                          ? migration
                          : appliedScripts
                              .find(migration, state.checksum())
                              .map(migration::withSql)
                              .orElse(migration)));
    }
    return PreparedMigration.readAll(applied, variables).stream()
        .flatMap(prepared -> prepared.statements().stream())
        .toList();
  }

  /** What the server refuses outside of a script is shown as it says it. */
  private <T> T explained(Supplier<T> work) {
    try {
      return work.get();
    } catch (KsqlServerException e) {
      throw new UserError(
          "ksqlDB at " + client.address() + " refused a request: " + e.getMessage(), e);
    }
  }
}
