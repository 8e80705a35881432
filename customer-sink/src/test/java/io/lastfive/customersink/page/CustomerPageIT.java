// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.localstack.EmbeddedPostgres;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page and its API on a database that a sink could have written. */
class CustomerPageIT {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static EmbeddedPostgres postgres;
  private static Settings settings;
  private static SinkHealth health;
  private static CustomerPage page;

  @BeforeAll
  static void start() {
    postgres = EmbeddedPostgres.start();
    settings =
        Settings.defaults()
            .with(KnownSettings.DATABASE_URL, postgres.jdbcUrl())
            .with(KnownSettings.DATABASE_USER, postgres.user())
            .with(KnownSettings.DATABASE_PASSWORD, postgres.password())
            .with(KnownSettings.PAGE_PORT, 0);
    SinkDatabase.openForWriting(settings, 1).close();
    health = new SinkHealth();
    page = CustomerPage.start(settings, health, metrics());
  }

  @AfterAll
  static void stop() {
    page.close();
    postgres.close();
  }

  @BeforeEach
  void empty() throws Exception {
    execute("TRUNCATE customer_payments");
  }

  @Test
  void answersWithCustomersPayments() throws Exception {
    put("C/1 \"é\"", 5, "p5");

    HttpResponse<String> answer = get("/api/customers/C%2F1%20%22%C3%A9%22/payments");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(answer.body())
        .isEqualTo(
            "{\"customerId\":\"C/1 \\\"é\\\"\",\"asOf\":\"2026-01-01T12:00:00.000Z\",\"payments\":[{\"amount\": \"12.5000\", \"paymentId\": \"p5\"}]}");
  }

  @Test
  void saysThatCustomerIsUnknownAsJson() throws Exception {
    HttpResponse<String> answer = get("/api/customers/nobody/payments");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(answer.body()).isEqualTo("{\"error\":\"customer 'nobody' is not known\"}");
  }

  @Test
  void findsCustomersByTheBeginningOfTheirIdPageByPage() throws Exception {
    for (String id : List.of("A", "C1", "C10", "C2", "C%", "c1", "C李")) {
      put(id, 1, "p");
    }

    assertThat(get("/api/customers?query=C1").body())
        .isEqualTo("{\"customers\":[{\"customerId\":\"C1\"},{\"customerId\":\"C10\"}]}");
    assertThat(get("/api/customers?query=C%25").body())
        .isEqualTo("{\"customers\":[{\"customerId\":\"C%\"}]}");
    assertThat(get("/api/customers?limit=2").body())
        .isEqualTo("{\"customers\":[{\"customerId\":\"A\"},{\"customerId\":\"C%\"}]}");
    assertThat(get("/api/customers?query=&after=C2").body())
        .isEqualTo("{\"customers\":[{\"customerId\":\"C李\"},{\"customerId\":\"c1\"}]}");
    assertThat(get("/api/customers?limit=0").body())
        .isEqualTo("{\"error\":\"limit is a whole number from 1 to 100\"}");
  }

  @Test
  void tellsOfChangesAsTheyAreCommitted() throws Exception {
    HttpResponse<InputStream> answer =
        HTTP.send(request("/api/customers/C1/events"), BodyHandlers.ofInputStream());
    try (BufferedReader events =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
      assertThat(nextEvent(events)).containsExactly("retry: 1000");
      assertThat(nextEvent(events)).containsExactly("event: unknown", "data: {}");

      put("C1", 1, "p1");
      assertThat(nextEvent(events))
          .element(2)
          .asString()
          .startsWith("data: {\"customerId\":\"C1\",\"asOf\":\"2026-01-01T12:00:00.000Z\"")
          .contains("\"p1\"");

      put("C2", 1, "other");
      execute("DELETE FROM customer_payments WHERE customer_id = 'C1'");
      assertThat(nextEvent(events)).containsExactly("event: unknown", "data: {}");
    }
  }

  @Test
  void servesThePageWithoutAnythingFromElsewhere() throws Exception {
    HttpResponse<String> home = get("/");
    HttpResponse<String> customer = get("/customers/C1");

    assertThat(home.statusCode()).isEqualTo(200);
    assertThat(customer.body()).isEqualTo(home.body());
    put("</script><b>", 1, "</script>");
    assertThat(get("/customers/%3C%2Fscript%3E%3Cb%3E").body())
        .contains(
            "<script id=\"known\" type=\"application/json\">{\"customerId\":\"\\u003c/script>\\u003cb>\",\"asOf\":\"2026-01-01T12:00:00.000Z\",\"payments\":[{\"amount\": \"12.5000\", \"paymentId\": \"\\u003c/script>\"}]}</script>");
    assertThat(home.body()).doesNotContain("http://", "https://", "style=", "onclick=");
    assertThat(home.headers().firstValue("Content-Security-Policy"))
        .contains(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    for (String asset : List.of("/page.js", "/page.css", "/icon.svg")) {
      assertThat(get(asset).statusCode()).as(asset).isEqualTo(200);
      assertThat(get(asset).body()).as(asset).doesNotContain("https://", "innerHTML");
    }
  }

  @Test
  void saysWhatIsDegradedAndWhy() throws Exception {
    assertThat(get("/health").body())
        .isEqualTo(
            "{\"status\":\"ok\",\"parts\":{\"kafka\":{\"status\":\"ok\"},\"schema_registry\":{\"status\":\"ok\"},\"database\":{\"status\":\"ok\"},\"partitions\":{\"status\":\"ok\"}}}");

    health.degraded(SinkHealth.Part.KAFKA, "no broker answers");
    try {
      HttpResponse<String> answer = get("/health");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body())
          .matches(
              "\\{\"status\":\"degraded\",\"parts\":\\{\"kafka\":\\{\"status\":\"degraded\",\"since\":\"[^\"]+\",\"reason\":\"no broker answers\"}.*");
    } finally {
      health.works(SinkHealth.Part.KAFKA);
    }
  }

  @Test
  void refusesPortThatIsTaken() {
    Settings taken = settings.with(KnownSettings.PAGE_PORT, page.port());

    assertThatThrownBy(() -> CustomerPage.start(taken, health, metrics()))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "the page cannot listen on 127.0.0.1:%d: Address already in use. Stop what listens there, or set page.port to another port (0 takes a free one)."
                .formatted(page.port()));
  }

  @Test
  void refusesDatabaseThatNoSinkHasWritten() {
    Settings empty = settings.with(KnownSettings.DATABASE_SCHEMA, "elsewhere");

    assertThatThrownBy(() -> CustomerPage.start(empty, health, metrics()))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "schema 'elsewhere' of %s has no table 'customer_payments': no sink has written there yet. Start one with 'lastfive sink run', or set database.url and database.schema to where it writes."
                .formatted(postgres.jdbcUrl()));
  }

  private static PrometheusMeterRegistry metrics() {
    return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  }

  private static void put(String customerId, long offset, String paymentId) throws SQLException {
    execute(
        """
        INSERT INTO customer_payments (customer_id, payments, as_of, topic_id, partition, record_offset)
        VALUES ('%s', '[{"paymentId":"%s","amount":"12.5000"}]', '2026-01-01T12:00:00Z',
                '00000000-0000-0000-0000-000000000001', 0, %d)
        """
            .formatted(customerId, paymentId, offset));
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> nextEvent(BufferedReader events) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = events.readLine();
        line != null && !line.isEmpty();
        line = events.readLine()) {
      lines.add(line);
    }
    return lines;
  }

  private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(request(path), BodyHandlers.ofString());
  }

  private static HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create(page.url()).resolve(path)).build();
  }
}
