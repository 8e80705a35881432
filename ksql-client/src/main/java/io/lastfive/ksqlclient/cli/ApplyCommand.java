// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.cli;

import io.lastfive.ksqlclient.migrate.ApplyListener;
import io.lastfive.ksqlclient.migrate.ApplyOptions;
import io.lastfive.ksqlclient.migrate.MigrationState;
import io.lastfive.ksqlclient.migrate.MigrationState.Migrated;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.Console.Style;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lastfive ksql apply}: the versioned scripts, each once. */
@Command(
    name = "apply",
    description = "Apply the scripts that are not applied yet, in order.",
    footer = {
      "",
      "Nothing to apply is no error. A version is MIGRATED once every statement of its file has",
      "taken effect and its queries have lived for a while; one that fails is recorded as ERROR.",
      "Mend the file and apply again: statements that have taken effect are not repeated, except",
      "INSERT VALUES. One apply runs at a time.",
      "Exit codes: 0 done, 1 ksqlDB is away or another apply runs, 2 a script is refused."
    })
public final class ApplyCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private ProjectOptions project = new ProjectOptions();
  @Mixin private SelectionOptions selection = new SelectionOptions();

  @Option(
      names = "--watch-queries",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description =
          "How long new queries must have lived before they are trusted; 0 looks once (default: 5).")
  private int watchSeconds = (int) ApplyOptions.QUERY_WATCH.toSeconds();

  @Override
  public Integer call() {
    Console console = common.console();
    List<Migrated> applied =
        project
            .migrations(common)
            .apply(
                selection.options(project.variables(), Duration.ofSeconds(watchSeconds)),
                new ApplyListener(state -> report(console, state), console::status));
    if (common.json()) {
      console.json(Map.of("applied", applied.stream().map(MigrationJson::of).toList()));
    } else if (applied.isEmpty()) {
      console.print("Nothing to apply.");
    }
    return 0;
  }

  private void report(Console console, MigrationState state) {
    String version = String.format("V%06d %s", state.version(), state.name());
    if (state instanceof Migrated migrated) {
      if (!common.json()) {
        Duration took = Duration.between(migrated.attempt().startedOn(), migrated.completedOn());
        console.print(
            version
                + "  "
                + console.styled(Style.GREEN, state.label())
                + "  "
                + took.toMillis()
                + " ms");
      }
    } else {
      console.status(version + " ...");
    }
  }
}
