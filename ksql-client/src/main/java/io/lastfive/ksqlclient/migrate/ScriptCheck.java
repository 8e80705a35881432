// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import io.lastfive.ksqlclient.migrate.MigrationState.Migrated;
import io.lastfive.ksqlclient.migrate.MigrationState.Tried;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Compares the scripts with what was applied of them. */
final class ScriptCheck {
  private final Map<Integer, Migration> scripts = new TreeMap<>();
  private final MigrationHistory.Versions history;
  private final AppliedScripts applied;

  ScriptCheck(
      List<Migration> migrations, MigrationHistory.Versions history, AppliedScripts applied) {
    migrations.forEach(migration -> scripts.put(migration.version(), migration));
    this.history = history;
    this.applied = applied;
  }

  /** Everything that must be put right before anything is applied. */
  List<String> problems(boolean allowGaps) {
    List<String> problems = new ArrayList<>();
    history.versions().values().forEach(state -> changed(state).ifPresent(problems::add));
    int latest = history.latestMigrated();
    int before = 0;
    for (Migration script : scripts.values()) {
      boolean pending = !history.isMigrated(script.version());
      if (pending && script.version() < latest && history.of(script.version()).isEmpty()) {
        problems.add(
            script.fileName()
                + " comes before version "
                + latest
                + ", which is applied already. Give it a higher version.");
      } else if (pending && script.version() > before + 1 && !allowGaps) {
        problems.add(gap(script, before));
      }
      before = script.version();
    }
    return problems;
  }

  /** What is wrong with the script of a version that is MIGRATED. */
  Optional<String> changed(Tried state) {
    if (!(state instanceof Migrated)) {
      return Optional.empty();
    }
    Optional<Migration> script = Optional.ofNullable(scripts.get(state.version()));
    if (script.isEmpty()) {
      return Optional.of(
          "V%06d__%s.sql is gone, and was applied. Put it back."
              .formatted(state.version(), state.name().replace(' ', '_')));
    }
    return script
        .filter(migration -> !migration.checksum().equals(state.checksum()))
        .map(migration -> changed(migration, state.checksum()));
  }

  private String changed(Migration migration, String checksum) {
    return migration.fileName()
        + " was changed after it was applied: its checksum is "
        + migration.checksum()
        + ", the applied one's "
        + checksum
        + ". Put it back, and make the change in a new version; './lastfive ksql repair' accepts a change that means nothing."
        + applied
            .find(migration, checksum)
            .map(
                before ->
                    " Changed lines:\n    "
                        + String.join("\n    ", ChangedLines.between(before, migration.sql())))
            .orElse(
                " Which lines is not known: what was applied is neither in the project's .applied nor in git.");
  }

  private static String gap(Migration script, int before) {
    int missing = before + 1;
    String which =
        missing == script.version() - 1
            ? "version " + missing + " is"
            : "versions " + missing + " to " + (script.version() - 1) + " are";
    return script.fileName()
        + ": "
        + which
        + " missing before it. Give it version "
        + missing
        + ", or allow it with --allow-gaps.";
  }
}
