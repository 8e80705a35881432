// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import static io.lastfive.customersink.page.PageFixture.Payment.card;
import static io.lastfive.customersink.page.PageFixture.get;
import static io.lastfive.customersink.page.PageFixture.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.customersink.SinkHealth;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page and its API on a database that a sink could have written. */
class CustomerPageIT {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private static PageFixture fixture;
  private static CustomerPage page;

  @BeforeAll
  static void start() throws Exception {
    fixture = new PageFixture();
    page = fixture.start(fixture.settings());
  }

  @AfterAll
  static void stop() {
    page.close();
    fixture.close();
  }

  @BeforeEach
  void empty() throws Exception {
    fixture.empty();
  }

  @Test
  void answersWithCustomersPayments() throws Exception {
    execute(
        """
        INSERT INTO customer_payments (customer_id, payments, as_of, topic_id, partition, record_offset)
        VALUES ('C/1 "é"', '[{"paymentId":"p5","amount":"12.5000"}]', '2026-01-01T12:00:00Z',
                '00000000-0000-0000-0000-000000000001', 0, 5)
        """);

    HttpResponse<String> answer = get(page, "/api/customers/C%2F1%20%22%C3%A9%22/payments");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(answer.body())
        .isEqualTo(
            "{\"customerId\":\"C/1 \\\"é\\\"\",\"asOf\":\"2026-01-01T12:00:00.000Z\",\"payments\":[{\"amount\": \"12.5000\", \"paymentId\": \"p5\"}]}");
  }

  @Test
  void needNotSendAgainWhatTheClientHas() throws Exception {
    put("C1", "p1");
    HttpResponse<String> first = get(page, "/api/customers/C1/payments");
    String tag = first.headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> same = get(page, "/api/customers/C1/payments", "If-None-Match", tag);
    put("C1", "p2");
    HttpResponse<String> changed =
        get(page, "/api/customers/C1/payments", "If-None-Match", "\"x\", " + tag);

    assertThat(first.headers().firstValue("Cache-Control")).contains("private, no-cache");
    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(same.body()).isEmpty();
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.body()).contains("\"p2\"");
    for (String path : List.of("/", "/pipeline", "/page.js", "/api/customers", "/openapi.json")) {
      String known = get(page, path).headers().firstValue("ETag").orElseThrow();
      assertThat(get(page, path, "If-None-Match", known).statusCode()).as(path).isEqualTo(304);
    }
  }

  @Test
  void saysThatCustomerIsUnknownAsJson() throws Exception {
    HttpResponse<String> answer = get(page, "/api/customers/nobody/payments");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(answer.body()).isEqualTo("{\"error\":\"customer 'nobody' is not known\"}");
    assertThat(get(page, "/nowhere").body())
        .isEqualTo("{\"error\":\"there is nothing at '/nowhere'\"}");
  }

  @Test
  void findsCustomersByTheBeginningOfTheirIdPageByPage() throws Exception {
    for (String id : List.of("A", "C1", "C10", "C2", "C%", "c1", "C李")) {
      put(id, "p");
    }

    assertThat(ids("query=C1")).containsExactly("C1", "C10");
    assertThat(ids("query=C%25")).containsExactly("C%");
    assertThat(ids("query=")).containsExactly("A", "C%", "C1", "C10", "C2", "C李", "c1");
    assertThat(get(page, "/api/customers?limit=2").body())
        .isEqualTo(
            "{\"customers\":[{\"customerId\":\"A\",\"accountName\":\"Ada Lovelace\"},{\"customerId\":\"C%\",\"accountName\":\"Ada Lovelace\"}],\"next\":\"C%\"}");
    assertThat(get(page, "/api/customers?limit=5&after=C2").body())
        .isEqualTo(
            "{\"customers\":[{\"customerId\":\"C李\",\"accountName\":\"Ada Lovelace\"},{\"customerId\":\"c1\",\"accountName\":\"Ada Lovelace\"}]}");
  }

  @Test
  void findsCustomersByWordsOfTheirNames() throws Exception {
    fixture.put("C1", NOON, List.of(card("p1", "Zoë Müller", "Shop", "1.0000")));
    fixture.put(
        "C2",
        NOON,
        List.of(card("p2", "MAX MUSTER", "Shop", "1.0000"), card("p3", "Max Muller", "S", "1.0")));
    fixture.put("Muller-3", NOON, List.of(card("p4", "李小龍", "Shop", "1.0000")));

    assertThat(ids("query=m%C3%BCll")).containsExactly("C1", "C2");
    assertThat(ids("query=max%20mus")).containsExactly("C2");
    assertThat(ids("query=Muller")).containsExactly("C1", "C2", "Muller-3");
    assertThat(ids("query=Muller&after=C1&limit=1")).containsExactly("C2");
    assertThat(ids("query=%E6%9D%8E")).containsExactly("Muller-3");
    assertThat(ids("query=uller")).isEmpty();
    assertThat(ids("query=%27%20%7C%20%21x%3A%2A")).isEmpty();
  }

  @Test
  void refusesWhatIsNoQuestion() throws Exception {
    String badLimit = "{\"error\":\"limit is a whole number from 1 to 100\"}";
    String badText =
        "{\"error\":\"query and after are texts of at most 200 characters, without NUL\"}";
    String badId =
        "{\"error\":\"a customer's id is a text of at most 200 characters, without NUL\"}";

    assertRefused(400, "/api/customers?limit=0", badLimit);
    assertRefused(400, "/api/customers?limit=101", badLimit);
    assertRefused(400, "/api/customers?limit=x", badLimit);
    assertRefused(400, "/api/customers?query=%00", badText);
    assertRefused(400, "/api/customers?after=" + "x".repeat(201), badText);
    assertRefused(400, "/api/customers/%00/payments", badId);
    assertRefused(400, "/api/customers/%00/events", badId);
    assertRefused(400, "/customers/" + "x".repeat(201), badId);
  }

  @Test
  void servesNothingButReads() throws Exception {
    put("C1", "p1");

    HttpResponse<String> post = send(page, "POST", "/api/customers/C1/payments");
    HttpResponse<String> head = send(page, "HEAD", "/api/customers/C1/payments");

    assertThat(post.statusCode()).isEqualTo(405);
    assertThat(post.headers().firstValue("Allow")).contains("GET, HEAD");
    assertThat(post.body()).isEqualTo("{\"error\":\"only GET and HEAD are served\"}");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValueAsLong("Content-Length").orElseThrow())
        .isEqualTo(
            get(page, "/api/customers/C1/payments").body().getBytes(StandardCharsets.UTF_8).length);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void servesThePageWithoutAnythingFromElsewhere() throws Exception {
    HttpResponse<String> home = get(page, "/");

    assertThat(home.statusCode()).isEqualTo(200);
    assertThat(get(page, "/customers/C1").body()).isEqualTo(home.body());
    fixture.put("</script><b>", NOON, List.of(card("</script>", "x", "y", "1.0000")));
    assertThat(get(page, "/customers/%3C%2Fscript%3E%3Cb%3E").body())
        .contains(
            "<script id=\"known\" type=\"application/json\">{\"customerId\":\"\\u003c/script>\\u003cb>\"")
        .contains("\"paymentId\": \"\\u003c/script>\"")
        .containsOnlyOnce("</script>\n</body>");
    assertThat(home.headers().firstValue("Content-Security-Policy"))
        .contains(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    for (String path :
        List.of(
            "/",
            "/pipeline",
            "/page.js",
            "/common.js",
            "/pipeline.js",
            "/page.css",
            "/pipeline.css",
            "/icon.svg")) {
      assertThat(get(page, path).statusCode()).as(path).isEqualTo(200);
      // A namespace's name is asked of nobody.
      assertThat(get(page, path).body().replace("http://www.w3.org/2000/svg", ""))
          .as(path)
          .doesNotContain("http://", "https://", "innerHTML", " style=", "onclick=");
    }
    assertThat(get(page, "/inter-latin-5.3.0.woff2").headers().firstValue("Cache-Control"))
        .contains("public, max-age=31536000, immutable");
  }

  @Test
  void saysWhatIsDegradedAndWhy() throws Exception {
    assertThat(get(page, "/health").body())
        .isEqualTo(
            "{\"status\":\"ok\",\"parts\":{\"kafka\":{\"status\":\"ok\"},\"schema_registry\":{\"status\":\"ok\"},\"records\":{\"status\":\"ok\"},\"database\":{\"status\":\"ok\"},\"partitions\":{\"status\":\"ok\"},\"page\":{\"status\":\"ok\"}}}");

    fixture.health.degraded(SinkHealth.Part.KAFKA, "test", "no broker answers");
    try {
      HttpResponse<String> answer = get(page, "/health");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body())
          .matches(
              "\\{\"status\":\"degraded\",\"parts\":\\{\"kafka\":\\{\"status\":\"degraded\",\"since\":\"[^\"]+\",\"reason\":\"no broker answers\"}.*");
    } finally {
      fixture.health.works(SinkHealth.Part.KAFKA, "test");
    }
  }

  @Test
  void asksWhoTheyAreWhereThatIsSet() throws Exception {
    Settings guarded =
        fixture
            .settings()
            .with(KnownSettings.PAGE_USER, "ada")
            .with(KnownSettings.PAGE_PASSWORD, "s3cret:ü")
            .with(KnownSettings.PAGE_TOKEN, "t0ken");
    try (CustomerPage closed = fixture.start(guarded)) {
      HttpResponse<String> refused = get(closed, "/api/customers");

      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("WWW-Authenticate"))
          .contains("Basic realm=\"Lastfive\", charset=\"UTF-8\"");
      assertThat(refused.body())
          .isEqualTo(
              "{\"error\":\"a user and password are asked for: page.user and page.password\"}");
      for (String path : List.of("/", "/metrics", "/openapi.json", "/api/customers/C1/events")) {
        assertThat(get(closed, path).statusCode()).as(path).isEqualTo(401);
      }
      assertThat(get(closed, "/health").body()).isEqualTo("{\"status\":\"ok\"}");
      assertThat(get(closed, "/", "Authorization", "Basic YWRhOnMzY3JldDrDvA==").statusCode())
          .isEqualTo(200);
      assertThat(get(closed, "/metrics", "Authorization", "Bearer t0ken").statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void readsAsUserWhoMayNothingElse() throws Exception {
    put("C1", "p1");
    fixture.createRole("reader", "r");
    Settings reading =
        fixture
            .settings()
            .with(KnownSettings.DATABASE_READ_USER, "reader")
            .with(KnownSettings.DATABASE_READ_PASSWORD, "r");

    assertThatThrownBy(() -> fixture.start(reading))
        .isInstanceOf(UserError.class)
        .hasMessage(
            """
            database user 'reader' may not read schema 'public' of %s. Grant it with:
              GRANT USAGE ON SCHEMA "public" TO "reader";
              GRANT SELECT ON "public".customer_payments TO "reader";
              GRANT SELECT ON "public".sink_offset TO "reader";
              GRANT SELECT ON "public".sink_dead_letter TO "reader\""""
                .formatted(fixture.postgres.jdbcUrl()));

    execute("GRANT SELECT ON customer_payments, sink_offset, sink_dead_letter TO reader");
    try (CustomerPage readOnly = fixture.start(reading)) {
      assertThat(get(readOnly, "/api/customers/C1/payments").statusCode()).isEqualTo(200);
      assertThat(get(readOnly, "/api/customers").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void refusesPortThatIsTaken() {
    Settings taken = fixture.settings().with(KnownSettings.PAGE_PORT, page.port());

    assertThatThrownBy(() -> fixture.start(taken))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "the page cannot listen on 127.0.0.1:%d: Address already in use. Stop what listens there, or set page.port to another port (0 takes a free one)."
                .formatted(page.port()));
  }

  @Test
  void refusesDatabaseThatNoSinkHasWritten() {
    Settings empty = fixture.settings().with(KnownSettings.DATABASE_SCHEMA, "elsewhere");

    assertThatThrownBy(() -> fixture.start(empty))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "schema 'elsewhere' of %s has no table 'customer_payments': no sink has written there yet. Start one with 'lastfive sink run', or set database.url and database.schema to where it writes."
                .formatted(fixture.postgres.jdbcUrl()));
  }

  private static void put(String customerId, String paymentId) throws SQLException {
    fixture.put(customerId, NOON, List.of(card(paymentId, "Ada Lovelace", "Shop", "12.5000")));
  }

  private static void execute(String sql) throws SQLException {
    fixture.execute(sql);
  }

  private static void assertRefused(int status, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = get(page, path);
    assertThat(answer.body()).as(path).isEqualTo(body);
    assertThat(answer.statusCode()).as(path).isEqualTo(status);
  }

  private static List<String> ids(String query) throws IOException, InterruptedException {
    List<String> ids = new ArrayList<>();
    new ObjectMapper()
        .readTree(get(page, "/api/customers?" + query).body())
        .path("customers")
        .forEach(customer -> ids.add(customer.path("customerId").asText()));
    return ids;
  }
}
