// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.pipelinetests.migrations.KsqlProject.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/migrations.md says, in its order: writes its scripts and runs its commands. */
class MigrationsPageIT {
  private static final Path PAGE = Path.of("../docs/migrations.md");
  private static final Pattern FILE = Pattern.compile("`ksql/migrations/(V\\d+__\\w+\\.sql)`");
  private static final Pattern EXIT_CODE = Pattern.compile("# .*exit code (\\d)");
  private static final Pattern ARGUMENT = Pattern.compile("\"([^\"]*)\"|(\\S+)");
  private static final String COMMAND = "./lastfive ksql ";

  @TempDir private Path folder;

  @Test
  void everyCommandEndsAsThePageSays() throws Exception {
    List<String> ran = new ArrayList<>();
    try (MigrationServer server = new MigrationServer(folder.resolve("state"))) {
      KsqlProject project = new KsqlProject(folder.resolve("ksql"), server.url(), "PAGE");
      String file = "";
      StringBuilder script = new StringBuilder();
      String block = "";
      for (String line : Files.readAllLines(PAGE, StandardCharsets.UTF_8)) {
        Matcher named = FILE.matcher(line);
        if (line.startsWith("```")) {
          if (block.equals("sql")) {
            project.script(file, script.toString());
            script.setLength(0);
          }
          block = line.substring("```".length());
        } else if (block.equals("sql")) {
          script.append(line).append('\n');
        } else if (block.equals("sh")) {
          run(project, line);
          ran.add(line);
        } else if (named.find()) {
          file = named.group(1);
        }
      }
    }

    assertThat(ran).hasSize(11);
  }

  private static void run(KsqlProject project, String line) {
    assertThat(line).startsWith(COMMAND);
    Matcher exitCode = EXIT_CODE.matcher(line);
    int expected = exitCode.find() ? Integer.parseInt(exitCode.group(1)) : 0;
    List<String> arguments = new ArrayList<>();
    Matcher argument =
        ARGUMENT.matcher(line.substring(COMMAND.length()).replaceFirst("\\s+#.*", ""));
    while (argument.find()) {
      arguments.add(argument.group(1) == null ? argument.group(2) : argument.group(1));
    }

    if (arguments.get(0).equals("apply")) {
      // How new queries are watched has its own test.
      arguments.addAll(List.of("--watch-queries", "0"));
    }

    Result result = project.run(arguments.toArray(String[]::new));

    assertThat(result.exitCode())
        .as("%s: %s%s", line, result.out(), result.err())
        .isEqualTo(expected);
  }
}
