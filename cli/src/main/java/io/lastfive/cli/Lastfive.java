// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli;

import io.lastfive.cli.demo.DemoCommand;
import io.lastfive.cli.logging.Verbosity;
import io.lastfive.cli.schemas.SchemasCommand;
import io.lastfive.cli.send.PipelineFollower;
import io.lastfive.cli.status.StatusCommand;
import io.lastfive.cli.topics.TopicsCommand;
import io.lastfive.cli.verify.VerifyCommand;
import io.lastfive.customersink.cli.CustomerCommand;
import io.lastfive.customersink.cli.PageCommand;
import io.lastfive.customersink.cli.SinkCommand;
import io.lastfive.ksqlclient.cli.WatchCommand;
import io.lastfive.localstack.cli.DownCommand;
import io.lastfive.localstack.cli.UpCommand;
import io.lastfive.producers.cli.ImportCommand;
import io.lastfive.producers.cli.SendCommand;
import io.lastfive.producers.cli.SimulateCommand;
import io.lastfive.settings.cli.CommandRunner;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.RunLast;

/**
 * Entry point: the command {@code lastfive}. Every subcommand is listed here, in the order a
 * payment flows.
 */
@Command(
    name = "lastfive",
    description = "Shares payments between services the streaming way.",
    versionProvider = Lastfive.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      DemoCommand.class,
      TopicsCommand.class,
      SchemasCommand.class,
      SendCommand.class,
      SimulateCommand.class,
      ImportCommand.class,
      KsqlCommand.class,
      SinkCommand.class,
      PageCommand.class,
      CustomerCommand.class,
      WatchCommand.class,
      VerifyCommand.class,
      StatusCommand.class,
      ConfigCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Settings come from lastfive.properties, LASTFIVE_... variables and flags: see 'lastfive config'.",
      "Exit codes: 0 done, 1 a service is away or a bug, 2 something to correct."
    })
public final class Lastfive {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and stop.")
  @SuppressWarnings("UnusedVariable") // Picocli reads it.
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and stop.")
  @SuppressWarnings("UnusedVariable") // Picocli reads it.
  private boolean version;

  private Lastfive() {}

  public static void main(String... arguments) {
    System.exit(CommandRunner.run(commandLine(), arguments.length == 0 ? HELP : arguments));
  }

  private static final String[] HELP = {"--help"};

  /**
   * The command with all its subcommands, to be run by {@link CommandRunner#run(CommandLine,
   * String...)}.
   */
  static CommandLine commandLine() {
    return CommandRunner.commandLine(new Lastfive(), new Subcommands())
        .setExecutionStrategy(
            parsed -> {
              Verbosity.ofLast(parsed).apply();
              return new RunLast().execute(parsed);
            });
  }

  /** Makes the subcommands; {@code send} gets what its module must not know. */
  private static final class Subcommands implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      return type == SendCommand.class
          ? type.cast(new SendCommand(new PipelineFollower()))
          : CommandLine.defaultFactory().create(type);
    }
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version =
          Optional.ofNullable(Lastfive.class.getPackage().getImplementationVersion())
              .orElse("(not packaged)");
      return new String[] {
        "lastfive " + version,
        "Java " + Runtime.version() + " (" + System.getProperty("os.name") + ")"
      };
    }
  }
}
