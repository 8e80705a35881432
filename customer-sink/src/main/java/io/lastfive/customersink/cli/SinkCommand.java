// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lastfive sink}: what operates the customer sink. */
@Command(
    name = "sink",
    mixinStandardHelpOptions = true,
    description = "Carry PAYMENT-TRX-AGGR into the customer service's PostgreSQL.",
    subcommands = {
      SinkRunCommand.class,
      SinkStatusCommand.class,
      SinkVerifyCommand.class,
      SinkRebuildCommand.class,
      SinkReplayCommand.class,
      SinkBootstrapCommand.class,
      SinkGrantsCommand.class
    })
public final class SinkCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "sink needs a subcommand: run, status, verify, rebuild, replay-dead-letters, bootstrap, grants");
  }
}
