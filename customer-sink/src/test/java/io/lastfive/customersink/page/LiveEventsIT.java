// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import static io.lastfive.customersink.page.PageFixture.Payment.card;
import static io.lastfive.customersink.page.PageFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lastfive.settings.KnownSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who watches a customer is told of each change, however many they are and however slow one is. */
class LiveEventsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
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
  void tellOfChangesAsTheyAreCommitted() throws Exception {
    HttpResponse<InputStream> answer = open("/api/customers/C1/events");
    try (BufferedReader events = lines(answer)) {
      assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
      assertThat(nextEvent(events)).containsExactly("retry: 1000");
      assertThat(nextEvent(events).get(0)).isEqualTo("event: age");
      assertThat(nextEventButAges(events)).containsExactly("event: unknown", "data: {}");

      fixture.put("C1", NOON, List.of(card("p1", "Ada Lovelace", "Shop", "1.0000")));
      assertThat(nextEventButAges(events))
          .element(2)
          .asString()
          .startsWith("data: {\"customerId\":\"C1\",\"asOf\":\"2026-01-01T12:00:00.000Z\"")
          .contains("\"p1\"");

      fixture.put("C2", NOON, List.of(card("other", "Ada Lovelace", "Shop", "1.0000")));
      fixture.execute("DELETE FROM customer_payments WHERE customer_id = 'C1'");
      assertThat(nextEventButAges(events)).containsExactly("event: unknown", "data: {}");
    }
  }

  @Test
  void tellHowOldTheNewestDataOfAllCustomersIs() throws Exception {
    try (BufferedReader events = lines(open("/api/customers/C1/events"))) {
      fixture.put("C2", NOON, List.of(card("p1", "Ada Lovelace", "Shop", "1.0000")));

      List<String> event = nextEvent(events);
      while (!event.toString().contains("2026-01-01")) {
        event = nextEvent(events);
      }
      assertThat(event.get(0)).isEqualTo("event: age");
      assertThat(event.get(1))
          .matches(
              "data: \\{\"newestRecord\":\"2026-01-01T12:00:00Z\",\"ageMillis\":\\d+,\"staleAfterMillis\":60000}");
    }
  }

  @Test
  void tellThePresentStateToOneWhoComesBack() throws Exception {
    fixture.put("C1", NOON, List.of(card("p1", "Ada Lovelace", "Shop", "1.0000")));
    String last;
    try (BufferedReader events = lines(open("/api/customers/C1/events"))) {
      last = idOf(nextPayments(events));
    }
    fixture.put("C1", NOON, List.of(card("p2", "Ada Lovelace", "Shop", "1.0000")));
    fixture.put("C1", NOON, List.of(card("p3", "Ada Lovelace", "Shop", "1.0000")));

    try (BufferedReader events = lines(open("/api/customers/C1/events", "Last-Event-ID", last))) {
      List<String> missed = nextPayments(events);
      assertThat(missed.toString()).contains("\"p3\"");
      assertThat(idOf(missed)).isNotEqualTo(last);
    }
  }

  @Test
  void admitOnlyWhoIsAdmittedToThePage() throws Exception {
    try (CustomerPage closed =
        fixture.start(fixture.settings().with(KnownSettings.PAGE_TOKEN, "t0ken"))) {
      String path = closed.url() + "api/customers/C1/events";
      HttpResponse<InputStream> refused = open(path);
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("WWW-Authenticate"))
          .contains("Bearer realm=\"Lastfive\"");

      try (BufferedReader events = lines(open(path, "Authorization", "Bearer t0ken"))) {
        assertThat(nextEventButAges(events)).containsExactly("retry: 1000");
        assertThat(nextEventButAges(events)).containsExactly("event: unknown", "data: {}");
      }
    }
  }

  @Test
  void reachThousandWatchersAtOnce() throws Exception {
    int watchers = 1_000;
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < watchers; i++) {
        sockets.add(watch("C" + i % 10));
      }
      awaitWatching(watchers);

      for (int i = 0; i < 10; i++) {
        fixture.put("C" + i, NOON, List.of(card("new-" + i, "Ada Lovelace", "Shop", "1.0000")));
      }

      for (int i = 0; i < watchers; i++) {
        try (BufferedReader events =
            new BufferedReader(
                new InputStreamReader(sockets.get(i).getInputStream(), StandardCharsets.UTF_8))) {
          assertThat(nextPayments(events).toString()).contains("\"new-" + i % 10 + "\"");
        }
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    awaitWatching(0);
  }

  @Test
  void letGoOfOneWhoReadsTooSlowly() throws Exception {
    try (Socket slow = watch("C1");
        BufferedReader quick = lines(open("/api/customers/C2/events"))) {
      awaitWatching(2);

      // Nobody reads from the slow one: what is sent to it stays in buffers until those are full.
      String large = "x".repeat(500_000);
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                fixture.put("C1", NOON, List.of(card("p", "Ada Lovelace", large, "1.0000")));
                return watching() == 1;
              });

      assertThat(slow.isConnected()).isTrue();
      fixture.put("C2", NOON, List.of(card("last", "Ada Lovelace", "Shop", "1.0000")));
      assertThat(nextPayments(quick).toString()).contains("\"last\"");
    }
    awaitWatching(0);
  }

  /** A reader that takes nothing until it is asked to. */
  private static Socket watch(String customerId) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), page.port()));
    socket
        .getOutputStream()
        .write(
            "GET /api/customers/%s/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .formatted(customerId)
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static void awaitWatching(int count) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(() -> assertThat(watching()).isEqualTo(count));
  }

  private static int watching() throws IOException, InterruptedException {
    String metrics = get(page, "/metrics").body();
    String line = metrics.replaceFirst("(?s).*\nlastfive_page_watching ([0-9.]+)\n.*", "$1");
    return (int) Double.parseDouble(line);
  }

  private static HttpResponse<InputStream> open(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(page.url()).resolve(path)).timeout(PATIENCE);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return PageFixture.HTTP.send(request.build(), BodyHandlers.ofInputStream());
  }

  private static BufferedReader lines(HttpResponse<InputStream> answer) {
    return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
  }

  private static List<String> nextPayments(BufferedReader events) throws IOException {
    List<String> event = nextEvent(events);
    while (!event.contains("event: payments")) {
      event = nextEvent(events);
    }
    return event;
  }

  private static List<String> nextEventButAges(BufferedReader events) throws IOException {
    List<String> event = nextEvent(events);
    while (event.get(0).equals("event: age")) {
      event = nextEvent(events);
    }
    return event;
  }

  /** Lines up to an empty one; chunk sizes and headers count as lines where a socket is read. */
  private static List<String> nextEvent(BufferedReader events) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = events.readLine();
        line == null || !line.isEmpty();
        line = events.readLine()) {
      if (line == null) {
        throw new IOException("the stream ended after " + lines);
      }
      lines.add(line);
    }
    return lines;
  }

  private static String idOf(List<String> event) {
    return event.get(0).replaceFirst("^id: ", "");
  }
}
