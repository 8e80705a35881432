// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.customersink.cli.PaymentTable;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.Console.Style;
import io.lastfive.settings.cli.StopSignal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lastfive demo}: the whole pipeline on this machine. */
@Command(
    name = "demo",
    description = {
      "Run the whole pipeline on this machine, and check what comes out.",
      "Stack, scripts, sink and page; samples and 20,000 simulated payments; then every customer's last five",
      "are compared with an independent calculation. Nothing is kept."
    },
    footer = {
      "",
      "On a terminal it stays up until Ctrl-C, so that you can look around; otherwise it stops by itself.",
      "Exit codes: 0 every customer is right, 1 some are not or something is not available, 2 a setting is wrong."
    })
public final class DemoCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(names = "--exit", description = "Stop when done, on a terminal too.")
  private boolean exit;

  @Override
  public Integer call() throws SQLException, InterruptedException, IOException {
    Console console = common.console();
    DemoProgress progress = new DemoProgress(console, console.isTerminal() && !common.json());
    Path home = Path.of(System.getProperty("lastfive.home", "."));
    try (StopSignal stop = StopSignal.install();
        Demo demo = Demo.start(common.settings(), home, progress)) {
      DemoResult result = demo.run(stop::isRequested);
      if (common.json()) {
        console.json(json(result));
      } else {
        show(console, demo, result);
      }
      if (console.isTerminal() && !exit && !stop.isRequested()) {
        console.status("Everything stays up. Ctrl-C stops it.");
        stop.await();
      }
      return result.mismatches() == 0 ? 0 : 1;
    }
  }

  private static Map<String, Object> json(DemoResult result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("readyMillis", result.readyMillis());
    json.put("sent", result.sent());
    json.put("customers", result.customers());
    json.put("mismatches", result.mismatches());
    json.put("latencyMillis", result.latencyMillis());
    return json;
  }

  private static void show(Console console, Demo demo, DemoResult result)
      throws IOException, InterruptedException {
    Map<String, Long> stages = result.stages();
    console.print("");
    console.print("  CC-PAYMENT %,d  \u2510".formatted(stages.get("CC-PAYMENT")));
    console.print(
        "                     \u251c\u2500\u2192  PAYMENT-OUTPUT %,d  \u2500\u2192  PAYMENT-TRX-AGGR %,d  \u2500\u2192  PostgreSQL %,d customers"
            .formatted(
                stages.get("PAYMENT-OUTPUT"),
                stages.get("PAYMENT-TRX-AGGR"),
                stages.get("customers")));
    console.print("  BANK-TRANSFER %,d  \u2518".formatted(stages.get("BANK-TRANSFER-PAYMENT")));
    console.print("");
    if (!result.exampleCustomer().isEmpty()) {
      showCustomer(console, demo, result.exampleCustomer());
    }
    Map<String, Double> latency = result.latencyMillis();
    console.print(
        "Payment sent to row visible in PostgreSQL: p50 %.1f ms, p95 %.1f ms, p99 %.1f ms"
            .formatted(latency.get("p50"), latency.get("p95"), latency.get("p99")));
    if (result.mismatches() == 0) {
      console.print(
          console.styled(
              Style.GREEN,
              "All %,d customers are as calculated independently.".formatted(result.customers())));
    } else {
      console.error(
          "%,d of %,d customers are not as calculated independently, such as %s."
              .formatted(
                  result.mismatches(), result.customers(), result.mismatchingCustomers().get(0)));
    }
    console.print("Page: " + console.styled(Style.CYAN, demo.pageUrl()));
  }

  /** As the page's own API answers it. */
  private static void showCustomer(Console console, Demo demo, String customerId)
      throws IOException, InterruptedException {
    URI address = URI.create(demo.pageUrl()).resolve("/api/customers/" + customerId + "/payments");
    String answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
            .body();
    PaymentTable.of(new ObjectMapper().readTree(answer)).print(console);
    console.print("");
  }
}
