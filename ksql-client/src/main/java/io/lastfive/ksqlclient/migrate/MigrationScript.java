// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import io.lastfive.settings.UserError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a migration's statements: SET and DEFINE hold from where they stand to the end of the file,
 * and what may not stand in a migration is refused before anything runs.
 */
final class MigrationScript {
  private static final Pattern PAIR =
      Pattern.compile(
          "(?is)(?:UN)?(?:SET|DEFINE)\\s+['`]?([^'`=\\s;]+)['`]?(?:\\s*=\\s*'((?:[^']|'')*)')?\\s*;");

  private static final Set<String> ALLOWED =
      Set.of("CREATE", "INSERT", "DROP", "ALTER", "TERMINATE", "PAUSE", "RESUME", "ASSERT");

  /** Statements that only look, for which there is a better place. */
  private static final Set<String> LOOKING =
      Set.of("SELECT", "PRINT", "SHOW", "LIST", "DESCRIBE", "EXPLAIN");

  private final Migration migration;
  private final Map<String, String> properties = new LinkedHashMap<>();
  private final Map<String, String> variables;

  private MigrationScript(Migration migration, Map<String, String> variables) {
    this.migration = migration;
    this.variables = new LinkedHashMap<>(variables);
  }

  /**
   * The statements that go to the server, in order.
   *
   * @param variables what ${name} stands for, until DEFINE says otherwise
   * @throws UserError naming every statement that may not stand in a migration, or the first whose
   *     SET, DEFINE or variable is not understood
   */
  static List<ScriptStatement> read(Migration migration, Map<String, String> variables) {
    return new MigrationScript(migration, variables).read();
  }

  private List<ScriptStatement> read() {
    List<SqlStatement> statements = SqlScript.split(migration.sql());
    refuseWhatMayNotStandHere(statements);
    List<ScriptStatement> read = new ArrayList<>();
    for (SqlStatement statement : statements) {
      String text =
          Variables.substitute(statement.text(), variables, problem -> at(statement, problem));
      switch (statement.keyword()) {
        case "SET", "UNSET" -> change(properties, statement, text);
        case "DEFINE", "UNDEFINE" -> change(variables, statement, text);
        default ->
            read.add(
                new ScriptStatement(
                    migration.version(),
                    migration.fileName(),
                    statement,
                    text,
                    properties,
                    StatementEffect.of(text)));
      }
    }
    return List.copyOf(read);
  }

  private void refuseWhatMayNotStandHere(List<SqlStatement> statements) {
    List<String> problems = new ArrayList<>();
    for (SqlStatement statement : statements) {
      String keyword = statement.keyword();
      if (LOOKING.contains(keyword)) {
        problems.add(
            text(
                statement,
                keyword
                    + " may not stand in a migration: it changes nothing. Take it out, or run it with './lastfive watch'."));
      } else if (!ALLOWED.contains(keyword) && !isScoped(keyword)) {
        problems.add(
            text(
                statement,
                keyword
                    + " may not stand in a migration. Those that may: CREATE, INSERT INTO, DROP, ALTER, TERMINATE, PAUSE, RESUME, ASSERT, SET, UNSET, DEFINE, UNDEFINE."));
      }
    }
    if (!problems.isEmpty()) {
      throw UserError.ofAll("statements may not stand in a migration", problems);
    }
  }

  private static boolean isScoped(String keyword) {
    return Set.of("SET", "UNSET", "DEFINE", "UNDEFINE").contains(keyword);
  }

  private void change(Map<String, String> values, SqlStatement statement, String text) {
    Matcher pair = PAIR.matcher(text);
    boolean removes = statement.keyword().startsWith("UN");
    if (!pair.matches() || (pair.group(2) == null) != removes) {
      throw at(
          statement,
          "not understood: '"
              + statement.text()
              + "'. Write SET 'name'='value'; or DEFINE name='value';");
    }
    if (removes) {
      values.remove(pair.group(1));
    } else {
      values.put(pair.group(1), pair.group(2).replace("''", "'"));
    }
  }

  private UserError at(SqlStatement statement, String message) {
    return new UserError(text(statement, message));
  }

  private String text(SqlStatement statement, String message) {
    return migration.fileName() + ":" + statement.position() + ": " + message;
  }
}
