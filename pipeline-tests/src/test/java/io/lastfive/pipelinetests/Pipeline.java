// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.cli.schemas.Registration;
import io.lastfive.cli.topics.PaymentTopics;
import io.lastfive.cli.verify.DatabaseCheck;
import io.lastfive.cli.verify.ExpectedPayment;
import io.lastfive.customersink.CustomerSink;
import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.SinkMetrics;
import io.lastfive.customersink.page.CustomerPage;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.migrate.Migration;
import io.lastfive.ksqlclient.migrate.Migrations;
import io.lastfive.localstack.EmbeddedKafka;
import io.lastfive.localstack.EmbeddedKsql;
import io.lastfive.localstack.EmbeddedPostgres;
import io.lastfive.localstack.EmbeddedRegistry;
import io.lastfive.producers.simulate.Rate;
import io.lastfive.producers.simulate.SimulatedPayment;
import io.lastfive.producers.simulate.SimulationPublishers;
import io.lastfive.producers.simulate.SimulationRun;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Every part of the pipeline on free ports; engine and sink can be stopped and started alone. */
final class Pipeline implements AutoCloseable {
  private final Path folder;
  private final EmbeddedKafka kafka;
  private final EmbeddedRegistry registry;
  private final EmbeddedPostgres postgres;
  private EmbeddedKsql ksql;
  private CustomerSink sink;
  private SinkHealth health = new SinkHealth();
  private PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private Pipeline(
      Path folder, EmbeddedKafka kafka, EmbeddedRegistry registry, EmbeddedPostgres postgres) {
    this.folder = folder;
    this.kafka = kafka;
    this.registry = registry;
    this.postgres = postgres;
    this.ksql = startEngine();
    PaymentTopics.create(settings());
    new Registration(settings()).register();
    new Migrations(new KsqlClient(settings()), Migration.readAll(Path.of("../ksql/migrations")))
        .apply(Map.of(), row -> {});
    this.sink = newSink();
  }

  static Pipeline start(Path folder) {
    EmbeddedKafka kafka = EmbeddedKafka.start();
    return new Pipeline(folder, kafka, EmbeddedRegistry.start(kafka), EmbeddedPostgres.start());
  }

  Settings settings() {
    return Settings.defaults()
        .with(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, kafka.bootstrapServers())
        .with(KnownSettings.SCHEMA_REGISTRY_URL, registry.url())
        .with(KnownSettings.KSQLDB_URL, ksql.url())
        .with(KnownSettings.DATABASE_URL, postgres.jdbcUrl())
        .with(KnownSettings.DATABASE_USER, postgres.user())
        .with(KnownSettings.DATABASE_PASSWORD, postgres.password());
  }

  void stopEngine() {
    ksql.close();
  }

  EmbeddedKsql startEngine() {
    return startEngine(0);
  }

  /** Where it was before, for those who hold its address. */
  EmbeddedKsql restartEngine() {
    int port = ksql.port();
    ksql.close();
    return startEngine(port);
  }

  private EmbeddedKsql startEngine(int port) {
    ksql =
        EmbeddedKsql.start(kafka.bootstrapServers(), registry.url(), folder.resolve("ksql"), port);
    return ksql;
  }

  void stopSink() {
    sink.close();
  }

  void startSink() {
    sink = newSink();
  }

  /** The page of the sink that runs now. */
  CustomerPage startPage() {
    return CustomerPage.start(settings().with(KnownSettings.PAGE_PORT, 0), health, metrics);
  }

  private CustomerSink newSink() {
    health = new SinkHealth();
    metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    return CustomerSink.start(settings(), health, new SinkMetrics(metrics));
  }

  /** A further sink, which the caller closes. */
  static CustomerSink startSink(Settings settings) {
    return CustomerSink.start(
        settings, new SinkHealth(), new SinkMetrics(new SimpleMeterRegistry()));
  }

  /** Sends as fast as it goes. */
  void send(Iterator<SimulatedPayment> payments, Consumer<SimulatedPayment> sent) {
    try (SimulationPublishers publishers = SimulationPublishers.open(settings())) {
      SimulationRun run = new SimulationRun(payments, publishers, Rate.MAX);
      run.run(sent, report -> {}, () -> false);
      if (run.firstFailure() != null) {
        throw new AssertionError("payments were not acknowledged", run.firstFailure());
      }
    }
  }

  /** What runs: the text and state of each query, by its id. */
  Map<String, String> queries() {
    Map<String, String> queries = new TreeMap<>();
    for (JsonNode query :
        new KsqlClient(settings())
            .execute("LIST QUERIES;", Map.of(), Map.of())
            .get(0)
            .path("queries")) {
      queries.put(
          query.path("id").asText(),
          query.path("state").asText() + " " + query.path("queryString").asText());
    }
    return queries;
  }

  /** Writes a record past every publisher. */
  void write(String topic, String key, byte @Nullable [] value)
      throws ExecutionException, InterruptedException {
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            new HashMap<>(settings().kafkaProperties()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value)).get();
    }
  }

  /** The first column of the first row of a query; for a statement, how many rows it changed. */
  long sql(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return statement.getUpdateCount();
      }
      try (ResultSet row = statement.getResultSet()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** The customers whose rows are not as expected now. */
  List<String> mismatches(Map<String, List<ExpectedPayment>> expected) throws SQLException {
    return mismatches(expected, "public");
  }

  /**
   * @param schema where a sink writes to
   */
  List<String> mismatches(Map<String, List<ExpectedPayment>> expected, String schema)
      throws SQLException {
    try (Connection connection =
        DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password())) {
      return new DatabaseCheck(connection, schema).mismatches(expected);
    }
  }

  @Override
  public void close() {
    sink.close();
    ksql.close();
    registry.close();
    postgres.close();
    kafka.close();
  }
}
