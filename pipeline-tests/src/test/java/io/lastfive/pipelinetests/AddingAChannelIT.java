// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.page.CustomerPage;
import io.lastfive.pipelinetests.DocumentedSteps.Command;
import io.lastfive.pipelinetests.DocumentedSteps.Step;
import io.lastfive.producers.simulate.SimulationPlan;
import io.lastfive.settings.KnownSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The promise of the design: a channel is one schema and one script. Runs the commands of
 * docs/adding-a-channel.md, as a reader would, on a pipeline through which card payments and bank
 * transfers flow all the while.
 */
class AddingAChannelIT {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  /** What the pipeline of the test stands for. */
  private static final Set<String> RUNNING_ALREADY =
      Set.of(
          "make up",
          "make deploy-ksql",
          "make sink",
          "make simulate ARGS=\"--count 1000000 --rate 50\"");

  @TempDir private Path folder;

  @Test
  void bringsAWalletsPaymentsAmongTheLastFiveWhileCardPaymentsFlow() throws Exception {
    try (Pipeline pipeline = Pipeline.start(folder.resolve("stack"));
        PaymentFlow flow = PaymentFlow.start(pipeline, SimulationPlan.DEFAULT_START)) {
      ProjectCopy project = new ProjectCopy(folder.resolve("project"), pipeline.settings());
      Map<String, String> queriesBefore = pipeline.queries();

      for (Step step : DocumentedSteps.of(Path.of("..", "docs", "adding-a-channel.md"))) {
        Command command = (Command) step;
        if (!RUNNING_ALREADY.contains(command.text())) {
          project.run(command);
        }
      }

      assertThat(pipeline.queries())
          .containsAllEntriesOf(queriesBefore)
          .containsOnlyKeys(with(queriesBefore.keySet(), "NORMALIZE_EWALLET"));
      assertThat(typesOnThePage(pipeline, "C-700001"))
          .containsExactly("EWALLET", "EWALLET", "EWALLET", "CC", "EWALLET");
      assertThat(typesOnThePage(pipeline, "C-700002")).containsExactly("EWALLET");
      assertThat(typesOnThePage(pipeline, "C-700003")).containsExactly("EWALLET");
      flow.stop();
      await()
          .atMost(LONGEST_WAIT)
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(
              () ->
                  assertThat(pipeline.mismatches(flow.expected(5, UnaryOperator.identity())))
                      .containsExactly("C-700001", "C-700002", "C-700003"));
    }
  }

  private static Set<String> with(Set<String> names, String added) {
    Set<String> all = new TreeSet<>(names);
    all.add(added);
    return all;
  }

  private static List<String> typesOnThePage(Pipeline pipeline, String customerId)
      throws Exception {
    try (CustomerPage page =
        CustomerPage.start(
            pipeline.settings().with(KnownSettings.PAGE_PORT, 0),
            new SinkHealth(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
      String answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(page.url())
                              .resolve("/api/customers/%s/payments".formatted(customerId)))
                      .build(),
                  BodyHandlers.ofString())
              .body();
      JsonNode payments = new ObjectMapper().readTree(answer).path("payments");
      return payments.findValuesAsText("paymentType");
    }
  }
}
