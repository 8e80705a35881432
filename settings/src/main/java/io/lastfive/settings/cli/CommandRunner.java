// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings.cli;

import io.lastfive.settings.NearestName;
import io.lastfive.settings.SettingType;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Entry point: runs a picocli command the way every command of {@code lastfive} runs. Exit codes: 0
 * done; 1 a dependency is not available (one line) or a bug (full trace); 2 the user's mistake (one
 * line each).
 */
public final class CommandRunner {
  public static final int OK = 0;
  public static final int FAILED = 1;
  public static final int USER_ERROR = 2;

  /** A flag that names a setting: settings have a dot in their names, options do not. */
  private static final Pattern SETTING_FLAG =
      Pattern.compile("--([A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)+)(?:=(.*))?", Pattern.DOTALL);

  private CommandRunner() {}

  /** Runs {@code command} with the process's streams and returns its exit code. */
  public static int run(Object command, String... arguments) {
    return run(commandLine(command), arguments);
  }

  /**
   * As {@link #run(Object, String...)}, for a command line of {@link #commandLine} that was
   * changed, such as its output.
   */
  public static int run(CommandLine commandLine, String... arguments) {
    int exitCode = commandLine.execute(withSettingFlags(arguments));
    StopSignal.commandReturned(exitCode);
    return exitCode;
  }

  public static CommandLine commandLine(Object command) {
    return commandLine(command, CommandLine.defaultFactory());
  }

  /**
   * @param factory makes the subcommands
   */
  public static CommandLine commandLine(Object command, CommandLine.IFactory factory) {
    CommandLine commandLine = new CommandLine(command, factory);
    commandLine.setColorScheme(
        CommandLine.Help.defaultColorScheme(colorsWanted() ? Ansi.ON : Ansi.OFF));
    commandLine.registerConverter(Duration.class, CommandRunner::duration);
    commandLine.setParameterExceptionHandler((error, arguments) -> explainUsage(error));
    commandLine.setExecutionExceptionHandler(
        (error, failed, parseResult) -> explainFailure(error, failed));
    return commandLine;
  }

  /** Durations on the command line read as those of settings. */
  private static Duration duration(String text) {
    SettingType<Duration> type = SettingType.DURATION_WITH_UNIT;
    return type.parser()
        .apply(text)
        .orElseThrow(
            () ->
                new TypeConversionException("'%s' is not %s".formatted(text, type.description())));
  }

  /** Whether standard output is a terminal: the launcher tells, for Java cannot. */
  static boolean outputIsTerminal() {
    return Boolean.getBoolean("lastfive.terminal");
  }

  /** As {@link #outputIsTerminal}, of standard error. */
  static boolean errorIsTerminal() {
    return Boolean.getBoolean("lastfive.error.terminal");
  }

  private static boolean colorsWanted() {
    boolean noColor = Optional.ofNullable(System.getenv("NO_COLOR")).orElse("").length() > 0;
    boolean dumb = "dumb".equals(System.getenv("TERM"));
    return outputIsTerminal() && !noColor && !dumb;
  }

  /**
   * {@code --page.port=0} and {@code --page.port 0} become {@code --set page.port=0}; nothing after
   * {@code --} changes.
   */
  private static String[] withSettingFlags(String... arguments) {
    List<String> expanded = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      var flag = SETTING_FLAG.matcher(arguments[i]);
      if (arguments[i].equals("--")) {
        expanded.addAll(List.of(arguments).subList(i, arguments.length));
        break;
      } else if (!flag.matches()) {
        expanded.add(arguments[i]);
      } else {
        boolean valueFollows = flag.group(2) == null && i + 1 < arguments.length;
        String value =
            valueFollows ? arguments[++i] : Optional.ofNullable(flag.group(2)).orElse("");
        expanded.add("--set");
        expanded.add(flag.group(1) + "=" + value);
      }
    }
    return expanded.toArray(String[]::new);
  }

  private static int explainUsage(ParameterException error) {
    CommandLine command = error.getCommandLine();
    printError(command, usageMessage(error));
    command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    command.getErr().flush();
    return USER_ERROR;
  }

  private static String usageMessage(ParameterException error) {
    String message = Objects.toString(error.getMessage());
    if (!(error instanceof UnmatchedArgumentException unmatched)) {
      return message;
    }
    CommandLine command = error.getCommandLine();
    String given = unmatched.getUnmatched().get(0);
    Set<String> known =
        given.startsWith("-")
            ? command.getCommandSpec().optionsMap().keySet()
            : command.getSubcommands().keySet();
    if (known.isEmpty()) {
      return message;
    }
    return "unknown %s '%s'.%s"
        .formatted(
            given.startsWith("-") ? "option" : "command",
            given,
            NearestName.of(given, known)
                .map(nearest -> " Did you mean '" + nearest + "'?")
                .orElse(" Known: " + String.join(", ", known) + "."));
  }

  private static int explainFailure(Exception error, CommandLine command) {
    if (error instanceof UserError) {
      printError(command, Objects.toString(error.getMessage()));
      return USER_ERROR;
    }
    if (error instanceof UnavailableError) {
      printError(command, Objects.toString(error.getMessage()));
      return FAILED;
    }
    printError(command, "this is a bug in lastfive, please report it with the lines below");
    error.printStackTrace(command.getErr());
    command.getErr().flush();
    return FAILED;
  }

  private static void printError(CommandLine command, String message) {
    String error = "error:";
    command
        .getErr()
        .println(
            (errorIsTerminal() ? command.getColorScheme().errorText(error) : error)
                + " "
                + message);
    command.getErr().flush();
  }
}
