// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.conformance.ScriptTests.ScriptResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptTestsTest {
  @TempDir private Path project;

  @Test
  void passesEveryCaseOfTheProjectsScripts() {
    List<ScriptResult> results = ScriptTests.run(Path.of("../ksql"), result -> {});

    assertThat(results)
        .extracting(ScriptResult::name)
        .contains("both_channels", "last_five", "normalize_bank_transfer", "normalize_credit_card");
    assertThat(results).extracting(ScriptResult::failure).containsOnly(Optional.empty());
  }

  @Test
  void saysWhatWasExpectedAndWhatCameOut() throws IOException {
    write(
        "migrations/V000001__s.sql",
        "CREATE STREAM s (k STRING KEY, a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');");
    write("migrations/V000002__t.sql", "CREATE STREAM t AS SELECT k, a + 1 AS b FROM s;");
    write(
        "cases/adds_one/input.json",
        "{\"inputs\":[{\"topic\":\"s\",\"key\":\"k\",\"value\":{\"a\":1}}]}");
    write(
        "cases/adds_one/output.json",
        "{\"outputs\":[{\"topic\":\"T\",\"key\":\"k\",\"value\":{\"B\":3}}]}");

    List<ScriptResult> results = ScriptTests.run(project, result -> {});

    assertThat(results)
        .containsExactly(
            new ScriptResult(
                "adds_one",
                Optional.of(
                    "topic T, record 1: value {\"B\":3} expected, got \"k\" {\"B\":2} @0")));
  }

  @Test
  void namesTheFolderThatHasNoCases() {
    assertThatThrownBy(() -> ScriptTests.run(project, result -> {}))
        .isInstanceOf(KsqlException.class)
        .hasMessage(
            "'"
                + project.resolve("cases")
                + "' cannot be read. Name a project of scripts: a folder that holds migrations/ and cases/.");
  }

  private void write(String file, String text) throws IOException {
    Path path = project.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
