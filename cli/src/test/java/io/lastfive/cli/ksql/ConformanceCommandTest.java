// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.ksql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.settings.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConformanceCommandTest {
  private static final String HOW =
      ". A family is a file's name without .json; give the folder that holds query-validation-tests/.";

  @TempDir Path directory;

  @BeforeEach
  void writeCases() throws IOException {
    Files.writeString(
        directory.resolve("ours.json"),
        """
        {"tests": [
          {"name": "refused", "statements": ["CREATE STREAM o AS SELECT * FROM nothing;"],
           "expectedException": {"message": "NOTHING does not exist."}},
          {"name": "not refused", "statements": ["CREATE TYPE t AS STRUCT<a INT>;"],
           "expectedException": {"message": "never"}}
        ]}
        """);
  }

  @Test
  void answersWithWhetherACaseFailed() throws Exception {
    assertThat(run(directory, "--case", "^refused")).isZero();
    assertThat(run(directory, "--case", "^not")).isEqualTo(1);
  }

  @Test
  void refusesWhereThereIsNothingToRun() {
    Path none = directory.resolve("none");

    assertThatThrownBy(() -> run(none))
        .isInstanceOf(UserError.class)
        .hasMessage("'" + none + "' is no folder. Give one that holds query-validation-tests/.");
    assertThatThrownBy(() -> run(directory, "--family", "theirs"))
        .isInstanceOf(UserError.class)
        .hasMessage("'" + directory + "' holds no case that --family and --case leave" + HOW);
    assertThatThrownBy(() -> run(directory, "--rest"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "'"
                + directory
                + "' has no rest-query-validation-tests/. Give the folder that holds it.");
    assertThatThrownBy(() -> run(directory, "--case", "("))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("--case is no regular expression: ");
  }

  private static int run(Path directory, String... options) throws Exception {
    ConformanceCommand command = new ConformanceCommand();
    new CommandLine(command).parseArgs(concat(directory.toString(), options));
    return command.call();
  }

  private static String[] concat(String first, String... rest) {
    String[] all = new String[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }
}
