// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommandRunner;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.Console.Style;
import io.lastfive.settings.cli.LiveLine;
import io.lastfive.settings.cli.StopSignal;
import io.lastfive.settings.cli.Table;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lastfive verify}: the last five of everyone, calculated another way and compared. */
@Command(
    name = "verify",
    description = {
      "Calculate everyone's last five from the source topics, without KSQL, and compare.",
      "Compares with the newest records of PAYMENT-TRX-AGGR and with the database, and shows each difference."
    },
    footer = {
      "",
      "It changes nothing and may run beside a pipeline at work: it checks what the topics held when it began, and",
      "waits for what is on its way. Ctrl-C ends the waiting and shows what differs by then.",
      "Exit codes: 0 all as calculated, 1 differences or a service is away, 2 something to correct."
    })
public final class VerifyCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--topic-only",
      description = "Compare with PAYMENT-TRX-AGGR only, not with the database.")
  private boolean topicOnly;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "60s",
      description =
          "How long to wait for payments that are on their way (default: ${DEFAULT-VALUE}).")
  private Duration longestWait = Duration.ofMinutes(1);

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "Show so many differences at most (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Override
  public Integer call() throws InterruptedException {
    if (limit < 0) {
      throw new UserError("--limit is " + limit + ". Give a number of differences from 0.");
    }
    Console console = common.console();
    LiveLine live = common.liveLine();
    VerifyResult result;
    try (StopSignal stop = StopSignal.install()) {
      result =
          new Verification(
                  common.settings(), !topicOnly, longestWait, live::show, stop::isRequested)
              .run();
    } finally {
      live.clear();
    }
    if (common.json()) {
      console.json(json(result));
    } else {
      print(console, result);
    }
    return result.isSound() ? CommandRunner.OK : CommandRunner.FAILED;
  }

  private void print(Console console, VerifyResult result) {
    result
        .records()
        .forEach((topic, records) -> console.print("%,11d  %s".formatted(records, topic)));
    console.print("%,11d  pass the normalizing scripts".formatted(result.passed()));
    for (SourceTopics.LeftOut leftOut : result.leftOut()) {
      console.print(
          "%,11d  left out: %s (first at %s)"
              .formatted(leftOut.records(), leftOut.reason(), leftOut.first()));
    }
    console.print("%,11d  customers".formatted(result.customers()));
    console.print("");
    for (VerifyResult.Checked checked : result.checked()) {
      console.print(
          checked.differing() == 0
              ? console.styled(Style.GREEN, "✓") + " " + checked.place() + " is as calculated."
              : console.styled(Style.RED, "✗")
                  + " %s differs for %,d customer%s."
                      .formatted(
                          checked.place(),
                          checked.differing(),
                          checked.differing() == 1 ? "" : "s"));
    }
    result.notes().forEach(console::warn);
    printDifferences(console, result.differences());
    console.print(
        String.format(
            Locale.ROOT,
            "Read %,d payments in %.1f s (%,.0f/s); %.1f s in all.",
            result.recordsOfAll(),
            result.readMillis() / 1000.0,
            result.recordsOfAll() * 1000.0 / Math.max(1, result.readMillis()),
            result.millis() / 1000.0));
  }

  private void printDifferences(Console console, List<Difference> differences) {
    if (differences.isEmpty() || limit == 0) {
      return;
    }
    Table table = new Table("CUSTOMER", "WHERE", "POSITION", "FIELD", "EXPECTED", "FOUND");
    differences.stream()
        .limit(limit)
        .forEach(
            difference ->
                table.row(
                    difference.customerId(),
                    difference.place(),
                    difference.position() == 0 ? "-" : Integer.toString(difference.position()),
                    difference.field(),
                    difference.expected(),
                    difference.found()));
    console.print("");
    table.lines().forEach(console::print);
    if (differences.size() > limit) {
      console.print("... and %,d more (--limit).".formatted(differences.size() - limit));
    }
    console.print("");
  }

  private Map<String, Object> json(VerifyResult result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("sound", result.isSound());
    json.put("records", result.records());
    json.put("passed", result.passed());
    json.put("leftOut", result.leftOut());
    json.put("customers", result.customers());
    json.put("checked", result.checked());
    json.put("differenceCount", result.differences().size());
    json.put("differences", result.differences().stream().limit(limit).toList());
    json.put("notes", result.notes());
    json.put("readMillis", result.readMillis());
    json.put("millis", result.millis());
    return json;
  }
}
