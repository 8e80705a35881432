// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import io.lastfive.ksqlclient.KsqlClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an apply would do, asked of the server without changing it.
 *
 * @param migrations those it would apply, in order
 * @param refusal the first statement that the server would refuse: place and message
 */
public record MigrationPlan(List<PlannedMigration> migrations, Optional<String> refusal) {

  /** What apply does with a statement. */
  public enum Action {
    RUN,
    /** It may have been run before, and that cannot be told. */
    REPEAT,
    /** It has taken effect already. */
    SKIP,
    REFUSED,
    /** A statement before it is refused. */
    NOT_CHECKED
  }

  /**
   * @param place file, line and column
   * @param summary the statement on one line
   * @param remark what it does, or why it is refused
   */
  public record PlannedStatement(String place, String summary, Action action, String remark) {}

  /**
   * @param state of the version now: PENDING, RUNNING or ERROR
   */
  public record PlannedMigration(
      Migration migration, String state, List<PlannedStatement> statements) {}

  static MigrationPlan make(
      KsqlClient client, List<PreparedMigration> pending, MigrationHistory.Versions history) {
    List<ScriptStatement> toRun = new ArrayList<>();
    for (PreparedMigration prepared : pending) {
      boolean begun = history.of(prepared.migration().version()).isPresent();
      TakenEffect taken = new TakenEffect(client, prepared.statements());
      for (int i = 0; i < prepared.statements().size(); i++) {
        if (!begun || !taken.has(i)) {
          toRun.add(prepared.statements().get(i));
        }
      }
    }
    Optional<StatementProbe.Refusal> refusal = new StatementProbe(client).firstRefusal(toRun);
    return new MigrationPlan(
        pending.stream().map(prepared -> planned(prepared, history, toRun, refusal)).toList(),
        refusal.map(
            found ->
                String.valueOf(
                    toRun
                        .get(found.index())
                        .refused(found.message(), found.cause())
                        .getMessage())));
  }

  private static PlannedMigration planned(
      PreparedMigration prepared,
      MigrationHistory.Versions history,
      List<ScriptStatement> toRun,
      Optional<StatementProbe.Refusal> refusal) {
    Optional<MigrationState.Tried> state = history.of(prepared.migration().version());
    List<PlannedStatement> statements = new ArrayList<>();
    for (ScriptStatement statement : prepared.statements()) {
      int index = toRun.indexOf(statement);
      int refused = refusal.map(StatementProbe.Refusal::index).orElse(Integer.MAX_VALUE);
      Action action;
      String remark = statement.effect().description();
      if (index < 0) {
        action = Action.SKIP;
        remark = "in effect already";
      } else if (index == refused) {
        action = Action.REFUSED;
        remark = refusal.map(StatementProbe.Refusal::message).orElse("");
      } else if (index > refused) {
        action = Action.NOT_CHECKED;
      } else if (state.isPresent()
          && statement.effect().kind() == StatementEffect.Kind.INSERT_VALUES) {
        action = Action.REPEAT;
        remark += ", which may come twice";
      } else {
        action = Action.RUN;
      }
      statements.add(new PlannedStatement(statement.place(), statement.summary(), action, remark));
    }
    return new PlannedMigration(
        prepared.migration(),
        state.map(MigrationState::label).orElse("PENDING"),
        List.copyOf(statements));
  }
}
