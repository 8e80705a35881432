// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlclient.migrate.MigrationState.Attempt;
import io.lastfive.ksqlclient.migrate.MigrationState.Failed;
import io.lastfive.ksqlclient.migrate.MigrationState.Migrated;
import io.lastfive.ksqlclient.migrate.MigrationState.Running;
import io.lastfive.ksqlclient.migrate.MigrationState.Tried;
import io.lastfive.settings.UserError;
import java.time.Instant;
import java.util.List;

/** A state as ksql-migrations writes it: every column is text. */
final class HistoryRow {
  static final List<String> COLUMNS =
      List.of(
          "VERSION",
          "NAME",
          "STATE",
          "CHECKSUM",
          "STARTED_ON",
          "COMPLETED_ON",
          "PREVIOUS",
          "ERROR_REASON");

  private static final String NO_ERROR = "N/A";

  private HistoryRow() {}

  /** The values of {@link #COLUMNS}. */
  static List<String> values(Tried state) {
    Attempt attempt = state.attempt();
    String completedOn = "";
    String reason = NO_ERROR;
    if (state instanceof Migrated migrated) {
      completedOn = millis(migrated.completedOn());
    } else if (state instanceof Failed failed) {
      completedOn = millis(failed.completedOn());
      reason = failed.reason();
    }
    return List.of(
        String.valueOf(attempt.version()),
        attempt.name(),
        state.label(),
        attempt.checksum(),
        millis(attempt.startedOn()),
        completedOn,
        attempt.previous(),
        reason);
  }

  /**
   * @param row the key, then the values of {@link #COLUMNS}
   */
  static Tried state(List<JsonNode> row) {
    Attempt attempt =
        new Attempt(
            row.get(1).asInt(),
            row.get(2).asText(),
            row.get(4).asText(),
            instant(row.get(5)),
            row.get(7).asText());
    String label = row.get(3).asText();
    return switch (label) {
      case "RUNNING" -> new Running(attempt);
      case "MIGRATED" -> new Migrated(attempt, instant(row.get(6)));
      case "ERROR" -> new Failed(attempt, instant(row.get(6)), row.get(8).asText());
      default ->
          throw new UserError(
              "Version "
                  + attempt.version()
                  + " of the history has state '"
                  + label
                  + "'. Known: RUNNING, MIGRATED, ERROR. Was it written by another tool?");
    };
  }

  private static Instant instant(JsonNode millis) {
    String text = millis.asText();
    return text.matches("\\d+") ? Instant.ofEpochMilli(Long.parseLong(text)) : Instant.EPOCH;
  }

  private static String millis(Instant time) {
    return String.valueOf(time.toEpochMilli());
  }
}
