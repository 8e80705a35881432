// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.status;

import io.lastfive.settings.SettingType;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommandRunner;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.StopSignal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lastfive status}: the pipeline's health on one screen. */
@Command(
    name = "status",
    description = "Show topics, queries, sink, dead letters and schemas on one screen.",
    footer = {
      "",
      "Degraded is: something does not answer, a topic or a query is missing, a query does not run or is too far behind,",
      "no sink runs or it is too far behind, a dead letter came within the last hour, or a schema of ours is not",
      "registered. What is away costs its own part only.",
      "Exit codes: 0 healthy, 1 degraded, 2 something to correct."
    })
public final class StatusCommand implements Callable<Integer> {
  private static final String HOME_AND_ERASE = "\u001b[H\u001b[J";

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(names = "--watch", description = "Look again and again, until Ctrl-C.")
  private boolean watch;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "2s",
      description = "How long between two looks (default: ${DEFAULT-VALUE}).")
  private String interval = "2s";

  @Option(
      names = "--max-lag",
      paramLabel = "RECORDS",
      defaultValue = "10000",
      description =
          "A query or the sink that has more records before it is degraded (default: ${DEFAULT-VALUE}).")
  private long mostLag;

  @Override
  public Integer call() throws InterruptedException {
    Duration between = interval();
    if (mostLag < 0) {
      throw new UserError("--max-lag is " + mostLag + ". Give a number of records from 0.");
    }
    boolean healthy;
    try (StopSignal stop = StopSignal.install();
        PipelineStatus status = new PipelineStatus(common.settings(), mostLag)) {
      do {
        StatusReport report = status.look();
        healthy = report.problems().isEmpty();
        show(report);
      } while (watch && !stop.await(between));
    }
    return healthy ? CommandRunner.OK : CommandRunner.FAILED;
  }

  private Duration interval() {
    return SettingType.DURATION_WITH_UNIT
        .parser()
        .apply(interval)
        .orElseThrow(
            () ->
                new UserError(
                    "--interval is '%s', which is not %s."
                        .formatted(interval, SettingType.DURATION_WITH_UNIT.description())));
  }

  private void show(StatusReport report) {
    Console console = common.console();
    if (common.json()) {
      console.json(json(report));
      return;
    }
    List<String> lines = StatusScreen.lines(console, report);
    String before = watch && console.isTerminal() ? HOME_AND_ERASE : "";
    console.print(before + String.join(System.lineSeparator(), lines));
  }

  private static Map<String, Object> json(StatusReport report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("at", report.at());
    json.put("healthy", report.problems().isEmpty());
    json.put("problems", report.problems());
    put(json, "topics", report.topics());
    put(json, "queries", report.queries());
    put(json, "sink", report.sink());
    put(json, "deadLetters", report.deadLetters());
    put(json, "schemas", report.schemas());
    return json;
  }

  private static void put(Map<String, Object> json, String name, Part<?> part) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("lines", part.lines());
    fields.put("away", part.away());
    json.put(name, fields);
  }
}
