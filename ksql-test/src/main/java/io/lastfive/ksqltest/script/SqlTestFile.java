// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.script;

import io.lastfive.ksqlengine.parser.KsqlParser;
import io.lastfive.ksqlengine.parser.StatementText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of tests in run-ksql-test's format: each begins with {@code --@test: name}, may expect an
 * error with {@code --@expected.error: class} and {@code --@expected.message: part of it}, and goes
 * on to the next.
 */
final class SqlTestFile {
  private static final Pattern DIRECTIVE = Pattern.compile("\\s*--@([^:\\s]*)\\s*(:?)(.*)");

  private final Path path;
  private final List<String> problems = new ArrayList<>();
  private final List<SqlTest> tests = new ArrayList<>();
  private Optional<String> name = Optional.empty();
  private Optional<String> error = Optional.empty();
  private Optional<String> message = Optional.empty();
  private final StringBuilder statements = new StringBuilder();
  private int firstLine;

  private SqlTestFile(Path path) {
    this.path = path;
  }

  /** Whether the text of a file has tests. */
  static boolean isOne(String text) {
    return text.lines().anyMatch(line -> line.strip().startsWith("--@"));
  }

  /**
   * Reads the tests.
   *
   * @param problems takes what is wrong with the file
   */
  static List<SqlTest> read(Path path, List<String> problems) {
    SqlTestFile file = new SqlTestFile(path);
    List<String> lines = Scripts.text(path).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      file.take(lines.get(i), i + 1);
    }
    file.endTest();
    if (file.tests.isEmpty() && file.problems.isEmpty()) {
      file.problems.add(
          "'%s' has no test. A test begins with '--@test: its name'.".formatted(path));
    }
    problems.addAll(file.problems);
    return file.tests;
  }

  private void take(String line, int number) {
    Matcher directive = DIRECTIVE.matcher(line);
    if (!directive.matches()) {
      statements.append(line).append('\n');
      return;
    }
    // The line stays, so that positions are the file's.
    String value = directive.group(3).strip();
    if (directive.group(2).isEmpty() || value.isEmpty()) {
      problem(
          number,
          "'%s' says nothing; write '--@%s: ...'".formatted(line.strip(), directive.group(1)));
    }
    switch (directive.group(1)) {
      case "test" -> {
        endTest();
        name = Optional.of(value);
        firstLine = number;
      }
      case "expected.error" -> {
        error = once(error, value, directive.group(1), number);
        if (!ExpectedErrors.isKnown(value)) {
          problem(
              number,
              "error '%s' is none that can be expected. Errors: %s"
                  .formatted(value, String.join(", ", ExpectedErrors.names())));
        }
      }
      case "expected.message" -> message = once(message, value, directive.group(1), number);
      default ->
          problem(
              number,
              "'--@%s' is no directive. Directives: --@test, --@expected.error, --@expected.message"
                  .formatted(directive.group(1)));
    }
    statements.append('\n');
  }

  private Optional<String> once(
      Optional<String> before, String value, String directive, int number) {
    if (name.isEmpty()) {
      problem(number, "'--@%s' stands before the first '--@test: name'".formatted(directive));
    } else if (before.isPresent()) {
      problem(number, "'--@%s' is there twice in test '%s'".formatted(directive, name.get()));
    }
    return Optional.of(value);
  }

  private void endTest() {
    List<StatementText> split = KsqlParser.split(statements.toString());
    if (name.isPresent()) {
      int before = firstLine - 1;
      tests.add(
          new SqlTest(
              path.toString(),
              name.get(),
              split.stream()
                  .map(text -> new StatementText(text.text(), text.line() + before, text.column()))
                  .toList(),
              error,
              message));
      if (split.isEmpty()) {
        problem(firstLine, "test '%s' has no statements".formatted(name.get()));
      }
    } else if (!split.isEmpty()) {
      problem(split.get(0).line(), "a statement stands before the first '--@test: name'");
    }
    statements.setLength(0);
    name = Optional.empty();
    error = Optional.empty();
    message = Optional.empty();
  }

  private void problem(int line, String problem) {
    problems.add("%s:%d: %s.".formatted(path, line, problem));
  }
}
