// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.cli;

import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommonOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lastfive ksql validate}: whether all is as it was applied. */
@Command(
    name = "validate",
    description = "Check the scripts against what was applied, and the server against the scripts.",
    footer = {"", "Exit codes: 0 all is well, 1 ksqlDB is away, 2 something is not."})
public final class ValidateCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private ProjectOptions project = new ProjectOptions();

  @Option(names = "--allow-gaps", description = "Let versions be missing between two others.")
  private boolean allowGaps;

  @Override
  public Integer call() {
    List<String> problems = project.migrations(common).validate(project.variables(), allowGaps);
    if (common.json()) {
      common.console().json(new Answer(problems.isEmpty(), problems));
    }
    if (!problems.isEmpty()) {
      throw UserError.ofAll("problems", problems);
    }
    if (!common.json()) {
      common.console().print("All is as the scripts made it.");
    }
    return 0;
  }

  private record Answer(boolean valid, List<String> problems) {}
}
