// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.ksqltest.driver.ScriptDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptTestsTest {
  private static final String STREAM =
      "CREATE STREAM s (k STRING KEY, a INT, b ARRAY<STRUCT<c INT>>) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');\n";

  @TempDir private Path project;

  @Test
  void passesEveryTestOfTheProjectsScripts() {
    List<TestResult> results = ScriptTests.of(Path.of("../ksql")).run(result -> {});

    assertThat(results)
        .extracting(TestResult::name)
        .contains(
            "both_channels",
            "last_five",
            "normalize_bank_transfer",
            "normalize_credit_card",
            "a query that goes on where it was repeats nothing");
    assertThat(results).extracting(TestResult::failure).containsOnly(Optional.empty());
  }

  @Test
  void coversEveryQueryOfTheProjectsScriptsWithACase() throws IOException {
    ScriptTests tests = ScriptTests.of(Path.of("../ksql"));
    Set<String> queries = new TreeSet<>();
    Set<String> covered = new TreeSet<>();
    try (Stream<Path> cases = Files.list(Path.of("../ksql/cases"))) {
      for (Path folder : cases.toList()) {
        try (ScriptDriver driver = new ScriptDriver()) {
          tests.run(String.valueOf(folder.getFileName()), driver);
          queries.addAll(driver.queryIds());
          covered.addAll(driver.queriesThatWrote());
        }
      }
    }

    assertThat(queries).contains("NORMALIZE_CC", "NORMALIZE_BANK");
    assertThat(covered).isEqualTo(queries);
  }

  @Test
  void passesTheExampleOfTheDocumentation() throws IOException {
    Matcher example =
        Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../docs/testing-scripts.md")));
    assertThat(example.find()).isTrue();
    write("example.sql", example.group(1));

    List<TestResult> results = ScriptTests.of(project).run(result -> {});

    assertThat(results).hasSize(2);
    assertThat(results).extracting(TestResult::failure).containsOnly(Optional.empty());
  }

  @Test
  void saysFieldByFieldWhatWasExpectedAndWhatCameOut() throws IOException {
    write("migrations/V000001__s.sql", STREAM);
    write("migrations/V000002__t.sql", "CREATE STREAM t AS SELECT k, a + 1 AS a, b FROM s;");
    write(
        "cases/adds_one/input.json",
        """
        {"inputs": [
          {"topic": "s", "key": "k", "value": {"a": 1, "b": [{"c": 1}, {"c": 2}]}, "timestamp": 5},
          {"topic": "s", "key": "k", "value": {"a": 2}},
          {"topic": "s", "key": "l", "value": null}]}
        """);
    write(
        "cases/adds_one/output.json",
        """
        {"outputs": [
          {"topic": "T", "key": "k", "value": {"A": 3, "B": [{"C": 1}, {"C": 3}, {"C": 4}]}, "timestamp": 6},
          {"topic": "T", "key": "k", "value": {"A": 3}},
          {"topic": "T", "key": "l", "value": {"A": 1}},
          {"topic": "T", "key": "l", "value": {"A": 1}},
          {"topic": "U", "key": "l", "value": {"A": 1}}]}
        """);

    assertThat(failure())
        .isEqualTo(
            """
            topic T, record 1 of 4:
              value.A       expected 3        got 2
              value.B[1].C  expected 3        got 2
              value.B[2]    expected {"C":4}  got nothing
              timestamp     expected 6        got 5
            topic T, record 3 of 4:
              value  expected {"A":1}  got null
            topic T: expected 4 records, got 3; the first that is missing is key "l", value {"A":1}
            topic U: no stream or table has it""");
  }

  @Test
  void countsRecordsThatAreTooMany() throws IOException {
    write("statements.sql", STREAM + "CREATE STREAM t AS SELECT k, a FROM s WHERE a > ${least};");
    write(
        "input.json", "{\"inputs\": [{\"topic\": \"s\", \"key\": \"k\", \"value\": {\"a\": 7}}]}");
    write("output.json", "{\"outputs\": []}");
    Files.writeString(
        project.resolve("statements.sql"),
        "DEFINE least = '5';\n" + Files.readString(project.resolve("statements.sql")));

    assertThat(failure())
        .isEqualTo(
            "topic T: expected 0 records, got 1; the first that is too many is key \"k\", value {\"A\":7}, timestamp 0");
  }

  @Test
  void namesTheStatementThatIsRefused() throws IOException {
    write("migrations/V000001__s.sql", STREAM);
    write(
        "migrations/V000002__t.sql",
        "\n-- A column too many.\nCREATE STREAM t AS\n  SELECT z FROM s;");
    write("cases/one/input.json", "{\"inputs\": []}");
    write("cases/one/output.json", "{\"outputs\": []}");

    assertThat(failure())
        .isEqualTo(
            project
                + "/migrations/V000002__t.sql:3: CREATE STREAM t AS ...\n"
                + "Could not determine output schema for query due to error: Line: 4, Col: 10: SELECT column 'Z' cannot be resolved.");
  }

  @Test
  void namesAnInputThatNoStreamTakes() throws IOException {
    write("statements.sql", STREAM);
    write("input.json", "{\"inputs\": [{\"topic\": \"elsewhere\", \"value\": {}}]}");
    write("output.json", "{\"outputs\": []}");

    assertThat(failure())
        .isEqualTo(
            "input.json: input 1, topic elsewhere: no stream or table has the topic elsewhere");
  }

  @Test
  void readsNothingFromAPathThatIsNotThere() {
    assertThatThrownBy(() -> ScriptTests.of(project.resolve("none")))
        .isInstanceOf(MalformedTestException.class)
        .hasMessage(
            "'%s/none' is not there. Name a project of scripts, a case or a file of tests.",
            project);
  }

  @Test
  void saysWhereAFolderHasNoTests() throws IOException {
    write("migrations/V000001__s.sql", STREAM);

    assertThatThrownBy(() -> ScriptTests.of(project))
        .isInstanceOf(MalformedTestException.class)
        .hasMessage(
            "'%s' has no tests: neither cases/NAME/input.json and output.json, nor .sql files with '--@test: name'.",
            project);
  }

  @Test
  void namesEveryFileThatCannotBeReadAtOnce() throws IOException {
    write("migrations/V000001__s.sql", STREAM);
    write("cases/a/input.json", "{\"inputs\": [}");
    write("cases/a/output.json", "{}");
    write("cases/b/input.json", "{\"inputs\": [{\"key\": \"k\"}]}");
    write("cases/c/input.json", "{\"input\": []}");
    write("tests/d.sql", "SELECT 1;");

    assertThatThrownBy(() -> ScriptTests.of(project))
        .isInstanceOfSatisfying(
            MalformedTestException.class,
            malformed ->
                assertThat(malformed.problems())
                    .containsExactly(
                        project
                            + "/cases/a/input.json:1:13: this is no JSON: Unexpected close marker '}': expected ']' (for Array starting at [line: 1, column: 12])",
                        "'"
                            + project
                            + "/cases/b/input.json' has a record without 'topic': {\"key\":\"k\"}",
                        "'" + project + "/cases/c/input.json' has no array 'inputs'.",
                        project
                            + "/tests/d.sql:1: a statement stands before the first '--@test: name'."));
  }

  private String failure() {
    List<TestResult> results = ScriptTests.of(project).run(result -> {});
    assertThat(results).hasSize(1);
    return results.get(0).failure().orElse("passed");
  }

  private void write(String file, String text) throws IOException {
    Path path = project.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
