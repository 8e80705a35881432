// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** Sends one payment. */
@Command(
    name = "send",
    description = "Sends one payment and shows where it stands.",
    synopsisSubcommandLabel = "CHANNEL",
    subcommands = {SendCreditCardCommand.class, SendBankTransferCommand.class, HelpCommand.class})
public final class SendCommand {}
