// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import io.lastfive.settings.UserError;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * A folder that Confluent's ksql-migrations accepts: {@code migrations/} with the scripts, and
 * {@code ksql-migrations.properties}. The file may be missing; of what it says, the names of the
 * history, the folder of the scripts and the server's address and user are heeded.
 *
 * @param migrations the scripts by version
 * @param server where the file says ksqlDB is
 * @param userInfo {@code user:password} that the file gives
 */
public record MigrationProject(
    Path folder,
    List<Migration> migrations,
    HistoryNames names,
    Optional<String> server,
    Optional<String> userInfo) {

  private static final String FILE = "ksql-migrations.properties";

  private static final String TEMPLATE =
      """
      # The project's file for ./lastfive ksql and for Confluent's ksql-migrations alike.
      # ./lastfive takes the address from its own settings (ksqldb.url) where one is given there.
      ksql.server.url=http://localhost:8088
      """;

  public MigrationProject {
    migrations = List.copyOf(migrations);
  }

  /**
   * @throws UserError where the scripts cannot be read, or two have one version
   */
  public static MigrationProject read(Path folder) {
    Properties properties = properties(folder.resolve(FILE));
    HistoryNames defaults = HistoryNames.defaults();
    return new MigrationProject(
        folder,
        Migration.readAll(scripts(folder, properties)),
        new HistoryNames(
            value(properties, "ksql.migrations.stream.name").orElse(defaults.stream()),
            value(properties, "ksql.migrations.table.name").orElse(defaults.table()),
            value(properties, "ksql.migrations.stream.topic.name"),
            value(properties, "ksql.migrations.table.topic.name"),
            replicas(properties, defaults)),
        value(properties, "ksql.server.url"),
        value(properties, "ksql.auth.basic.username")
            .map(user -> user + ":" + value(properties, "ksql.auth.basic.password").orElse("")));
  }

  /**
   * Makes an empty script with the next version, and the project itself where it is not there.
   *
   * @param name words that say what the script does
   * @return the script's file
   */
  public static Path addScript(Path folder, String name) {
    String words = name.strip().replaceAll("[^\\p{L}\\p{N}]+", "_").replaceAll("^_+|_+$", "");
    if (words.isEmpty()) {
      throw new UserError(
          "'" + name + "' is no name for a script: use letters and digits, such as 'add wallet'.");
    }
    try {
      Path scripts = scripts(folder, properties(folder.resolve(FILE)));
      if (Files.notExists(scripts)) {
        Files.createDirectories(scripts);
        if (Files.notExists(folder.resolve(FILE))) {
          Files.writeString(folder.resolve(FILE), TEMPLATE);
        }
      }
      int version =
          Migration.readAll(scripts).stream().mapToInt(Migration::version).max().orElse(0) + 1;
      Path file = scripts.resolve("V%06d__%s.sql".formatted(version, words));
      return Files.writeString(
          file,
          """
          -- From the first record on: the default is to skip what was sent before a query began.
          SET 'auto.offset.reset' = 'earliest';

          -- Leaves: (say what leaves the statement)
          """);
    } catch (IOException e) {
      throw new UserError(
          "No script can be made in '"
              + folder
              + "': "
              + e.getMessage()
              + ". Name another folder with --project.",
          e);
    }
  }

  private static Path scripts(Path folder, Properties properties) {
    return value(properties, "ksql.migrations.dir.override")
        .map(override -> folder.resolve(override))
        .orElse(folder.resolve("migrations"));
  }

  private static Properties properties(Path file) {
    Properties properties = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        properties.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new UserError("'" + file + "' cannot be read: " + e.getMessage() + ".", e);
      }
    }
    return properties;
  }

  private static Optional<String> value(Properties properties, String name) {
    return Optional.ofNullable(properties.getProperty(name))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  private static int replicas(Properties properties, HistoryNames defaults) {
    String name = "ksql.migrations.topic.replicas";
    Optional<String> value = value(properties, name);
    if (value.isPresent() && !value.get().matches("[1-9]\\d{0,4}")) {
      throw new UserError(
          FILE + ": " + name + " = '" + value.get() + "' is not a number of replicas.");
    }
    return value.map(Integer::parseInt).orElse(defaults.replicas());
  }
}
