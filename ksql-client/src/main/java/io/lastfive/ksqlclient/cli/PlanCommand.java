// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.cli;

import io.lastfive.ksqlclient.migrate.MigrationPlan;
import io.lastfive.ksqlclient.migrate.MigrationPlan.PlannedMigration;
import io.lastfive.ksqlclient.migrate.MigrationPlan.PlannedStatement;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.Table;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lastfive ksql plan}: what apply would do. */
@Command(
    name = "plan",
    description = "Show each statement that apply would run, tried by the server without effect.",
    footer = {
      "",
      "The server tries the statements in its sandbox, one after another, and changes nothing.",
      "Exit codes: 0 shown, 1 ksqlDB is away, 2 the server would refuse a statement."
    })
public final class PlanCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private ProjectOptions project = new ProjectOptions();
  @Mixin private SelectionOptions selection = new SelectionOptions();

  @Override
  public Integer call() {
    Console console = common.console();
    MigrationPlan plan =
        project.migrations(common).plan(selection.options(project.variables(), Duration.ZERO));
    if (common.json()) {
      console.json(
          new Answer(
              plan.migrations().stream().map(PlanCommand::json).toList(),
              plan.refusal().orElse("")));
    } else if (plan.migrations().isEmpty()) {
      console.print("Nothing to apply.");
    } else {
      plan.migrations().forEach(migration -> print(console, migration));
    }
    plan.refusal()
        .ifPresent(
            refusal -> {
              throw new UserError(refusal);
            });
    return 0;
  }

  private static void print(Console console, PlannedMigration migration) {
    console.print(migration.migration().fileName() + "  " + migration.state());
    Table table = new Table("  at", "action", "statement", "what it does");
    for (PlannedStatement statement : migration.statements()) {
      table.row(
          "  " + position(statement),
          action(statement),
          statement.summary(),
          statement.remark().lines().findFirst().orElse(""));
    }
    table.lines().forEach(console::print);
  }

  /** The file is in the line above. */
  private static String position(PlannedStatement statement) {
    return statement.place().substring(statement.place().indexOf(':') + 1);
  }

  private static String action(PlannedStatement statement) {
    return switch (statement.action()) {
      case RUN -> "run";
      case REPEAT -> "run again";
      case SKIP -> "skip";
      case REFUSED -> "REFUSED";
      case NOT_CHECKED -> "not checked";
    };
  }

  private static Map<String, Object> json(PlannedMigration migration) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", migration.migration().version());
    json.put("name", migration.migration().name());
    json.put("state", migration.state());
    json.put("statements", migration.statements());
    return json;
  }

  private record Answer(List<Map<String, Object>> migrations, String refusal) {}
}
