// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.cli;

import io.lastfive.ksqlclient.migrate.MigrationState;
import io.lastfive.ksqlclient.migrate.MigrationState.Failed;
import io.lastfive.ksqlclient.migrate.MigrationState.Migrated;
import io.lastfive.ksqlclient.migrate.MigrationState.Tried;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A version as commands write it with --json. */
final class MigrationJson {

  private MigrationJson() {}

  static Map<String, Object> of(MigrationState state) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", state.version());
    json.put("name", state.name());
    json.put("state", state.label());
    json.put("checksum", state.checksum());
    if (state instanceof Tried tried) {
      json.put("startedOn", tried.attempt().startedOn().toString());
      json.put("completedOn", completedOn(state).map(Instant::toString).orElse(""));
      json.put("previous", tried.attempt().previous());
      json.put("errorReason", errorReason(state));
    }
    return json;
  }

  static Optional<Instant> completedOn(MigrationState state) {
    if (state instanceof Migrated migrated) {
      return Optional.of(migrated.completedOn());
    }
    return state instanceof Failed failed ? Optional.of(failed.completedOn()) : Optional.empty();
  }

  /** Empty where there is none. */
  static String errorReason(MigrationState state) {
    return state instanceof Failed failed ? failed.reason() : "";
  }
}
