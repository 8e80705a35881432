// SPDX-License-Identifier: Apache-2.0
package io.lastfive.benchmarks;

import io.lastfive.cli.schemas.Registration;
import io.lastfive.cli.topics.PaymentTopics;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.migrate.Migration;
import io.lastfive.ksqlclient.migrate.Migrations;
import io.lastfive.ksqlengine.query.Topics;
import io.lastfive.localstack.LocalStack;
import io.lastfive.producers.simulate.Rate;
import io.lastfive.producers.simulate.SimulatedPayment;
import io.lastfive.producers.simulate.Simulation;
import io.lastfive.producers.simulate.SimulationPlan;
import io.lastfive.producers.simulate.SimulationPublishers;
import io.lastfive.producers.simulate.SimulationReport;
import io.lastfive.producers.simulate.SimulationRun;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/** An embedded stack on free ports with the payment topics and schemas in place. */
public final class BenchStack implements AutoCloseable {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final LocalStack stack;
  private final Settings settings;
  private final Topics topics;
  private long nextSeed = 1;

  private BenchStack(LocalStack stack) {
    this.stack = stack;
    this.settings = stack.connect(Settings.defaults());
    PaymentTopics.create(settings);
    new Registration(settings).register();
    topics = new Topics(settings.kafkaProperties());
  }

  public static BenchStack start() {
    return new BenchStack(LocalStack.start());
  }

  public Settings settings() {
    return settings;
  }

  /** Makes topics, and returns when they take records. */
  public static void createTopics(Settings settings, int partitions, String... names) {
    try (Topics topics = new Topics(settings.kafkaProperties())) {
      for (String name : names) {
        topics.create(name, partitions, 1, Map.of());
      }
    }
  }

  void applyScripts() {
    new Migrations(new KsqlClient(settings), Migration.readAll(Path.of("ksql/migrations")))
        .apply(Map.of(), row -> {});
  }

  /** Sends payments of both channels, none of them declined or twice: each passes the scripts. */
  void send(long payments, int customers, Rate rate, Consumer<SimulatedPayment> beforeSending) {
    SimulationPlan plan =
        new SimulationPlan(
            EnumSet.allOf(PaymentEvent.class),
            customers,
            nextSeed++,
            Optional.of(SimulationPlan.DEFAULT_START),
            0,
            0,
            0,
            0);
    try (SimulationPublishers publishers = SimulationPublishers.open(settings)) {
      SimulationReport report =
          new SimulationRun(new Simulation(plan, payments), publishers, rate)
              .run(beforeSending, progress -> {}, () -> false);
      if (report.acknowledged() != payments) {
        throw new IllegalStateException(
            report.acknowledged() + " of " + payments + " payments were sent");
      }
    }
  }

  /** How many records a topic has. */
  long records(String topic) {
    int count = topics.find(topic).map(Topics.Topic::partitions).orElse(0);
    List<TopicPartition> partitions =
        IntStream.range(0, count).mapToObj(i -> new TopicPartition(topic, i)).toList();
    return topics.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
  }

  /** Waits until a topic has so many records, and not longer than it grows. */
  void awaitRecords(String topic, long count) throws InterruptedException {
    long seen = 0;
    long grewAt = System.nanoTime();
    for (long records = records(topic); records < count; records = records(topic)) {
      if (records > seen) {
        seen = records;
        grewAt = System.nanoTime();
      } else if (System.nanoTime() - grewAt > LONGEST_PAUSE.toNanos()) {
        throw new IllegalStateException(
            "%s stopped at %d of %d records".formatted(topic, records, count));
      }
      Thread.sleep(50);
    }
  }

  @Override
  public void close() {
    topics.close();
    stack.close();
  }
}
