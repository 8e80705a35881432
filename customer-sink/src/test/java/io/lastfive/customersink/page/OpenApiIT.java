// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import static io.lastfive.customersink.page.PageFixture.Payment.card;
import static io.lastfive.customersink.page.PageFixture.get;
import static io.lastfive.customersink.page.PageFixture.send;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.lastfive.customersink.SinkHealth;
import io.lastfive.settings.KnownSettings;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The description of the API holds for what it answers, and describes every answer it gives here.
 */
class OpenApiIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static PageFixture fixture;
  private static CustomerPage page;
  private static JsonNode description;

  private final Set<String> seen = new TreeSet<>();

  @BeforeAll
  static void start() throws Exception {
    fixture = new PageFixture();
    fixture.put("C1", Instant.now(), List.of(card("p1", "Ada Lovelace", "Shop", "12.5000")));
    fixture.put("C2", Instant.now(), List.of());
    page = fixture.start(fixture.settings());
    description = JSON.readTree(get(page, "/openapi.json").body());
  }

  @AfterAll
  static void stop() {
    page.close();
    fixture.close();
  }

  @Test
  void describesEveryAnswer() throws Exception {
    String payments = "/api/customers/{id}/payments";
    String events = "/api/customers/{id}/events";
    assertAsDescribed("/api/customers", get(page, "/api/customers"));
    assertAsDescribed("/api/customers", get(page, "/api/customers?limit=1"));
    assertAsDescribed("/api/customers", get(page, "/api/customers?limit=0"));
    assertAsDescribed("/api/customers", get(page, "/api/customers", "If-None-Match", "*"));
    assertAsDescribed(payments, get(page, "/api/customers/C1/payments"));
    assertAsDescribed(payments, get(page, "/api/customers/C2/payments"));
    assertAsDescribed(payments, get(page, "/api/customers/C1/payments", "If-None-Match", "*"));
    assertAsDescribed(payments, get(page, "/api/customers/nobody/payments"));
    assertAsDescribed(payments, get(page, "/api/customers/%00/payments"));
    assertAsDescribed(events, get(page, "/api/customers/%00/events"));
    assertAsDescribed("/api/pipeline", get(page, "/api/pipeline"));
    assertAsDescribed("/api/pipeline", get(page, "/api/pipeline", "If-None-Match", "*"));
    assertAsDescribed("/health", get(page, "/health"));
    assertAsDescribed("/metrics", get(page, "/metrics"));
    for (String path : paths()) {
      String address = path.replace("{id}", "C1");
      assertAsDescribed(path, send(page, "DELETE", address));
    }
    try (CustomerPage closed =
        fixture.start(fixture.settings().with(KnownSettings.PAGE_TOKEN, "t"))) {
      for (String path : paths()) {
        assertAsDescribed(path, get(closed, path.replace("{id}", "C1")));
      }
    }
    fixture.health.degraded(SinkHealth.Part.DATABASE, "test", "away");
    assertAsDescribed("/health", get(page, "/health"));

    // What needs a database that is away, or an answer without end, is not asked for here.
    Set<String> unseen = described();
    unseen.removeAll(seen);
    assertThat(unseen)
        .containsExactly(
            "/api/customers 503",
            "/api/customers/{id}/events 200",
            "/api/customers/{id}/payments 503");
  }

  private void assertAsDescribed(String path, HttpResponse<String> answer) throws Exception {
    String where = path + " " + answer.statusCode();
    JsonNode operation = description.path("paths").path(path).path("get");
    JsonNode response =
        resolved(operation.path("responses").path(Integer.toString(answer.statusCode())));
    assertThat(response.isMissingNode()).as("%s is described", where).isFalse();
    seen.add(where);
    for (var header : response.path("headers").properties()) {
      String value = answer.headers().firstValue(header.getKey()).orElse("");
      assertThat(problems(resolved(header.getValue()).path("schema"), JSON.valueToTree(value)))
          .as("%s %s", where, header.getKey())
          .isEmpty();
    }
    if (response.has("content")) {
      String type = answer.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
      JsonNode content = response.path("content").path(type);
      assertThat(content.isMissingNode()).as("%s is %s", where, type).isFalse();
      if (type.equals("application/json")) {
        assertThat(problems(content.path("schema"), JSON.readTree(answer.body())))
            .as("%s: %s", where, answer.body())
            .isEmpty();
      }
    } else {
      assertThat(answer.body()).as(where).isEmpty();
    }
  }

  /** The description's schemas refer to each other, so that each is asked within all of it. */
  private static List<String> problems(JsonNode schema, JsonNode value) {
    ObjectNode whole = schema.deepCopy();
    whole.set("components", description.path("components"));
    JsonSchema compiled =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(whole);
    List<String> problems = new ArrayList<>();
    compiled.validate(value).forEach(problem -> problems.add(problem.getMessage()));
    return problems;
  }

  private static JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? description.at(node.path("$ref").asText().substring(1)) : node;
  }

  private static Set<String> paths() {
    Set<String> paths = new TreeSet<>();
    description.path("paths").fieldNames().forEachRemaining(paths::add);
    return paths;
  }

  private static Set<String> described() {
    Set<String> described = new TreeSet<>();
    for (String path : paths()) {
      description
          .path("paths")
          .path(path)
          .path("get")
          .path("responses")
          .fieldNames()
          .forEachRemaining(status -> described.add(path + " " + status));
    }
    return described;
  }
}
