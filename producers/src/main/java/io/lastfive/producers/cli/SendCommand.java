// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import io.lastfive.settings.UserError;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** Sends one payment. */
@Command(
    name = "send",
    description = {
      "Sends one payment and shows where it stands.",
      "On a terminal it asks for what is missing; a card number is not shown while it is typed."
    },
    synopsisSubcommandLabel = "CHANNEL",
    subcommands = {SendCreditCardCommand.class, SendBankTransferCommand.class, HelpCommand.class})
public final class SendCommand {
  private final Optional<PaymentFollower> follower;
  private final Optional<Asker> asker;

  /** Without {@code --follow}. */
  public SendCommand() {
    this(Optional.empty(), Asker.ofTerminal());
  }

  public SendCommand(PaymentFollower follower) {
    this(Optional.of(follower), Asker.ofTerminal());
  }

  SendCommand(Optional<PaymentFollower> follower, Optional<Asker> asker) {
    this.follower = follower;
    this.asker = asker;
  }

  PaymentFollower follower() {
    return follower.orElseThrow(
        () -> new UserError("--follow needs the whole pipeline: use the command lastfive."));
  }

  Optional<Asker> asker() {
    return asker;
  }
}
