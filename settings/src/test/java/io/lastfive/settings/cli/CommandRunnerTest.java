// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

class CommandRunnerTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Command(name = "lastfive", subcommands = Pay.class)
  private static final class Root {}

  @Command(name = "pay")
  private static final class Pay implements Runnable {
    @Mixin private CommonOptions common;

    @Option(names = "--fail", defaultValue = "")
    private String failure;

    @Option(names = "--wait", defaultValue = "30s")
    private Duration wait;

    @Parameters private List<String> rest = List.of();

    @Override
    public void run() {
      switch (failure) {
        case "user" -> throw new UserError("amount is negative");
        case "unavailable" -> throw new UnavailableError("Kafka at a:1 does not answer");
        case "late" -> throw new UnavailableError("no answer within " + wait.toSeconds() + " s");
        case "bug" -> throw new IllegalStateException("impossible");
        default -> {
          if (common.json()) {
            common.console().json(Map.of("port", common.settings().get(KnownSettings.PAGE_PORT)));
          } else {
            common.console().print(common.settings() + " " + rest);
          }
        }
      }
    }
  }

  @Test
  void takesAnyDottedFlagAsASetting() {
    int exitCode =
        run("pay", "--page.port=1", "x", "--kafka.linger.ms", "2", "--", "--page.port=3");

    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .isEqualTo("Settings{kafka.linger.ms=2, page.port=1} [x, --page.port=3]\n");
    assertThat(exitCode).isEqualTo(CommandRunner.OK);
  }

  @Test
  void writesJsonOnOneLine() {
    run("pay", "--json", "--set", "page.port=1");

    assertThat(out.toString()).isEqualTo("{\"port\":1}\n");
  }

  @Test
  void readsDurationsAsSettingsDo() {
    run("pay", "--fail", "late");
    run("pay", "--fail", "late", "--wait", "2m");
    int exitCode = run("pay", "--wait", "PT2S");

    assertThat(err)
        .hasToString(
            """
            error: no answer within 30 s
            error: no answer within 120 s
            error: Invalid value for option '--wait': 'PT2S' is not a duration (a whole number and ms, s, m, h or d, such as 30s or 365d; at most 100000d)
            Try 'lastfive pay --help'.
            """);
    assertThat(exitCode).isEqualTo(CommandRunner.USER_ERROR);
  }

  @Test
  void endsTheUsersMistakeInOneLineAndTwo() {
    int exitCode = run("pay", "--fail", "user");

    assertThat(err.toString()).isEqualTo("error: amount is negative\n");
    assertThat(exitCode).isEqualTo(CommandRunner.USER_ERROR);
  }

  @Test
  void endsAnUnavailableDependencyInOneLineAndOne() {
    int exitCode = run("pay", "--fail", "unavailable");

    assertThat(err.toString()).isEqualTo("error: Kafka at a:1 does not answer\n");
    assertThat(exitCode).isEqualTo(CommandRunner.FAILED);
  }

  @Test
  void endsABugInItsTraceAndOne() {
    int exitCode = run("pay", "--fail", "bug");

    assertThat(err.toString())
        .startsWith(
            "error: this is a bug in lastfive, please report it with the lines below\n"
                + "java.lang.IllegalStateException: impossible\n\tat ");
    assertThat(exitCode).isEqualTo(CommandRunner.FAILED);
  }

  @Test
  void refusesAnUnknownSettingGivenAsAFlag() {
    int exitCode = run("pay", "--page.prot=1");

    assertThat(err.toString())
        .isEqualTo(
            "error: flag --page.prot: unknown setting 'page.prot'. Did you mean 'page.port'?"
                + " './lastfive config' lists all settings.\n");
    assertThat(exitCode).isEqualTo(CommandRunner.USER_ERROR);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pay --jsn      | unknown option '--jsn'. Did you mean '--json'? | lastfive pay",
        "pya            | unknown command 'pya'. Did you mean 'pay'?     | lastfive",
        "refund         | unknown command 'refund'. Known: pay.          | lastfive",
        "pay --set 1    | Value for option option '--set' (NAME=VALUE) should be in KEY=VALUE format but was 1 | lastfive pay"
      })
  void refusesWhatItDoesNotKnowAndNamesTheNearest(String arguments, String message, String help) {
    int exitCode = run(arguments.split(" ", -1));

    assertThat(err.toString()).isEqualTo("error: " + message + "\nTry '" + help + " --help'.\n");
    assertThat(exitCode).isEqualTo(CommandRunner.USER_ERROR);
  }

  private int run(String... arguments) {
    CommandLine commandLine = CommandRunner.commandLine(new Root());
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return CommandRunner.run(commandLine, arguments);
  }
}
