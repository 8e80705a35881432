// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.demo;

import io.lastfive.cli.schemas.Registration;
import io.lastfive.cli.topics.PaymentTopics;
import io.lastfive.cli.verify.DatabaseCheck;
import io.lastfive.cli.verify.ExpectedPayment;
import io.lastfive.cli.verify.ExpectedPayments;
import io.lastfive.cli.verify.SourceTopics;
import io.lastfive.customersink.CustomerSink;
import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.SinkMetrics;
import io.lastfive.customersink.page.CustomerPage;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.migrate.Migration;
import io.lastfive.ksqlclient.migrate.Migrations;
import io.lastfive.localstack.LocalStack;
import io.lastfive.localstack.StackPorts;
import io.lastfive.producers.channel.PaymentProducer;
import io.lastfive.producers.simulate.Rate;
import io.lastfive.producers.simulate.Simulation;
import io.lastfive.producers.simulate.SimulationPlan;
import io.lastfive.producers.simulate.SimulationPublishers;
import io.lastfive.producers.simulate.SimulationRun;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Entry point: the main job from nothing to a checked result. Starts the stack, makes the topics,
 * registers the schemas, applies the scripts, starts the sink and the page, sends payments, waits
 * until the last is in the database, and compares every customer with an independent calculation.
 * Closing it stops everything.
 */
final class Demo implements AutoCloseable {
  private static final long PAYMENTS = 20_000;
  private static final int CUSTOMERS = 1_000;
  private static final double RATE = 2_000;
  private static final double DUPLICATES = 0.05;
  private static final double LATE = 0.05;
  private static final double DECLINED = 0.05;
  private static final double REFUNDS = 0.02;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final Duration BETWEEN_CHECKS = Duration.ofMillis(100);

  private final DemoProgress progress;
  private final Path home;
  private final LocalStack stack;
  private final Settings settings;
  private final long readyMillis;
  private final CustomerSink sink;
  private final CustomerPage page;

  private Demo(
      DemoProgress progress,
      Path home,
      LocalStack stack,
      Settings settings,
      long readyMillis,
      CustomerSink sink,
      CustomerPage page) {
    this.progress = progress;
    this.home = home;
    this.stack = stack;
    this.settings = settings;
    this.readyMillis = readyMillis;
    this.sink = sink;
    this.page = page;
  }

  /**
   * Starts the stack with everything that stands on it.
   *
   * @param home the project's folder, where ksql/ and samples/ are
   */
  static Demo start(Settings configured, Path home, DemoProgress progress) {
    long begin = System.nanoTime();
    progress.step("Starting Kafka, schema registry, KSQL engine and PostgreSQL");
    LocalStack stack =
        LocalStack.builder()
            .dataDir(configured.get(KnownSettings.DATA_DIR))
            .ephemeral(true)
            .ports(StackPorts.of(configured))
            .databaseOwner(
                configured.get(KnownSettings.DATABASE_USER),
                configured.get(KnownSettings.DATABASE_PASSWORD))
            .start();
    try {
      Settings settings = stack.connect(configured);
      long readyMillis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
      progress.step("Making topics, registering schemas, applying ksql/migrations");
      PaymentTopics.create(settings);
      new Registration(settings).register();
      new Migrations(new KsqlClient(settings), Migration.readAll(home.resolve("ksql/migrations")))
          .apply(Map.of(), row -> {});
      progress.step("Starting the customer sink and its page");
      SinkHealth health = new SinkHealth();
      PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      CustomerSink sink = CustomerSink.start(settings, health, new SinkMetrics(metrics));
      CustomerPage page = CustomerPage.start(settings, health, metrics);
      return new Demo(progress, home, stack, settings, readyMillis, sink, page);
    } catch (RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  String pageUrl() {
    return page.url();
  }

  Settings settings() {
    return settings;
  }

  /** Sends, waits, compares. */
  DemoResult run(BooleanSupplier stop) throws SQLException, InterruptedException {
    Histogram latencies;
    try (ArrivalWatch watch = new ArrivalWatch(settings);
        PaymentProducer producer = PaymentProducer.open(settings)) {
      new DemoImports(settings, producer).send(home.resolve("samples"), progress);
      simulate(watch, stop);
      progress.step("Waiting until the last payment is in PostgreSQL");
      ExpectedPayments expected = new ExpectedPayments();
      Map<String, Long> sent = SourceTopics.read(settings, expected);
      List<String> mismatches = awaitMatch(expected.byCustomer(), stop);
      latencies = watch.finish();
      return result(sent, expected, mismatches, latencies);
    }
  }

  private void simulate(ArrivalWatch watch, BooleanSupplier stop) {
    SimulationPlan plan =
        new SimulationPlan(
            EnumSet.allOf(PaymentEvent.class),
            CUSTOMERS,
            System.nanoTime(),
            Optional.empty(),
            DUPLICATES,
            LATE,
            DECLINED,
            REFUNDS);
    progress.step(
        "Simulating %,d payments of %,d customers at %,.0f/s (5 %% sent twice, 5 %% late, 5 %% declined)"
            .formatted(PAYMENTS, CUSTOMERS, RATE));
    try (SimulationPublishers publishers = SimulationPublishers.open(settings)) {
      SimulationRun run =
          new SimulationRun(new Simulation(plan, PAYMENTS), publishers, new Rate(RATE));
      run.run(
          payment -> {
            if (!payment.duplicate() && !payment.late()) {
              watch.sending(payment.paymentId(), payment.customerId());
            }
          },
          report -> progress.sent(report.payments(), PAYMENTS, report.perSecond()),
          stop);
      Exception failure = run.firstFailure();
      if (failure != null) {
        throw new UnavailableError(
            "Payments were not acknowledged: " + failure.getMessage(), failure);
      }
    }
  }

  private List<String> awaitMatch(Map<String, List<ExpectedPayment>> expected, BooleanSupplier stop)
      throws SQLException, InterruptedException {
    Instant deadline = Instant.now().plus(LONGEST_WAIT);
    try (Connection connection =
        DriverManager.getConnection(
            settings.get(KnownSettings.DATABASE_URL),
            settings.get(KnownSettings.DATABASE_USER),
            settings.get(KnownSettings.DATABASE_PASSWORD))) {
      DatabaseCheck check =
          new DatabaseCheck(connection, settings.get(KnownSettings.DATABASE_SCHEMA));
      List<String> mismatches = check.mismatches(expected);
      while (!mismatches.isEmpty() && Instant.now().isBefore(deadline) && !stop.getAsBoolean()) {
        progress.waiting(mismatches.size());
        Thread.sleep(BETWEEN_CHECKS.toMillis());
        mismatches = check.mismatches(expected);
      }
      return mismatches;
    }
  }

  private DemoResult result(
      Map<String, Long> sent,
      ExpectedPayments expected,
      List<String> mismatches,
      Histogram latencies) {
    Map<String, Long> stages = new LinkedHashMap<>();
    for (PaymentEvent channel : PaymentEvent.values()) {
      stages.put(channel.topic(), sent.getOrDefault(channel.topic(), 0L));
    }
    stages.put("PAYMENT-OUTPUT", records("PAYMENT-OUTPUT"));
    stages.put("PAYMENT-TRX-AGGR", records("PAYMENT-TRX-AGGR"));
    stages.put("customers", (long) expected.byCustomer().size());
    Map<String, Double> percentiles = new LinkedHashMap<>();
    for (int percentile : new int[] {50, 95, 99}) {
      percentiles.put(
          "p" + percentile, Math.round(latencies.getValueAtPercentile(percentile) / 100.0) / 10.0);
    }
    return new DemoResult(
        readyMillis,
        sent.values().stream().mapToLong(Long::longValue).sum(),
        expected.byCustomer().size(),
        mismatches.size(),
        percentiles,
        stages,
        mismatches,
        expected.byCustomer().entrySet().stream()
            .filter(customer -> customer.getValue().size() > 4)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(""));
  }

  private long records(String topic) {
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            new LinkedHashMap<>(settings.kafkaProperties()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      return consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
    }
  }

  @Override
  public void close() {
    page.close();
    sink.close();
    stack.close();
  }
}
