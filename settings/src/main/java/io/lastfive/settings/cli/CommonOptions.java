// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings.cli;

import io.lastfive.settings.Settings;
import io.lastfive.settings.SettingsLoader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The options every command has; a command declares {@code @Mixin CommonOptions common}. {@link
 * CommandRunner} turns {@code --some.setting=value} into {@code --set some.setting=value} first.
 */
public final class CommonOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings file (default: lastfive.properties, if it is there).")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description =
          "Sets a setting, over the environment and the file. --NAME=VALUE does the same for a NAME with a dot.")
  private Map<String, String> flags = new LinkedHashMap<>();

  @Option(names = "--json", description = "Write the result as JSON.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "Say more on standard error; twice for all there is.")
  private boolean[] verbose = new boolean[0];

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and stop.")
  @SuppressWarnings("UnusedVariable") // Picocli reads it.
  private boolean help;

  /** The effective settings; reads the file and the environment anew each time. */
  public Settings settings() {
    return SettingsLoader.load(Optional.ofNullable(config), System.getenv(), flags);
  }

  public boolean json() {
    return json;
  }

  /** How often {@code -v} was given. */
  public int verbosity() {
    return verbose.length;
  }

  /** A line that shows progress to whoever watches; nothing with {@code --json}. */
  public LiveLine liveLine() {
    return json ? LiveLine.unseen() : console().liveLine();
  }

  public Console console() {
    CommandLine commandLine = spec.commandLine();
    return new Console(
        commandLine.getOut(),
        commandLine.getErr(),
        CommandRunner.outputIsTerminal(),
        commandLine.getColorScheme().ansi().enabled());
  }
}
