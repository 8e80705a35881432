// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers;

import io.lastfive.localstack.EmbeddedKafka;
import io.lastfive.localstack.EmbeddedRegistry;
import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.cli.CommandRunner;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import picocli.CommandLine;

/** Kafka and registry with topics and schemas, and the commands run against them. */
public final class Broker implements AutoCloseable {
  private static final String TOKEN_KEY = "00".repeat(32);
  private static final int PARTITIONS = 3;

  /** What a command said. */
  public record Said(int exitCode, String out, String err) {}

  private final EmbeddedKafka kafka = EmbeddedKafka.start();
  private final EmbeddedRegistry registry = EmbeddedRegistry.start(kafka);

  public Broker makeTopics() {
    kafka.createTopics(
        Arrays.stream(PaymentEvent.values())
            .map(event -> new NewTopic(event.topic(), PARTITIONS, (short) 1))
            .toList());
    return this;
  }

  public Broker registerSchemas() {
    SchemaRegistryClient client = SchemaRegistryClient.at(registry.url());
    for (PaymentEvent event : PaymentEvent.values()) {
      client.register(event.subject(), event.schema());
    }
    return this;
  }

  public String registryUrl() {
    return registry.url();
  }

  public String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  /** Where this broker is, with a key for tokens. */
  public Settings settings() {
    return Settings.defaults()
        .with(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, bootstrapServers())
        .with(KnownSettings.SCHEMA_REGISTRY_URL, registryUrl())
        .with(KnownSettings.CARD_TOKEN_KEY, TOKEN_KEY);
  }

  /** Runs {@code command} with the addresses of this broker; later arguments win. */
  public Said run(Object command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    addUnlessGiven(all, "--kafka.bootstrap.servers=" + kafka.bootstrapServers());
    addUnlessGiven(all, "--schema.registry.url=" + registry.url());
    addUnlessGiven(all, "--card.token.key=" + TOKEN_KEY);
    return runAlone(command, all.toArray(String[]::new));
  }

  public static Said runAlone(Object command, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        CommandRunner.commandLine(command)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    int exitCode = CommandRunner.run(commandLine, arguments);
    return new Said(exitCode, out.toString(), err.toString());
  }

  private static void addUnlessGiven(List<String> arguments, String flag) {
    String name = flag.substring(0, flag.indexOf('=') + 1);
    if (arguments.stream().noneMatch(argument -> argument.startsWith(name))) {
      arguments.add(flag);
    }
  }

  /** Everything on a topic that is committed, partition after partition. */
  public <V> List<ConsumerRecord<String, V>> records(PaymentEvent event, Deserializer<V> values) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers", kafka.bootstrapServers(),
            "auto.offset.reset", "earliest",
            "isolation.level", "read_committed");
    List<ConsumerRecord<String, V>> records = new ArrayList<>();
    try (KafkaConsumer<String, V> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), values)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(event.topic()).stream()
              .map(info -> new TopicPartition(event.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(
              partition ->
                  consumer.position(partition)
                      < Optional.ofNullable(ends.get(partition)).orElse(0L))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  @Override
  public void close() {
    registry.close();
    kafka.close();
  }
}
