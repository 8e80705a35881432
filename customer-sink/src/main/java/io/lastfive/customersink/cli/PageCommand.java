// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.cli;

import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.page.CustomerPage;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.StopSignal;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lastfive page}: the page and its API without a sink, until Ctrl-C. */
@Command(
    name = "page",
    description = {
      "Serve the customer page and its API, and carry nothing.",
      "It reads what sinks elsewhere write, as database.read.user where that is set; any number of these may run."
    })
public final class PageCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = common.settings();
    Console console = common.console();
    try (StopSignal stop = StopSignal.install();
        CustomerPage page =
            CustomerPage.start(
                settings,
                SinkHealth.ofPageAlone(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
      started(console, settings, page.url());
      stop.await();
    }
    return 0;
  }

  private void started(Console console, Settings settings, String page) {
    if (common.json()) {
      Map<String, String> json = new LinkedHashMap<>();
      json.put("database", settings.shown(KnownSettings.DATABASE_URL));
      json.put("page", page);
      console.json(json);
      return;
    }
    console.print(
        "Showing schema %s of %s."
            .formatted(
                settings.get(KnownSettings.DATABASE_SCHEMA),
                settings.shown(KnownSettings.DATABASE_URL)));
    console.print("Page: " + console.styled(Console.Style.CYAN, page));
    console.status("Ctrl-C stops it.");
  }
}
