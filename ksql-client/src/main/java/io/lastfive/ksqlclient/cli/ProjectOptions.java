// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.cli;

import io.lastfive.ksqlclient.migrate.Migration;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where the scripts are, and what their variables stand for. */
final class ProjectOptions {
  @Option(
      names = "--project",
      paramLabel = "DIR",
      defaultValue = "ksql",
      description = "The ksql project, a folder that holds migrations/ (default: ksql).")
  private Path project = Path.of("ksql");

  @Option(
      names = {"-d", "--define"},
      paramLabel = "NAME=VALUE",
      description = "What $${NAME} stands for in the scripts; may be given several times.")
  private Map<String, String> variables = new LinkedHashMap<>();

  List<Migration> migrations() {
    return Migration.readAll(project.resolve("migrations"));
  }

  Map<String, String> variables() {
    return Map.copyOf(variables);
  }
}
