// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.localstack.EmbeddedPostgres;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.cli.CommandRunner;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The page by itself, where no sink, no Kafka and no ksqlDB is near. */
class PageCommandIT {
  private static EmbeddedPostgres postgres;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() {
    postgres = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @Test
  void servesWhatSinksElsewhereHaveWrittenUntilItIsStopped() throws Exception {
    Settings settings =
        Settings.defaults()
            .with(KnownSettings.DATABASE_URL, postgres.jdbcUrl())
            .with(KnownSettings.DATABASE_USER, postgres.user())
            .with(KnownSettings.DATABASE_PASSWORD, postgres.password());
    SinkDatabase.openForWriting(settings, 1).close();
    Thread command = new Thread(() -> run("--json"), "page");
    command.start();
    try {
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> out.toString().endsWith("\n"));
      String url = new ObjectMapper().readTree(out.toString()).path("page").asText();

      assertThat(get(url + "api/customers").body()).isEqualTo("{\"customers\":[]}");
      assertThat(get(url + "health").body())
          .isEqualTo("{\"status\":\"ok\",\"parts\":{\"page\":{\"status\":\"ok\"}}}");
      assertThat(get(url + "metrics").body())
          .contains("lastfive_page_watching 0.0")
          .doesNotContain("lastfive_sink_");
    } finally {
      command.interrupt();
      command.join();
    }
    assertThat(out)
        .asString()
        .startsWith(
            "{\"database\":\"%s\",\"page\":\"http://127.0.0.1:".formatted(postgres.jdbcUrl()));
  }

  @Test
  void refusesDatabaseThatNoSinkHasWritten() {
    int exitCode = run("--database.schema=elsewhere");

    assertThat(exitCode).isEqualTo(2);
    assertThat(err)
        .hasToString(
            "error: schema 'elsewhere' of %s has no table 'customer_payments': no sink has written there yet. Start one with 'lastfive sink run', or set database.url and database.schema to where it writes.\n"
                .formatted(postgres.jdbcUrl()));
  }

  private int run(String... arguments) {
    CommandLine line = CommandRunner.commandLine(new PageCommand());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return CommandRunner.run(
        line,
        Stream.concat(
                Stream.of(arguments),
                List.of(
                    "--database.url=" + postgres.jdbcUrl(),
                    "--database.user=" + postgres.user(),
                    "--database.password=" + postgres.password(),
                    "--kafka.bootstrap.servers=127.0.0.1:1",
                    "--ksqldb.url=http://127.0.0.1:1",
                    "--page.port=0")
                    .stream())
            .toArray(String[]::new));
  }

  private static HttpResponse<String> get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }
}
