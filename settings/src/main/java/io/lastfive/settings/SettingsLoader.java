// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Entry point: reads lastfive.properties, then the environment, then flags, the later over the
 * earlier, and refuses what it does not know. All problems are reported at once, as one {@link
 * UserError}.
 */
public final class SettingsLoader {
  static final String ENVIRONMENT_PREFIX = "LASTFIVE_";

  private static final Path DEFAULT_FILE = Path.of("lastfive.properties");

  /** Variables that start as settings do but are read by the launcher. */
  private static final Set<String> LAUNCHER_VARIABLES =
      Set.of("LASTFIVE_EXTRA_CLASSPATH", "LASTFIVE_JAVA_OPTS", "LASTFIVE_CONFIG");

  private final Map<String, Settings.Entry> entries = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  private SettingsLoader() {}

  /**
   * Reads all three places.
   *
   * @param file the properties file; empty takes {@code LASTFIVE_CONFIG}, else lastfive.properties
   *     of the working directory if it is there
   * @param flags name to value, as given after {@code --}
   */
  public static Settings load(
      Optional<Path> file, Map<String, String> environment, Map<String, String> flags) {
    SettingsLoader loader = new SettingsLoader();
    loader.readFile(file, environment);
    loader.readEnvironment(environment);
    loader.readFlags(flags);
    if (!loader.problems.isEmpty()) {
      throw UserError.ofAll("settings cannot be used", loader.problems);
    }
    return new Settings(loader.entries);
  }

  private void readFile(Optional<Path> named, Map<String, String> environment) {
    Optional<Path> file =
        named.or(() -> Optional.ofNullable(environment.get("LASTFIVE_CONFIG")).map(Path::of));
    if (file.isEmpty() && !Files.exists(DEFAULT_FILE)) {
      return;
    }
    Path path = file.orElse(DEFAULT_FILE);
    if (!Files.exists(path)) {
      problems.add(path + ": there is no such file. Name an existing one with --config.");
      return;
    }
    Map<String, Integer> lines = new LinkedHashMap<>();
    for (PropertiesFile.Line line : PropertiesFile.read(path, "--config", problems)) {
      Origin origin = Origin.line(path, line.number());
      Integer earlier = lines.putIfAbsent(line.name(), line.number());
      if (earlier != null) {
        problems.add(
            "%s: '%s' was set in line %d already. Keep one of the two."
                .formatted(origin.place(), line.name(), earlier));
      } else {
        put(line.name(), line.value(), origin);
      }
    }
  }

  private void readEnvironment(Map<String, String> environment) {
    Map<String, Setting<?>> known = new LinkedHashMap<>();
    KnownSettings.all().forEach(setting -> known.put(setting.environmentVariable(), setting));
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      String variableName = variable.getKey();
      boolean setting =
          variableName.startsWith(ENVIRONMENT_PREFIX) && !LAUNCHER_VARIABLES.contains(variableName);
      // An empty variable counts as not set: there is no other way to unset one in many
      // environments.
      if (setting && !variable.getValue().isEmpty()) {
        String name =
            Optional.<Setting<?>>ofNullable(known.get(variableName))
                .map(Setting::name)
                .orElseGet(() -> nameOf(variableName));
        put(name, variable.getValue(), Origin.environmentVariable(variableName));
      }
    }
  }

  private void readFlags(Map<String, String> flags) {
    flags.forEach((name, value) -> put(name, value, Origin.flag(name)));
  }

  private void put(String name, String text, Origin origin) {
    Optional<String> problem =
        SettingNames.problemWithName(name)
            .or(() -> SettingNames.known(name).flatMap(setting -> setting.problemWith(text)));
    if (problem.isPresent()) {
      problems.add(origin.place() + ": " + problem.get());
    } else {
      entries.put(name, new Settings.Entry(text, origin));
    }
  }

  private static String nameOf(String variable) {
    return variable
        .substring(ENVIRONMENT_PREFIX.length())
        .toLowerCase(Locale.ROOT)
        .replace('_', '.');
  }
}
