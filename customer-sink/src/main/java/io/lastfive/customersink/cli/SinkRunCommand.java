// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.cli;

import io.lastfive.customersink.CustomerSink;
import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.SinkMetrics;
import io.lastfive.customersink.page.CustomerPage;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.StopSignal;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code lastfive sink run}: the sink, and the page that shows what it has written, until Ctrl-C.
 */
@Command(
    name = "run",
    description = {
      "Carry records until Ctrl-C, and serve the customer page.",
      "Any number of these may run; they share the partitions. What is unavailable later is waited out."
    })
public final class SinkRunCommand implements Callable<Integer> {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  @Mixin private CommonOptions common;

  @Option(names = "--no-page", description = "Do not serve the customer page.")
  private boolean withoutPage;

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    Settings settings = common.settings();
    Console console = common.console();
    SinkHealth health = new SinkHealth();
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (StopSignal stop = StopSignal.install();
        CustomerSink sink = CustomerSink.start(settings, health, new SinkMetrics(metrics))) {
      if (withoutPage) {
        started(console, settings, "");
        waitFor(stop, sink);
      } else {
        try (CustomerPage page = CustomerPage.start(settings, health, metrics)) {
          started(console, settings, page.url());
          waitFor(stop, sink);
        }
      }
    }
    console.status("Stopped: what was read is written.");
    return 0;
  }

  private static void waitFor(StopSignal stop, CustomerSink sink)
      throws InterruptedException, ExecutionException {
    while (!stop.await(BETWEEN_LOOKS)) {
      if (sink.ended().isDone()) {
        // Only a bug ends a sink that nobody closes: shown with its trace.
        sink.ended().get();
      }
    }
  }

  private void started(Console console, Settings settings, String page) {
    if (common.json()) {
      Map<String, String> json = new LinkedHashMap<>();
      json.put("topic", settings.get(KnownSettings.SINK_TOPIC));
      json.put("database", settings.shown(KnownSettings.DATABASE_URL));
      json.put("page", page);
      console.json(json);
      return;
    }
    console.print(
        "Carrying topic %s into %s, schema %s."
            .formatted(
                settings.get(KnownSettings.SINK_TOPIC),
                settings.shown(KnownSettings.DATABASE_URL),
                settings.get(KnownSettings.DATABASE_SCHEMA)));
    if (!page.isEmpty()) {
      console.print("Page: " + console.styled(Console.Style.CYAN, page));
    }
    console.status("Ctrl-C stops it.");
  }
}
