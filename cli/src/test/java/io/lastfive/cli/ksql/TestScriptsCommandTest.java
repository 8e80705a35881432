// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.ksql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.settings.cli.CommandRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TestScriptsCommandTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path file;

  @BeforeEach
  void writeTests() throws IOException {
    file =
        Files.writeString(
            folder.resolve("a.sql"),
            """
            --@test: holds
            CREATE STREAM s (id INT KEY, a INT) WITH (kafka_topic='s', value_format='JSON');
            --@test: does not
            ASSERT STREAM s;
            """);
  }

  @Test
  void endsWithOneWhereATestFails() {
    int exitCode = run(folder.toString());

    assertThat(out)
        .hasToString(
            """
            passed  holds
            failed  does not
                    %s:4: ASSERT STREAM s;
                    there is no stream or table S
            1 passed, 1 failed
            """
                .formatted(file));
    assertThat(exitCode).isEqualTo(1);
  }

  @Test
  void showsResultsAsJson() {
    int exitCode = run(file.toString(), "--json");

    assertThat(out.toString().replaceAll("\"seconds\":[0-9.]+", "\"seconds\":0"))
        .isEqualTo(
            ("{\"passed\":1,\"failed\":1,\"tests\":["
                    + "{\"file\":\"%1$s\",\"name\":\"holds\",\"passed\":true,\"seconds\":0},"
                    + "{\"file\":\"%1$s\",\"name\":\"does not\",\"passed\":false,\"seconds\":0,"
                    + "\"failure\":\"%1$s:4: ASSERT STREAM s;\\nthere is no stream or table S\"}]}\n")
                .formatted(file));
    assertThat(exitCode).isEqualTo(1);
  }

  @Test
  void writesTheResultsForCi() throws Exception {
    Path report = folder.resolve("target/tests.xml");

    int exitCode = run(file.toString(), "--junit", report.toString());

    assertThat(Files.readString(report))
        .contains(
            "<testsuite name=\"%s\" tests=\"2\" failures=\"1\" errors=\"0\"".formatted(file),
            "<failure message=\"%s:4: ASSERT STREAM s;\">".formatted(file));
    assertThat(exitCode).isEqualTo(1);
  }

  @Test
  void endsWithTwoWhereATestCannotBeRead() throws Exception {
    Files.writeString(file, "--@tset: x\nCREATE TYPE t AS INT;\n");

    int exitCode = run(file.toString());

    assertThat(err)
        .hasToString(
            """
            error: 2 problems with the tests:
              %1$s:1: '--@tset' is no directive. Directives: --@test, --@expected.error, --@expected.message.
              %1$s:2: a statement stands before the first '--@test: name'.
            """
                .formatted(file));
    assertThat(out.toString()).isEmpty();
    assertThat(exitCode).isEqualTo(2);
  }

  @Test
  void endsWithTwoWhereTheReportCannotBeWritten() {
    int exitCode = run(file.toString(), "--junit", folder.toString());

    assertThat(err)
        .hasToString(
            "error: '%1$s' cannot be written: java.nio.file.FileSystemException: %1$s: Is a directory. Name a file in a folder that you may write to.\n"
                .formatted(folder));
    assertThat(exitCode).isEqualTo(2);
  }

  @Test
  void namesAPathThatIsNotThere() {
    int exitCode = run(folder.resolve("none").toString());

    assertThat(err)
        .hasToString(
            "error: '%s/none' is not there. Name a project of scripts, a case or a file of tests.\n"
                .formatted(folder));
    assertThat(exitCode).isEqualTo(2);
  }

  private int run(String... arguments) {
    CommandLine commandLine =
        CommandRunner.commandLine(new TestScriptsCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    return CommandRunner.run(commandLine, arguments);
  }
}
