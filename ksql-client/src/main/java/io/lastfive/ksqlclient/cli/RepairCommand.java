// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.cli;

import io.lastfive.ksqlclient.migrate.Migrations;
import io.lastfive.ksqlclient.migrate.Repair;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lastfive ksql repair}: puts the history right. */
@Command(
    name = "repair",
    description = "Put the history right: a lock left behind, a half-written row, changed scripts.",
    footer = {
      "",
      "Accepts the scripts as they are now, where they were changed after they were applied: for",
      "changes that mean nothing, such as a comment. What the server has is left as it is.",
      "Exit codes: 0 done, 1 ksqlDB is away, 2 not confirmed."
    })
public final class RepairCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private ProjectOptions project = new ProjectOptions();
  @Mixin private Confirmation confirmation = new Confirmation();

  @Override
  public Integer call() {
    Console console = common.console();
    Migrations migrations = project.migrations(common);
    List<Repair> repairs = migrations.repairs();
    List<String> descriptions = repairs.stream().map(Repair::description).toList();
    descriptions.forEach(description -> console.status("To do: " + description));
    boolean done =
        !repairs.isEmpty()
            && confirmation.given(
                console, "Shall this be done: " + String.join("; ", descriptions) + "?");
    if (done) {
      migrations.repair(repairs);
    }
    if (common.json()) {
      console.json(Map.of("repaired", done ? descriptions : List.of()));
    } else if (repairs.isEmpty()) {
      console.print("Nothing to repair.");
    } else {
      console.print(done ? "Repaired." : "Nothing was changed.");
    }
    return done || repairs.isEmpty() ? 0 : 2;
  }
}
