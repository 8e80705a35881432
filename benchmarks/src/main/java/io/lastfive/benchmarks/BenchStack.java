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
import io.lastfive.producers.simulate.SimulationRun;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.Settings;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** An embedded stack on free ports with the payment topics and schemas in place. */
public final class BenchStack implements AutoCloseable {
  private final LocalStack stack;
  private final Settings settings;
  private long nextSeed = 1;

  private BenchStack(LocalStack stack) {
    this.stack = stack;
    this.settings = stack.connect(Settings.defaults());
    PaymentTopics.create(settings);
    new Registration(settings).register();
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
      new SimulationRun(new Simulation(plan, payments), publishers, rate)
          .run(beforeSending, report -> {}, () -> false);
    }
  }

  /** How many records a topic has. */
  long records(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            new HashMap<>(settings.kafkaProperties()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      return consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** Waits until a topic has so many records. */
  void awaitRecords(String topic, long count) throws InterruptedException {
    while (records(topic) < count) {
      Thread.sleep(50);
    }
  }

  @Override
  public void close() {
    stack.close();
  }
}
