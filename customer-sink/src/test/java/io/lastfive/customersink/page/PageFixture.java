// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.write.NameWords;
import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.localstack.EmbeddedPostgres;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A database as a sink writes it, and pages on it. Kafka and ksqlDB are away, as they may be: no
 * one listens at the addresses in the settings.
 */
final class PageFixture implements AutoCloseable {
  static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final String NOWHERE = "127.0.0.1:1";

  private final Path data = Files.createTempDirectory("lastfive-page-test-");
  EmbeddedPostgres postgres = EmbeddedPostgres.builder().dataDir(data).start();
  final SinkHealth health = new SinkHealth();
  private long offset;

  PageFixture() throws IOException {
    SinkDatabase.openForWriting(settings(), 1).close();
  }

  Settings settings() {
    return Settings.defaults()
        .with(KnownSettings.DATABASE_URL, postgres.jdbcUrl())
        .with(KnownSettings.DATABASE_USER, postgres.user())
        .with(KnownSettings.DATABASE_PASSWORD, postgres.password())
        .with(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, NOWHERE)
        .with(KnownSettings.KSQLDB_URL, "http://" + NOWHERE)
        .with(KnownSettings.PAGE_PORT, 0);
  }

  CustomerPage start(Settings settings) {
    return CustomerPage.start(
        settings, health, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  /** One payment as the sink writes it. */
  record Payment(
      String id,
      String type,
      String amount,
      String currency,
      String account,
      String name,
      String counterparty,
      String status,
      Instant at) {

    static Payment card(String id, String name, String counterparty, String amount) {
      return new Payment(
          id,
          "CC",
          amount,
          "EUR",
          "411111******7678",
          name,
          counterparty,
          "SETTLED",
          Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }
  }

  /** What a commit of the sink does: the row, and how new the newest record is. */
  void put(String customerId, Instant recordTime, List<Payment> payments) throws SQLException {
    offset++;
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    for (Payment payment : payments) {
      json.addObject()
          .put("paymentId", payment.id())
          .put("paymentType", payment.type())
          .put("amount", payment.amount())
          .put("currency", payment.currency())
          .put("accountNo", payment.account())
          .put("accountName", payment.name())
          .put("bankName", "Analytical Bank")
          .put("counterparty", payment.counterparty())
          .put("referenceNo", "RF-" + payment.id())
          .put("status", payment.status())
          .put("transactedAt", payment.at().toString());
    }
    try (Connection connection = postgres.connect()) {
      connection.setAutoCommit(false);
      try (PreparedStatement upsert =
          connection.prepareStatement(
              """
              INSERT INTO customer_payments (customer_id, payments, name_words, as_of, topic_id, partition, record_offset)
              VALUES (?, ?::jsonb, ?::tsvector, ?::timestamptz, '00000000-0000-0000-0000-000000000001', 0, ?)
              ON CONFLICT (customer_id) DO UPDATE
                 SET payments = excluded.payments, name_words = excluded.name_words,
                     as_of = excluded.as_of, record_offset = excluded.record_offset
              """)) {
        upsert.setString(1, customerId);
        upsert.setString(2, json.toString());
        upsert.setString(
            3, NameWords.vector(payments.stream().map(PageFixture.Payment::name).toList()));
        upsert.setString(4, recordTime.toString());
        upsert.setLong(5, offset);
        upsert.executeUpdate();
      }
      try (PreparedStatement move =
          connection.prepareStatement(
              """
              INSERT INTO sink_offset (topic_id, partition, next_offset, epoch, topic, newest_record)
              VALUES ('00000000-0000-0000-0000-000000000001', 0, ?, 1, 'PAYMENT-TRX-AGGR', ?::timestamptz)
              ON CONFLICT (topic_id, partition) DO UPDATE
                 SET next_offset = excluded.next_offset, newest_record = excluded.newest_record
              """)) {
        move.setLong(1, offset);
        move.setString(2, recordTime.toString());
        move.executeUpdate();
      }
      connection.commit();
    }
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  void killPostgres() {
    postgres.kill();
  }

  /** On the same port, with what was committed. */
  void restartPostgres() {
    postgres = EmbeddedPostgres.builder().dataDir(data).port(postgres.port()).start();
  }

  /** Only the superuser may. */
  void createRole(String name, String password) throws IOException, SQLException {
    String secret = Files.readString(data.resolve("superuser.password")).strip();
    try (Connection connection =
            DriverManager.getConnection(postgres.jdbcUrl(), "postgres", secret);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(name, password));
    }
  }

  void empty() throws SQLException {
    execute("TRUNCATE customer_payments, sink_offset, sink_dead_letter");
  }

  static HttpResponse<String> get(CustomerPage page, String path, String... headers)
      throws IOException, InterruptedException {
    return send(page, "GET", path, headers);
  }

  static HttpResponse<String> send(CustomerPage page, String method, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(page.url()).resolve(path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  @Override
  public void close() {
    postgres.close();
    try (Stream<Path> left = Files.walk(data)) {
      for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
