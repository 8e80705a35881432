// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.topics;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** What can be done with the topics. */
@Command(
    name = "topics",
    description = "Make the topics that payments flow through.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {CreateTopics.class, HelpCommand.class})
public final class TopicsCommand {}
