// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.cli;

import io.lastfive.ksqlclient.migrate.Migrations;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lastfive ksql destroy}: forgets the history. */
@Command(
    name = "destroy",
    description = "Delete the history of what was applied, with its topics.",
    footer = {
      "",
      "What the scripts made stays: applying again then fails at the first stream that is there.",
      "Exit codes: 0 done, 1 ksqlDB is away or an apply runs, 2 not confirmed."
    })
public final class DestroyCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private ProjectOptions project = new ProjectOptions();
  @Mixin private Confirmation confirmation = new Confirmation();

  @Override
  public Integer call() {
    Console console = common.console();
    Migrations migrations = project.migrations(common);
    boolean there = migrations.hasHistory();
    boolean done =
        there && confirmation.given(console, "Shall the history of what was applied be deleted?");
    if (done) {
      migrations.destroy();
    }
    if (common.json()) {
      console.json(Map.of("destroyed", done));
    } else if (!there) {
      console.print("There is no history.");
    } else {
      console.print(done ? "The history is deleted." : "Nothing was changed.");
    }
    return done || !there ? 0 : 2;
  }
}
