// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.functions.BuiltInFunctions;
import io.lastfive.ksqlengine.functions.FunctionCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Entry point: runs the tests of a project of KSQL scripts without any server. {@code
 * cases/NAME/input.json} goes through the statements of {@code migrations/}, or of {@code
 * cases/NAME/statements.sql} where there is one, and every record that comes out must be the one in
 * {@code output.json}, in its order: ksql-test-runner's format. Topics that output.json does not
 * name are not looked at.
 */
public final class ScriptTests {

  /** How one case ended; the failure says what was expected and what came out. */
  public record ScriptResult(String name, Optional<String> failure) {
    public boolean passed() {
      return failure.isEmpty();
    }
  }

  private ScriptTests() {}

  /**
   * Runs the cases in the order of their names.
   *
   * @param done told of each case
   * @throws KsqlException where the project has no cases, or a file cannot be read
   */
  public static List<ScriptResult> run(Path project, Consumer<ScriptResult> done) {
    FunctionCatalog functions = new BuiltInFunctions();
    List<ScriptResult> results = new ArrayList<>();
    for (Path folder : folders(project.resolve("cases"))) {
      CaseOutcome outcome = CaseRunner.run(functions, read(project, folder));
      ScriptResult result =
          new ScriptResult(
              String.valueOf(folder.getFileName()),
              outcome.verdict() == CaseOutcome.Verdict.PASSED
                  ? Optional.empty()
                  : Optional.of(outcome.reason()));
      done.accept(result);
      results.add(result);
    }
    return results;
  }

  private static List<Path> folders(Path cases) {
    try (Stream<Path> entries = Files.list(cases)) {
      List<Path> folders = entries.filter(Files::isDirectory).sorted().toList();
      if (folders.isEmpty()) {
        throw new KsqlException(
            "'" + cases + "' has no cases. A case is a folder with input.json and output.json.");
      }
      return folders;
    } catch (IOException e) {
      throw new KsqlException(
          "'"
              + cases
              + "' cannot be read. Name a project of scripts: a folder that holds migrations/ and cases/.",
          e);
    }
  }

  private static QttCase read(Path project, Path folder) {
    Path own = folder.resolve("statements.sql");
    List<String> statements = new ArrayList<>();
    for (Path script : Files.exists(own) ? List.of(own) : scripts(project.resolve("migrations"))) {
      statements.add(text(script));
    }
    return new QttCase(
        "cases",
        String.valueOf(folder.getFileName()),
        statements,
        Map.of(),
        List.of(),
        QttCases.records(json(folder.resolve("input.json"), "inputs")),
        QttCases.records(json(folder.resolve("output.json"), "outputs")),
        MissingNode.getInstance(),
        Optional.empty());
  }

  private static List<Path> scripts(Path migrations) {
    try (Stream<Path> entries = Files.list(migrations)) {
      return entries.filter(file -> file.toString().endsWith(".sql")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("'" + migrations + "' cannot be read", e);
    }
  }

  private static JsonNode json(Path file, String field) {
    try {
      JsonNode records = QttCases.JSON.readTree(Files.readString(file)).path(field);
      if (!records.isArray()) {
        throw new KsqlException("'" + file + "' has no array '" + field + "'.");
      }
      return records;
    } catch (IOException e) {
      throw new KsqlException("'" + file + "' cannot be read as JSON: " + e.getMessage(), e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("'" + file + "' cannot be read", e);
    }
  }
}
