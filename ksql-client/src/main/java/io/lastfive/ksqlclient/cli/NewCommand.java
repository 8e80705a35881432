// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.cli;

import io.lastfive.ksqlclient.migrate.MigrationProject;
import io.lastfive.settings.cli.CommonOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lastfive ksql new}: an empty script with the next version. */
@Command(
    name = "new",
    description =
        "Make an empty script with the next version, and the project where there is none.",
    footer = {"", "Exit codes: 0 made, 2 it cannot be made."})
public final class NewCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private ProjectOptions project = new ProjectOptions();

  @Parameters(paramLabel = "NAME", description = "What the script does: 'add wallet'.")
  private String name = "";

  @Override
  public Integer call() {
    Path file = MigrationProject.addScript(project.folder(), name);
    if (common.json()) {
      common.console().json(Map.of("file", file.toString()));
    } else {
      common.console().print(file.toString());
    }
    return 0;
  }
}
