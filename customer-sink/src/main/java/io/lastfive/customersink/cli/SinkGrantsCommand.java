// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.cli;

import io.lastfive.customersink.write.SinkRights;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lastfive sink grants}: the SQL that gives a role what it needs, and no more. */
@Command(
    name = "grants",
    description = {
      "Print the GRANT statements of a role that runs the sink on tables that another role makes.",
      "The other one is database.migrate.user. Asks no server: pipe it into psql as the tables' owner."
    })
public final class SinkGrantsCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;

  @Option(names = "--role", required = true, paramLabel = "ROLE", description = "The role.")
  private String role = "";

  @Option(names = "--read-only", description = "For a role that only reads, such as the page's.")
  private boolean readOnly;

  @Override
  public Integer call() {
    Console console = common.console();
    List<String> grants =
        SinkRights.grants(common.settings().get(KnownSettings.DATABASE_SCHEMA), role, readOnly);
    if (common.json()) {
      console.json(grants);
    } else {
      grants.forEach(grant -> console.print(grant + ";"));
    }
    return 0;
  }
}
