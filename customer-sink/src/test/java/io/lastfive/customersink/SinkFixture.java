// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.customersink.write.WriteStep;
import io.lastfive.localstack.EmbeddedKafka;
import io.lastfive.localstack.EmbeddedPostgres;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Kafka, PostgreSQL and a registry for the tests of one class. Each test starts anew: a new topic
 * of the same name, a database schema and a consumer group of its own.
 */
final class SinkFixture implements AutoCloseable {
  /** The default of sink.topic. */
  static final String TOPIC = "PAYMENT-TRX-AGGR";

  static final int SCHEMA_ID = 7;
  static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Path data = Files.createTempDirectory("lastfive-sink-test-");
  private EmbeddedKafka kafka = EmbeddedKafka.builder().dataDir(data.resolve("kafka")).start();
  private EmbeddedPostgres postgres =
      EmbeddedPostgres.builder().dataDir(data.resolve("postgres")).start();
  final FakeRegistry registry;
  final Admin admin;
  private KafkaProducer<byte[], byte[]> producer;
  private final List<Future<?>> sent = new ArrayList<>();
  private int tests;

  SinkFixture() throws IOException {
    registry = new FakeRegistry();
    registry.put(SCHEMA_ID, RecentPaymentsRecords.SCHEMA);
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    producer = producer(kafka);
  }

  private static KafkaProducer<byte[], byte[]> producer(EmbeddedKafka kafka) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "linger.ms", 0),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** A new topic and the settings of a sink that has never run. */
  Settings begin(int partitions) {
    tests++;
    makeTopicAnew(partitions);
    return settings("test" + tests, "group" + tests);
  }

  Settings settings(String schema, String group) {
    return Settings.defaults()
        .with(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, kafka.bootstrapServers())
        .with("kafka.session.timeout.ms", "6000")
        .with("kafka.heartbeat.interval.ms", "500")
        .with(KnownSettings.SCHEMA_REGISTRY_URL, registry.url())
        .with(KnownSettings.DATABASE_URL, postgres.jdbcUrl())
        .with(KnownSettings.DATABASE_USER, postgres.user())
        .with(KnownSettings.DATABASE_PASSWORD, postgres.password())
        .with(KnownSettings.DATABASE_SCHEMA, schema)
        .with(KnownSettings.SINK_GROUP_ID, group)
        .with(KnownSettings.SINK_RETRY_BACKOFF, "20ms")
        .with(KnownSettings.SINK_RETRY_BACKOFF_MAX, "200ms");
  }

  /** Of two partitions each; returns once they can be read. */
  void createTopics(String... names) {
    kafka.createTopics(Stream.of(names).map(name -> new NewTopic(name, 2, (short) 1)).toList());
  }

  /** Of the sink's topic; returns once the new ones can be written to. */
  void increasePartitions(int count) {
    kafka.increasePartitions(TOPIC, count);
  }

  String brokers() {
    return kafka.bootstrapServers();
  }

  /** Ends PostgreSQL as an operator does. */
  void stopPostgres() {
    postgres.close();
  }

  int postgresPort() {
    return postgres.port();
  }

  /** The folder with all data of this fixture. */
  Path data() {
    return data;
  }

  /** Ends PostgreSQL as a power cut does. */
  void killPostgres() {
    postgres.kill();
  }

  void startPostgresAgain() {
    postgres =
        EmbeddedPostgres.builder().dataDir(data.resolve("postgres")).port(postgres.port()).start();
  }

  /** After its server has ended by itself. */
  void startPostgresWhereItEnded() {
    if (ProcessHandle.of(postgres.pid()).filter(ProcessHandle::isAlive).isEmpty()) {
      postgres.close();
      startPostgresAgain();
    }
  }

  void stopKafka() {
    kafka.close();
  }

  void startKafkaAgain() {
    kafka = EmbeddedKafka.builder().dataDir(data.resolve("kafka")).port(kafka.port()).start();
  }

  void makeTopicAnew(int partitions) {
    try {
      admin.deleteTopics(List.of(TOPIC)).all().get();
    } catch (ExecutionException | InterruptedException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw new IllegalStateException(e);
      }
    }
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> created(new NewTopic(TOPIC, partitions, (short) 1)));
    // One that knows the topic of before sends it the records of the new one, which are refused.
    producer.close();
    producer = producer(kafka);
  }

  private boolean created(NewTopic topic) {
    try {
      kafka.createTopics(List.of(topic));
      return true;
    } catch (TopicExistsException e) {
      return false;
    }
  }

  void sendVersion(int partition, String customerId, long version) {
    send(partition, customerId, RecentPaymentsRecords.version(SCHEMA_ID, version));
  }

  void send(int partition, String customerId, byte @Nullable [] value) {
    send(partition, customerId.getBytes(StandardCharsets.UTF_8), value);
  }

  void send(int partition, byte @Nullable [] key, byte @Nullable [] value) {
    try {
      producer.send(new ProducerRecord<>(TOPIC, partition, key, value)).get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first version of customers Cfrom to C(to-1), in turns to the first partitions; waits. */
  void sendFirstVersions(int partitions, int from, int to) {
    for (int i = from; i < to; i++) {
      sendVersionSoon(i % partitions, "C" + i, 1);
    }
    flush();
  }

  /** Without waiting for it; {@link #flush} waits for all. */
  void sendVersionSoon(int partition, String customerId, long version) {
    sent.add(
        producer.send(
            new ProducerRecord<>(
                TOPIC,
                partition,
                customerId.getBytes(StandardCharsets.UTF_8),
                RecentPaymentsRecords.version(SCHEMA_ID, version))));
  }

  void flush() {
    producer.flush();
    try {
      for (Future<?> one : sent) {
        one.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    sent.clear();
  }

  /** Waits until nothing is wrong any more with a sink that goes on. */
  static void awaitHealthy(CustomerSink sink, SinkHealth health) {
    await().atMost(PATIENCE).until(() -> health.troubles().isEmpty());
    assertThat(sink.ended()).isNotDone();
  }

  static CustomerSink start(Settings settings) {
    return start(settings, step -> {});
  }

  static CustomerSink start(Settings settings, Consumer<WriteStep> watcher) {
    return start(settings, new SinkHealth(), watcher);
  }

  static CustomerSink start(Settings settings, SinkHealth health, Consumer<WriteStep> watcher) {
    return CustomerSink.start(
        settings, health, new SinkMetrics(new SimpleMeterRegistry()), watcher);
  }

  /** As {@link #begin}, with the tables made and audited. */
  Settings beginAudited(int partitions) throws SQLException {
    Settings settings = begin(partitions);
    audit(settings);
    return settings;
  }

  /**
   * Makes the tables, and keeps a line for each time a customer's row is written or deleted, so
   * that a repeated effect shows.
   */
  void audit(Settings settings) throws SQLException {
    SinkDatabase.prepare(settings);
    execute(
        settings,
        """
        CREATE TABLE audit (customer_id text, record_offset bigint);
        CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'DELETE' THEN
            INSERT INTO audit VALUES (OLD.customer_id, -1);
          ELSE
            INSERT INTO audit VALUES (NEW.customer_id, NEW.record_offset);
          END IF;
          RETURN NULL;
        END $$;
        CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON customer_payments
        FOR EACH ROW EXECUTE FUNCTION audit();
        """);
  }

  void execute(Settings settings, String sql) throws SQLException {
    try (Connection connection = connect(settings);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Makes a role of this name, with the password {@code p}; only the superuser may. */
  void createRole(String role) throws SQLException, IOException {
    executeAsSuperuser("CREATE ROLE " + role + " LOGIN PASSWORD 'p'");
  }

  void executeAsSuperuser(String sql) throws SQLException, IOException {
    String password = Files.readString(data.resolve("postgres").resolve("superuser.password"));
    try (Connection connection =
            DriverManager.getConnection(postgres.jdbcUrl(), "postgres", password.strip());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The rows as text, columns parted by a space. */
  List<String> query(Settings settings, String sql) {
    try (Connection connection = connect(settings);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> lines = new ArrayList<>();
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
          row.add(Optional.ofNullable(rows.getString(column)).orElse("null"));
        }
        lines.add(String.join(" ", row));
      }
      return lines;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  void awaitRows(Settings settings, String sql, String... expected) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(query(settings, sql)).containsExactly(expected));
  }

  /** Sums over all partitions, so that it does not matter which of them a record is in. */
  void awaitWritten(Settings settings, long records) {
    awaitRows(settings, "SELECT sum(next_offset) FROM sink_offset", Long.toString(records));
  }

  private static Connection connect(Settings settings) throws SQLException {
    return DriverManager.getConnection(
        settings.get(KnownSettings.DATABASE_URL)
            + "?currentSchema="
            + settings.get(KnownSettings.DATABASE_SCHEMA),
        settings.get(KnownSettings.DATABASE_USER),
        settings.get(KnownSettings.DATABASE_PASSWORD));
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
    registry.close();
    postgres.close();
    kafka.close();
    delete(data);
  }
}
