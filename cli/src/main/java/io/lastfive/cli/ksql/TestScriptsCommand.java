// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.ksql;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.conformance.ScriptTests;
import io.lastfive.ksqlengine.conformance.ScriptTests.ScriptResult;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.Console.Style;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lastfive ksql test}: the scripts' cases, without any server. */
@Command(
    name = "test",
    description = {
      "Run the cases of a project of scripts in the test driver, without any server.",
      "A case is cases/NAME/input.json and output.json in ksql-test-runner's format."
    },
    footer = {"", "Exit codes: 0 every case passes, 1 some fail, 2 the project cannot be read."})
public final class TestScriptsCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      defaultValue = "ksql",
      description = "The project, a folder that holds migrations/ and cases/ (default: ksql).")
  private Path project = Path.of("ksql");

  @Override
  public Integer call() {
    Console console = common.console();
    List<ScriptResult> results;
    try {
      results = ScriptTests.run(project, result -> report(console, result));
    } catch (KsqlException e) {
      throw new UserError(String.valueOf(e.getMessage()), e);
    }
    long failed = results.stream().filter(result -> !result.passed()).count();
    if (common.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("passed", results.size() - failed);
      json.put("failed", failed);
      json.put("cases", results.stream().map(TestScriptsCommand::json).toList());
      console.json(json);
    } else {
      console.print(results.size() - failed + " passed, " + failed + " failed");
    }
    return failed == 0 ? 0 : 1;
  }

  private void report(Console console, ScriptResult result) {
    if (common.json()) {
      return;
    }
    console.print(
        result.passed()
            ? console.styled(Style.GREEN, "passed") + "  " + result.name()
            : console.styled(Style.RED, "failed")
                + "  "
                + result.name()
                + "\n        "
                + result.failure().orElse(""));
  }

  private static Map<String, Object> json(ScriptResult result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", result.name());
    json.put("passed", result.passed());
    result.failure().ifPresent(failure -> json.put("failure", failure));
    return json;
  }
}
