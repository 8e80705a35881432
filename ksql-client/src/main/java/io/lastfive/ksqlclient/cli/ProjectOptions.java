// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.cli;

import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.migrate.MigrationProject;
import io.lastfive.ksqlclient.migrate.Migrations;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Origin;
import io.lastfive.settings.Settings;
import io.lastfive.settings.cli.CommonOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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

  Path folder() {
    return project;
  }

  Map<String, String> variables() {
    return Map.copyOf(variables);
  }

  /** The project on the ksqlDB that is set, or else on the one that the project's file names. */
  Migrations migrations(CommonOptions common) {
    MigrationProject read = MigrationProject.read(project);
    return new Migrations(new KsqlClient(connection(common.settings(), read)), read);
  }

  private static Settings connection(Settings settings, MigrationProject project) {
    Settings connection = settings;
    if (settings.origin(KnownSettings.KSQLDB_URL).equals(Origin.DEFAULT)
        && project.server().isPresent()) {
      connection = connection.with(KnownSettings.KSQLDB_URL, project.server().get());
    }
    if (settings.find(KnownSettings.KSQLDB_USER).isEmpty() && project.userInfo().isPresent()) {
      String[] userInfo = project.userInfo().get().split(":", 2);
      connection =
          connection
              .with(KnownSettings.KSQLDB_USER, userInfo[0])
              .with(KnownSettings.KSQLDB_PASSWORD, userInfo[1]);
    }
    return connection;
  }
}
