// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.script;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.functions.BuiltInFunctions;
import io.lastfive.ksqlengine.functions.FunctionCatalog;
import io.lastfive.ksqltest.driver.ScriptDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Entry point: finds the tests of KSQL scripts and runs them without any server, each in a driver
 * of its own. What a path may be:
 *
 * <ul>
 *   <li>a project: {@code cases/NAME/input.json} and {@code output.json} in ksql-test-runner's
 *       format, against the scripts of {@code migrations/} or the case's own {@code
 *       statements.sql}; and files of {@code tests/} in run-ksql-test's format;
 *   <li>a folder with {@code statements.sql}, {@code input.json} and {@code output.json};
 *   <li>a file in run-ksql-test's format, or a folder of them.
 * </ul>
 */
public final class ScriptTests {
  private final List<ScriptTest> tests;

  private ScriptTests(List<ScriptTest> tests) {
    this.tests = List.copyOf(tests);
  }

  /**
   * Reads the tests, and runs none.
   *
   * @throws MalformedTestException where there are none, or one cannot be read: everything that is
   *     wrong, at once
   */
  public static ScriptTests of(Path path) {
    return of(path, List.of());
  }

  /**
   * @param scripts what cases without a statements.sql of their own go through, instead of
   *     migrations/: files, or folders of them
   */
  public static ScriptTests of(Path path, List<Path> scripts) {
    List<String> problems = new ArrayList<>();
    List<ScriptTest> tests = new ArrayList<>();
    if (Files.isRegularFile(path)) {
      tests.addAll(SqlTestFile.read(path, problems));
    } else if (!Files.isDirectory(path)) {
      problems.add(
          "'%s' is not there. Name a project of scripts, a case or a file of tests."
              .formatted(path));
    } else if (JsonCase.isIn(path)) {
      addCase(path, scripts, tests, problems);
    } else {
      addFolder(path, scripts, tests, problems);
    }
    if (tests.isEmpty() && problems.isEmpty()) {
      problems.add(
          "'%s' has no tests: neither cases/NAME/input.json and output.json, nor .sql files with '--@test: name'."
              .formatted(path));
    }
    if (!problems.isEmpty()) {
      throw new MalformedTestException(problems);
    }
    return new ScriptTests(tests);
  }

  private static void addFolder(
      Path path, List<Path> scripts, List<ScriptTest> tests, List<String> problems) {
    Path cases = path.resolve("cases");
    boolean isProject = Files.isDirectory(cases) || Files.isDirectory(path.resolve("tests"));
    Path migrations = path.resolve("migrations");
    List<Path> before =
        scripts.isEmpty() && Files.isDirectory(migrations) ? List.of(migrations) : scripts;
    if (Files.isDirectory(cases)) {
      entries(cases)
          .filter(Files::isDirectory)
          .forEach(folder -> addCase(folder, before, tests, problems));
    } else if (!isProject) {
      entries(path)
          .filter(JsonCase::isIn)
          .forEach(folder -> addCase(folder, before, tests, problems));
    }
    Path sql = isProject ? path.resolve("tests") : path;
    if (Files.isDirectory(sql)) {
      try (Stream<Path> files = Files.walk(sql)) {
        files
            .filter(file -> file.toString().endsWith(".sql"))
            .sorted()
            .filter(file -> isProject || SqlTestFile.isOne(Scripts.text(file)))
            .forEach(file -> tests.addAll(SqlTestFile.read(file, problems)));
      } catch (IOException e) {
        problems.add("'" + sql + "' cannot be read: " + e + ".");
      }
    }
  }

  private static Stream<Path> entries(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList().stream();
    } catch (IOException e) {
      throw new MalformedTestException("'" + folder + "' cannot be read: " + e + ".", e);
    }
  }

  private static void addCase(
      Path folder, List<Path> scripts, List<ScriptTest> tests, List<String> problems) {
    try {
      tests.add(JsonCase.read(folder, scripts));
    } catch (MalformedTestException malformed) {
      problems.addAll(malformed.problems());
    }
  }

  /** The names of the tests, in their order. */
  public List<String> names() {
    return tests.stream().map(ScriptTest::name).toList();
  }

  /**
   * Runs them in their order.
   *
   * @param done told of each
   */
  public List<TestResult> run(Consumer<TestResult> done) {
    FunctionCatalog functions = new BuiltInFunctions();
    List<TestResult> results = new ArrayList<>();
    for (ScriptTest test : tests) {
      try (ScriptDriver driver = new ScriptDriver(functions)) {
        TestResult result = run(test, driver);
        done.accept(result);
        results.add(result);
      }
    }
    return results;
  }

  /**
   * Runs the one of that name.
   *
   * @param driver a new one, in which its streams, tables and records stay
   */
  public TestResult run(String name, ScriptDriver driver) {
    return tests.stream()
        .filter(test -> test.name().equals(name))
        .findFirst()
        .map(test -> run(test, driver))
        .orElseThrow(() -> new IllegalArgumentException("no test '" + name + "': " + names()));
  }

  private static TestResult run(ScriptTest test, ScriptDriver driver) {
    long begin = System.nanoTime();
    Optional<String> failure = Optional.empty();
    try {
      test.run(driver);
    } catch (TestFailure | KsqlException e) {
      failure = Optional.of(String.valueOf(e.getMessage()));
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    return new TestResult(test.file(), test.name(), took, failure);
  }
}
