// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli;

import io.lastfive.cli.ksql.ConformanceCommand;
import io.lastfive.cli.ksql.TestScriptsCommand;
import io.lastfive.ksqlclient.cli.ApplyCommand;
import io.lastfive.ksqlclient.cli.DestroyCommand;
import io.lastfive.ksqlclient.cli.InfoCommand;
import io.lastfive.ksqlclient.cli.NewCommand;
import io.lastfive.ksqlclient.cli.PlanCommand;
import io.lastfive.ksqlclient.cli.RepairCommand;
import io.lastfive.ksqlclient.cli.ValidateCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** What can be done with the scripts. */
@Command(
    name = "ksql",
    description = "Apply and test the KSQL scripts.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      NewCommand.class,
      PlanCommand.class,
      ApplyCommand.class,
      InfoCommand.class,
      ValidateCommand.class,
      RepairCommand.class,
      DestroyCommand.class,
      TestScriptsCommand.class,
      ConformanceCommand.class,
      HelpCommand.class
    })
final class KsqlCommand {}
