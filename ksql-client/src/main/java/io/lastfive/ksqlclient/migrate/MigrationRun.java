// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.KsqlServerException;
import io.lastfive.settings.UserError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs the statements of one script, in order. SET and DEFINE hold to the end of the file. The
 * first statement that fails ends it; those before it have taken effect.
 */
final class MigrationRun {
  private static final Pattern PAIR =
      Pattern.compile(
          "(?is)(?:UN)?(?:SET|DEFINE)\\s+['`]?([^'`=\\s;]+)['`]?(?:\\s*=\\s*'((?:[^']|'')*)')?\\s*;");

  /** Statements that change nothing, and so have no place in a migration. */
  private static final Set<String> REFUSED =
      Set.of("SELECT", "PRINT", "SHOW", "LIST", "DESCRIBE", "EXPLAIN", "RUN");

  private final KsqlClient client;
  private final StatementRunner runner;
  private final Migration migration;
  private final Map<String, String> properties = new LinkedHashMap<>();
  private final Map<String, String> variables;
  private final List<String> queryIds = new ArrayList<>();

  MigrationRun(
      KsqlClient client,
      StatementRunner runner,
      Migration migration,
      Map<String, String> variables) {
    this.client = client;
    this.runner = runner;
    this.migration = migration;
    this.variables = new LinkedHashMap<>(variables);
  }

  /**
   * @throws UserError at the first statement that is refused: file, line, column and why
   */
  void run() {
    List<SqlStatement> statements = migration.statements();
    statements.forEach(this::refuseWhatChangesNothing);
    for (SqlStatement statement : statements) {
      try {
        switch (statement.keyword()) {
          case "SET", "UNSET" -> change(properties, statement);
          case "DEFINE", "UNDEFINE" -> change(variables, statement);
          default -> queryIds.addAll(runner.run(statement.text(), properties, variables));
        }
      } catch (KsqlServerException e) {
        throw at(statement, String.valueOf(e.getMessage()), e);
      }
    }
    refuseDeadQueries();
  }

  private void refuseWhatChangesNothing(SqlStatement statement) {
    if (REFUSED.contains(statement.keyword())) {
      throw at(
          statement,
          statement.keyword()
              + " may not stand in a migration: it changes nothing. Take it out, or run it with './lastfive watch'.",
          null);
    }
  }

  private void change(Map<String, String> values, SqlStatement statement) {
    Matcher pair = PAIR.matcher(statement.text());
    boolean removes = statement.keyword().startsWith("UN");
    if (!pair.matches() || (pair.group(2) == null) != removes) {
      throw at(
          statement,
          "not understood: '"
              + statement.text()
              + "'. Write SET 'name'='value'; or DEFINE name='value';",
          null);
    }
    if (removes) {
      values.remove(pair.group(1));
    } else {
      values.put(pair.group(1), pair.group(2).replace("''", "'"));
    }
  }

  private void refuseDeadQueries() {
    if (queryIds.isEmpty()) {
      return;
    }
    for (JsonNode entity : client.execute("LIST QUERIES;", Map.of(), Map.of())) {
      for (JsonNode query : entity.path("queries")) {
        String id = query.path("id").asText();
        if (queryIds.contains(id) && query.path("state").asText().equals("ERROR")) {
          throw new UserError(
              migration.fileName()
                  + ": the query "
                  + id
                  + " started and died. EXPLAIN "
                  + id
                  + "; tells why.");
        }
      }
    }
  }

  private UserError at(SqlStatement statement, String message, @Nullable Throwable cause) {
    String text = migration.fileName() + ":" + statement.positionOf(message) + ": " + message;
    return cause == null ? new UserError(text) : new UserError(text, cause);
  }
}
