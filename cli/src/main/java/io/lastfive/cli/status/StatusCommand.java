// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.status;

import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommandRunner;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.StopSignal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
      "registered. What is away, or does not answer within 15 s, costs its own part only.",
      "Ctrl-C ends --watch; the exit code is that of the last look.",
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
  private Duration interval = Duration.ofSeconds(2);

  @Option(
      names = "--max-lag",
      paramLabel = "RECORDS",
      defaultValue = "10000",
      description =
          "A query or the sink that has more records before it is degraded (default: ${DEFAULT-VALUE}).")
  private long mostLag;

  @Override
  public Integer call() throws InterruptedException {
    if (mostLag < 0) {
      throw new UserError("--max-lag is " + mostLag + ". Give a number of records from 0.");
    }
    boolean healthy = false;
    try (StopSignal stop = StopSignal.install();
        PipelineStatus status = new PipelineStatus(common.settings(), mostLag)) {
      do {
        Optional<StatusReport> report = status.look(stop);
        if (report.isPresent()) {
          healthy = report.get().problems().isEmpty();
          show(report.get());
        }
      } while (watch && !stop.await(interval));
    }
    return healthy ? CommandRunner.OK : CommandRunner.FAILED;
  }

  private void show(StatusReport report) {
    Console console = common.console();
    if (common.json()) {
      console.json(json(report));
      return;
    }
    boolean redrawn = watch && console.isTerminal();
    List<String> lines =
        redrawn ? StatusScreen.fitted(console, report) : StatusScreen.lines(console, report);
    console.print((redrawn ? HOME_AND_ERASE : "") + String.join(System.lineSeparator(), lines));
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
