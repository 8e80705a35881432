// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.schemas;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** What can be done with the schemas of the events. */
@Command(
    name = "schemas",
    description = "Register and check the schemas of the payment events.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {RegisterSchemas.class, CheckSchemas.class, HelpCommand.class})
public final class SchemasCommand {}
