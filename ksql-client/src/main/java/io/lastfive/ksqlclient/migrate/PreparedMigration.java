// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import io.lastfive.settings.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A script and the statements that it is for the server. */
record PreparedMigration(Migration migration, List<ScriptStatement> statements) {

  /**
   * Reads scripts; nothing of any of them runs where one may not.
   *
   * @throws UserError naming every problem
   */
  static List<PreparedMigration> readAll(
      List<Migration> migrations, Map<String, String> variables) {
    List<PreparedMigration> prepared = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (Migration migration : migrations) {
      try {
        prepared.add(new PreparedMigration(migration, MigrationScript.read(migration, variables)));
      } catch (UserError e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    if (!problems.isEmpty()) {
      throw UserError.ofAll("problems in scripts", problems);
    }
    return prepared;
  }

  boolean startsQueries() {
    return statements.stream().anyMatch(statement -> statement.effect().makesQuery());
  }
}
