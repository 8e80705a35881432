// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.migrations;

import io.lastfive.ksqlclient.cli.ApplyCommand;
import io.lastfive.ksqlclient.cli.DestroyCommand;
import io.lastfive.ksqlclient.cli.InfoCommand;
import io.lastfive.ksqlclient.cli.NewCommand;
import io.lastfive.ksqlclient.cli.PlanCommand;
import io.lastfive.ksqlclient.cli.RepairCommand;
import io.lastfive.ksqlclient.cli.ValidateCommand;
import io.lastfive.settings.cli.CommandRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** A project of scripts in a folder, and the commands of {@code lastfive ksql} run on it. */
final class KsqlProject {

  @Command(
      name = "ksql",
      subcommands = {
        NewCommand.class,
        PlanCommand.class,
        ApplyCommand.class,
        InfoCommand.class,
        ValidateCommand.class,
        RepairCommand.class,
        DestroyCommand.class
      })
  static final class Ksql {}

  /** How a command ended, and what it wrote. */
  record Result(int exitCode, String out, String err) {}

  private final Path folder;
  private final String url;

  /**
   * @param history which the project's stream and table are named after, so that projects on one
   *     server do not meet
   */
  KsqlProject(Path folder, String url, String history) throws IOException {
    this.folder = folder;
    this.url = url;
    Files.createDirectories(folder.resolve("migrations"));
    Files.writeString(
        folder.resolve("ksql-migrations.properties"),
        """
        ksql.server.url=%s
        ksql.migrations.stream.name=%s_EVENTS
        ksql.migrations.table.name=%s_VERSIONS
        """
            .formatted(url, history, history));
  }

  Path folder() {
    return folder;
  }

  KsqlProject script(String name, String sql) throws IOException {
    Files.writeString(folder.resolve("migrations").resolve(name), sql);
    return this;
  }

  /** Runs a command, such as {@code apply --json}, where the project's file names the server. */
  Result run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--project");
    all.add(folder.toString());
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = CommandRunner.commandLine(new Ksql());
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = CommandRunner.run(commandLine, all.toArray(String[]::new));
    return new Result(exitCode, out.toString(), err.toString());
  }

  /** Applies, and trusts new queries after one look. */
  Result apply(String... arguments) {
    List<String> all = new ArrayList<>(List.of("apply", "--watch-queries", "0"));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  String url() {
    return url;
  }
}
