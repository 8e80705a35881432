// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.cli;

import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.migrate.AppliedMigration;
import io.lastfive.ksqlclient.migrate.AppliedMigration.State;
import io.lastfive.ksqlclient.migrate.Migrations;
import io.lastfive.ksqlclient.migrate.Migrations.VersionState;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lastfive ksql info}: the scripts and what was done with each. */
@Command(
    name = "info",
    description = "Show every script's version and state.",
    footer = {"", "Exit codes: 0 shown, 1 ksqlDB is away."})
public final class InfoCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private ProjectOptions project = new ProjectOptions();

  @Override
  public Integer call() {
    Console console = common.console();
    List<VersionState> versions =
        new Migrations(new KsqlClient(common.settings()), project.migrations()).info();
    if (common.json()) {
      console.json(Map.of("versions", versions.stream().map(InfoCommand::json).toList()));
      return 0;
    }
    console.print(
        String.format(
            "%-7s  %-30s  %-8s  %-20s  %s", "version", "name", "state", "completed", "remark"));
    for (VersionState version : versions) {
      console.print(
          String.format(
                  "%-7d  %-30s  %-8s  %-20s  %s",
                  version.version(),
                  version.name(),
                  version.state(),
                  version
                      .applied()
                      .flatMap(AppliedMigration::completedOn)
                      .map(InfoCommand::shortTime)
                      .orElse("-"),
                  remark(version))
              .stripTrailing());
    }
    return 0;
  }

  private static String remark(VersionState version) {
    return version
        .drift()
        .or(
            () ->
                version
                    .applied()
                    .filter(row -> row.state() == State.ERROR)
                    .map(AppliedMigration::errorReason))
        .orElse("");
  }

  private static String shortTime(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Map<String, Object> json(VersionState version) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", version.version());
    json.put("name", version.name());
    json.put("state", version.state());
    version.applied().ifPresent(row -> json.putAll(json(row)));
    version.drift().ifPresent(drift -> json.put("drift", drift));
    return json;
  }

  static Map<String, Object> json(AppliedMigration row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", row.version());
    json.put("name", row.name());
    json.put("state", row.state());
    json.put("checksum", row.checksum());
    json.put("startedOn", time(row.startedOn()));
    json.put("completedOn", time(row.completedOn()));
    json.put("previous", row.previous());
    json.put("errorReason", row.errorReason());
    return json;
  }

  private static String time(Optional<Instant> time) {
    return time.map(Instant::toString).orElse("");
  }
}
