// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.cli;

import io.lastfive.ksqlclient.migrate.MigrationInfo;
import io.lastfive.ksqlclient.migrate.MigrationInfo.Version;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.Table;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lastfive ksql info}: the scripts and what was done with each. */
@Command(
    name = "info",
    description = "Show every script's version and state, and what the server has otherwise.",
    footer = {
      "",
      "Drift is what applied scripts made and the server no longer has, has otherwise, or has in",
      "state ERROR or PAUSED. 'validate' does the same, and fails where there is any.",
      "Exit codes: 0 shown, 1 ksqlDB is away."
    })
public final class InfoCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private ProjectOptions project = new ProjectOptions();

  @Override
  public Integer call() {
    Console console = common.console();
    MigrationInfo info = project.migrations(common).info(project.variables());
    if (common.json()) {
      console.json(json(info));
    } else {
      print(console, info);
    }
    return 0;
  }

  private static void print(Console console, MigrationInfo info) {
    Table table = new Table("version", "name", "state", "completed", "remark");
    for (Version version : info.versions()) {
      table.row(
          String.valueOf(version.state().version()),
          version.state().name(),
          version.state().label(),
          MigrationJson.completedOn(version.state())
              .map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString())
              .orElse("-"),
          remark(version));
    }
    table.lines().forEach(console::print);
    info.versions().stream().flatMap(version -> version.problem().stream()).forEach(console::warn);
    info.drift().forEach(finding -> console.warn(finding.toString()));
    info.driftUnknown().ifPresent(reason -> console.warn("Drift is not known: " + reason));
    info.lock().ifPresent(holder -> console.warn("The lock is held by " + holder + "."));
  }

  private static String remark(Version version) {
    String reason =
        version
            .problem()
            .map(problem -> "the script is not as it was applied")
            .orElse(MigrationJson.errorReason(version.state()));
    return reason.strip().replaceAll("\\s*\\n\\s*", " ");
  }

  private static Map<String, Object> json(MigrationInfo info) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("versions", info.versions().stream().map(InfoCommand::json).toList());
    json.put("drift", info.drift());
    info.driftUnknown().ifPresent(reason -> json.put("driftUnknown", reason));
    info.lock().ifPresent(holder -> json.put("lock", holder));
    return json;
  }

  private static Map<String, Object> json(Version version) {
    Map<String, Object> json = MigrationJson.of(version.state());
    version.problem().ifPresent(problem -> json.put("problem", problem));
    return json;
  }
}
