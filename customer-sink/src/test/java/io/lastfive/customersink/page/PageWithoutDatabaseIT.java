// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import static io.lastfive.customersink.page.PageFixture.Payment.card;
import static io.lastfive.customersink.page.PageFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.customersink.SinkHealth;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** While PostgreSQL is away the page says so, and goes on by itself once it is back. */
class PageWithoutDatabaseIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void saysThatTheDatabaseIsAwayAndGoesOnOnceItIsBack() throws Exception {
    try (PageFixture fixture = new PageFixture();
        CustomerPage page =
            CustomerPage.start(
                fixture.settings(),
                SinkHealth.ofPageAlone(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
      fixture.put("C1", Instant.now(), List.of(card("p1", "Ada Lovelace", "Shop", "1.0000")));
      LinkedBlockingQueue<String> events = watch(page, "C1");
      awaitEvent(events, "\"p1\"");
      assertThat(get(page, "/health").body())
          .isEqualTo("{\"status\":\"ok\",\"parts\":{\"page\":{\"status\":\"ok\"}}}");

      fixture.killPostgres();
      HttpResponse<String> search = get(page, "/api/customers?query=C1");
      HttpResponse<String> payments = get(page, "/api/customers/C1/payments");
      HttpResponse<String> document = get(page, "/customers/C1");

      String away = "{\"error\":\"the database does not answer; try again later\"}";
      assertThat(search.statusCode()).isEqualTo(503);
      assertThat(search.body()).isEqualTo(away);
      assertThat(payments.statusCode()).isEqualTo(503);
      assertThat(payments.body()).isEqualTo(away);
      assertThat(document.statusCode()).isEqualTo(200);
      assertThat(document.body()).isEqualTo(get(page, "/").body());
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .untilAsserted(
              () -> {
                HttpResponse<String> health = get(page, "/health");
                assertThat(health.statusCode()).isEqualTo(503);
                assertThat(
                        new ObjectMapper()
                            .readTree(health.body())
                            .at("/parts/page/reason")
                            .asText())
                    .startsWith("Connection to 127.0.0.1:")
                    .contains("refused");
              });

      fixture.restartPostgres();
      fixture.put("C1", Instant.now(), List.of(card("p2", "Ada Lovelace", "Shop", "1.0000")));

      // To the connection that was there before.
      awaitEvent(events, "\"p2\"");
      assertThat(get(page, "/api/customers/C1/payments").body()).contains("\"p2\"");
      assertThat(get(page, "/health").statusCode()).isEqualTo(200);
    }
  }

  private static LinkedBlockingQueue<String> watch(CustomerPage page, String customerId) {
    LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(page.url() + "api/customers/" + customerId + "/events"))
            .build();
    PageFixture.HTTP
        .sendAsync(request, BodyHandlers.ofLines())
        .thenAccept(answer -> answer.body().forEach(lines::add));
    return lines;
  }

  private static void awaitEvent(LinkedBlockingQueue<String> lines, String part)
      throws InterruptedException {
    long giveUpAt = System.nanoTime() + PATIENCE.toNanos();
    String line = "";
    while (!line.contains(part)) {
      line = lines.poll(giveUpAt - System.nanoTime(), TimeUnit.NANOSECONDS);
      assertThat(line).as("an event with %s", part).isNotNull();
    }
  }
}
