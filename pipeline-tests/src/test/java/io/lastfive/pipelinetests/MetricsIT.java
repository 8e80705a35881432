// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.customersink.page.CustomerPage;
import io.lastfive.producers.simulate.Simulation;
import io.lastfive.producers.simulate.SimulationPlan;
import io.lastfive.schemas.PaymentEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What alert rules, dashboard and pipeline view say of the whole chain is what it really tells. */
class MetricsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern METRIC = Pattern.compile("\\blastfive_[a-z_]+");
  private static final Path OBSERVE = Path.of("../observe");

  @Test
  void hasEveryMetricThatRulesAndDashboardName(@TempDir Path folder) throws Exception {
    Set<String> named = metricsIn(Files.readString(OBSERVE.resolve("alerts.yml")));
    named.addAll(metricsIn(Files.readString(OBSERVE.resolve("grafana/dashboards/lastfive.json"))));
    try (Pipeline pipeline = Pipeline.start(folder);
        CustomerPage page = pipeline.startPage()) {
      pipeline.send(
          new Simulation(
              new SimulationPlan(
                  EnumSet.allOf(PaymentEvent.class), 10, 1, Optional.empty(), 0, 0, 0, 0),
              200),
          payment -> {});

      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(
              () -> assertSettled(new ObjectMapper().readTree(get(page, "api/pipeline"))));

      assertThat(named).isNotEmpty();
      // They are renewed every two seconds, and may be older than the answer before.
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(
              () -> {
                String metrics = get(page, "metrics");
                assertThat(metricsIn(metrics)).containsAll(named);
                assertThat(metrics)
                    .contains(
                        "lastfive_pipeline_query_running{query=\"NORMALIZE_CC\"} 1.0",
                        "lastfive_pipeline_query_running{query=\"NORMALIZE_BANK\"} 1.0",
                        "lastfive_pipeline_lag{stage=\"sink\"} 0.0");
              });
    }
  }

  private static void assertSettled(JsonNode pipeline) {
    assertThat(pipeline.path("stages"))
        .hasSize(10)
        .allSatisfy(
            stage -> {
              assertThat(stage.path("status").asText()).as("%s", stage).isEqualTo("ok");
              assertThat(stage.path("lag").asInt(0)).as("%s", stage).isZero();
              if (stage.path("name").asText().equals("PAYMENT-OUTPUT")) {
                assertThat(stage.path("records").asInt()).isEqualTo(200);
              }
            });
    assertThat(pipeline.path("latency").path("p99Millis").asDouble()).isPositive();
    assertThat(pipeline.path("data").has("ageMillis")).isTrue();
  }

  private static Set<String> metricsIn(String text) {
    return METRIC
        .matcher(text)
        .results()
        .map(found -> found.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String get(CustomerPage page, String path)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(page.url() + path)).build(), BodyHandlers.ofString())
        .body();
  }
}
