// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.cli;

import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.migrate.AppliedMigration;
import io.lastfive.ksqlclient.migrate.AppliedMigration.State;
import io.lastfive.ksqlclient.migrate.Migrations;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.Console.Style;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lastfive ksql apply}: the versioned scripts, each once. */
@Command(
    name = "apply",
    description = "Apply the scripts that are not applied yet, in order.",
    footer = {
      "",
      "Nothing to apply is no error. A version is MIGRATED once every statement of its file has",
      "taken effect; one that fails is recorded as ERROR, and applied again from its first statement.",
      "Exit codes: 0 done, 1 ksqlDB is away, 2 a script is refused."
    })
public final class ApplyCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private ProjectOptions project = new ProjectOptions();

  @Override
  public Integer call() {
    Console console = common.console();
    KsqlClient client = new KsqlClient(common.settings());
    List<AppliedMigration> applied =
        new Migrations(client, project.migrations())
            .apply(project.variables(), row -> report(console, row));
    if (common.json()) {
      console.json(Map.of("applied", applied.stream().map(InfoCommand::json).toList()));
    } else if (applied.isEmpty()) {
      console.print("Nothing to apply: " + client.address() + " is up to date.");
    }
    return 0;
  }

  private void report(Console console, AppliedMigration row) {
    String version = String.format("V%06d %s", row.version(), row.name());
    if (row.state() == State.RUNNING) {
      console.status(version + " ...");
    } else if (!common.json()) {
      Duration took =
          Duration.between(row.startedOn().orElseThrow(), row.completedOn().orElseThrow());
      console.print(
          version
              + "  "
              + console.styled(Style.GREEN, row.state().name())
              + "  "
              + took.toMillis()
              + " ms");
    }
  }
}
