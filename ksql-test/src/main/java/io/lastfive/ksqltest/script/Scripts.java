// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.script;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.parser.KsqlParser;
import io.lastfive.ksqlengine.parser.ParseException;
import io.lastfive.ksqlengine.parser.StatementText;
import io.lastfive.ksqltest.driver.ScriptDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files of statements, and folders of them. */
public final class Scripts {
  private Scripts() {}

  /**
   * Lets the statements of a file take effect, or of each .sql file of a folder in the order of
   * their names. What SET and DEFINE say holds for the file, as in a migration.
   *
   * @throws TestFailure where a statement is refused: file, line and why
   * @throws MalformedTestException where there is nothing to read
   */
  public static void run(Path scripts, ScriptDriver driver) {
    for (Path file : files(scripts)) {
      driver.scoped(() -> runFile(file, driver));
    }
  }

  private static void runFile(Path file, ScriptDriver driver) {
    for (StatementText statement : KsqlParser.split(text(file))) {
      try {
        driver.execute(statement);
      } catch (KsqlException refused) {
        throw refused(file.toString(), statement, refused);
      }
    }
  }

  static TestFailure refused(String file, StatementText statement, KsqlException refused) {
    return new TestFailure(
        "%s:%d: %s\n%s"
            .formatted(
                file,
                statement.line(),
                firstLine(statement),
                refused instanceof ParseException parse
                    ? parse.summary() + "\n" + refused.getMessage()
                    : refused.getMessage()),
        refused);
  }

  static String firstLine(StatementText statement) {
    String first = statement.text().lines().findFirst().orElse("");
    return first.length() == statement.text().length() ? first : first + " ...";
  }

  private static List<Path> files(Path scripts) {
    if (!Files.isDirectory(scripts)) {
      return List.of(scripts);
    }
    try (Stream<Path> entries = Files.list(scripts)) {
      List<Path> files = entries.filter(file -> file.toString().endsWith(".sql")).sorted().toList();
      if (files.isEmpty()) {
        throw new MalformedTestException("'" + scripts + "' has no .sql files.");
      }
      return files;
    } catch (IOException e) {
      throw new MalformedTestException("'" + scripts + "' cannot be read: " + e + ".", e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new MalformedTestException("'" + file + "' cannot be read: " + e + ".", e);
    }
  }
}
