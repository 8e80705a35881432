// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.KsqlServerException;
import io.lastfive.ksqlclient.migrate.MigrationState.Running;
import io.lastfive.ksqlclient.migrate.MigrationState.Tried;
import io.lastfive.settings.UserError;
import java.util.List;
import java.util.Optional;

/**
 * Applies one script: writes RUNNING, runs the statements in order and awaits each, watches the
 * queries they started, and writes MIGRATED, or ERROR at the first that fails. A script that was
 * begun before goes on: statements that have taken effect are not repeated.
 *
 * <p>A crash leaves the version RUNNING and the statements before it in effect; the next run of the
 * same script finishes it. It can repeat INSERT VALUES.
 */
final class MigrationRun {
  private final KsqlClient client;
  private final StatementRunner runner;
  private final MigrationHistory history;
  private final MigrationLock lock;
  private final QueryWatch watch;
  private final ApplyListener listener;

  MigrationRun(
      KsqlClient client,
      StatementRunner runner,
      MigrationHistory history,
      MigrationLock lock,
      QueryWatch watch,
      ApplyListener listener) {
    this.client = client;
    this.runner = runner;
    this.history = history;
    this.lock = lock;
    this.watch = watch;
    this.listener = listener;
  }

  /**
   * @param begun the version's row, where it was tried before
   * @param sharers how many scripts share the time in which queries are watched
   * @return the version, MIGRATED
   * @throws UserError at the first statement that is refused: file, line, column and why
   */
  MigrationState.Migrated run(
      PreparedMigration prepared, Optional<Tried> begun, String previous, int sharers) {
    lock.check();
    Running running = new MigrationState.Pending(prepared.migration()).start(previous);
    history.write(running);
    listener.progress().accept(running);
    try {
      if (begun.isPresent()) {
        goOn(prepared.statements());
      } else {
        prepared.statements().forEach(this::run);
      }
      refuseDeadQueries(prepared, sharers);
    } catch (UserError e) {
      lock.check();
      history.write(running.failed(String.valueOf(e.getMessage())));
      throw e;
    }
    MigrationState.Migrated migrated = running.migrated();
    lock.check();
    history.write(migrated);
    listener.progress().accept(migrated);
    return migrated;
  }

  private void goOn(List<ScriptStatement> statements) {
    TakenEffect taken = new TakenEffect(client, statements);
    for (int i = 0; i < statements.size(); i++) {
      ScriptStatement statement = statements.get(i);
      if (taken.has(i)) {
        listener.notes().accept(statement.place() + " is in effect already: not repeated.");
        watchAgain(taken, statements, i);
      } else {
        if (statement.effect().kind() == StatementEffect.Kind.INSERT_VALUES) {
          listener
              .notes()
              .accept(statement.place() + " may have been run before: its row may come twice.");
        }
        run(statement);
      }
    }
  }

  private void run(ScriptStatement statement) {
    lock.check();
    try {
      watch.started(statement.version(), runner.run(statement.text(), statement.properties()));
      watch.ended(statement.effect());
    } catch (KsqlServerException e) {
      throw statement.refused(String.valueOf(e.getMessage()), e);
    }
  }

  /** A query that an earlier run started must live now, too. */
  private void watchAgain(TakenEffect taken, List<ScriptStatement> statements, int index) {
    StatementEffect effect = statements.get(index).effect();
    if (!effect.makesQuery()) {
      return;
    }
    ServerObjects there = ServerObjects.read(client);
    Optional<ServerObjects.Query> query =
        effect.kind().createsSource() ? there.queryOf(effect.name()) : taken.queryOf(index, there);
    query.ifPresent(running -> watch.runs(statements.get(index).version(), running.id()));
  }

  private void refuseDeadQueries(PreparedMigration prepared, int sharers) {
    Optional<QueryWatch.Dead> dead = watch.firstDead(prepared.migration().version(), sharers);
    if (dead.isPresent()) {
      throw new UserError(prepared.migration().fileName() + ": " + dead.get().text());
    }
  }
}
