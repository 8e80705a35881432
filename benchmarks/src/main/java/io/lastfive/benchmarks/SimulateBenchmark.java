// SPDX-License-Identifier: Apache-2.0
package io.lastfive.benchmarks;

import io.lastfive.producers.channel.PaymentProducer;
import io.lastfive.producers.simulate.Rate;
import io.lastfive.producers.simulate.SimulatedPayment;
import io.lastfive.producers.simulate.Simulation;
import io.lastfive.producers.simulate.SimulationPlan;
import io.lastfive.producers.simulate.SimulationPublishers;
import io.lastfive.producers.simulate.SimulationReport;
import io.lastfive.producers.simulate.SimulationRun;
import io.lastfive.registry.LastfiveAvroSerializer;
import io.lastfive.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.tools.ProducerPerformance;
import org.jspecify.annotations.Nullable;

/**
 * Entry point: simulate as fast as it goes, a bare loop that encodes and sends the same payments,
 * made beforehand, with headers of the same size and without, and kafka-producer-perf-test with
 * records of their size, all with the same producer settings on one broker. Each has its turn
 * several times, so that none runs colder than another; the first round does not count.
 *
 * <p>Arguments: payments (500000), rounds (3).
 */
public final class SimulateBenchmark {
  private static final String SIMULATE = "simulate --rate max";
  private static final String BARE = "bare loop";
  private static final String BARE_WITHOUT_HEADERS = "bare loop, no headers";
  private static final String PERF_TEST = "kafka-producer-perf-test";
  private static final String PERF_TOPIC = "perf-test";
  private static final int PARTITIONS = 6;

  /** As many bytes as those of simulate. */
  private static final List<Header> HEADERS =
      List.of(
          new RecordHeader("source", "lastfive-simulate".getBytes(StandardCharsets.UTF_8)),
          new RecordHeader(
              "traceparent",
              "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
                  .getBytes(StandardCharsets.UTF_8)));

  private final BenchStack stack;
  private final SimulationPlan plan;
  private final int payments;
  private final Map<String, List<Double>> rates = new HashMap<>();

  private SimulateBenchmark(BenchStack stack, int payments) {
    this.stack = stack;
    this.payments = payments;
    this.plan = SimulationPlan.ofSeed(1).withSkew(1);
  }

  public static void main(String[] arguments) throws Exception {
    int payments = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 500_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    try (BenchStack stack = BenchStack.start()) {
      new SimulateBenchmark(stack, payments).run(rounds);
    }
  }

  private void run(int rounds) throws Exception {
    BenchStack.createTopics(stack.settings(), PARTITIONS, PERF_TOPIC);
    int bytes = bytesOfARecord();
    for (int round = 0; round <= rounds; round++) {
      System.out.println(round == 0 ? "warming up" : "round " + round);
      note(round, SIMULATE, simulate());
      note(round, BARE, bareLoop(true));
      note(round, BARE_WITHOUT_HEADERS, bareLoop(false));
      note(round, PERF_TEST, perfTest(bytes));
    }
    System.out.printf(
        Locale.ROOT,
        "%nmedian of %d rounds of %,d payments, %d bytes each with key and headers, on %d cores:%n",
        rounds,
        payments,
        bytes,
        Runtime.getRuntime().availableProcessors());
    for (String what : List.of(SIMULATE, BARE, BARE_WITHOUT_HEADERS, PERF_TEST)) {
      System.out.printf(Locale.ROOT, "%-26s %,9.0f/s%n", what, median(what));
    }
    System.out.printf(
        Locale.ROOT, "simulate does %.2f of the bare loop%n", median(SIMULATE) / median(BARE));
  }

  private void note(int round, String what, double perSecond) {
    System.out.printf(Locale.ROOT, "  %-26s %,9.0f/s%n", what, perSecond);
    if (round > 0) {
      rates.computeIfAbsent(what, none -> new ArrayList<>()).add(perSecond);
    }
  }

  private double median(String what) {
    List<Double> sorted = rates.getOrDefault(what, List.of()).stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private double simulate() {
    try (SimulationPublishers publishers = SimulationPublishers.open(stack.settings())) {
      SimulationReport report =
          new SimulationRun(new Simulation(plan, payments), publishers, Rate.MAX)
              .run(payment -> {}, progress -> {}, () -> false);
      return report.perSecond();
    }
  }

  private double bareLoop(boolean withHeaders) {
    List<SimulatedPayment> made = new ArrayList<>(payments);
    new Simulation(plan, payments).forEachRemaining(made::add);
    try (Producer<String, SpecificRecord> producer = new KafkaProducer<>(producerProperties())) {
      long begin = System.nanoTime();
      for (SimulatedPayment payment : made) {
        var unused =
            producer.send(
                new ProducerRecord<>(
                    payment.channel().topic(),
                    null,
                    payment.customerId(),
                    payment.event(),
                    withHeaders ? HEADERS : List.of()));
      }
      producer.flush();
      return made.size() * 1e9 / (System.nanoTime() - begin);
    }
  }

  private Map<String, Object> producerProperties() {
    return PaymentProducer.properties(stack.settings());
  }

  private double perfTest(int bytes) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--topic",
                PERF_TOPIC,
                "--num-records",
                Integer.toString(payments),
                "--record-size",
                Integer.toString(bytes),
                "--throughput",
                "-1",
                "--command-property"));
    producerProperties()
        .forEach(
            (name, value) -> {
              if (List.of(
                      "bootstrap.servers", "acks", "enable.idempotence", "linger.ms", "batch.size")
                  .contains(name)) {
                arguments.add(name + "=" + value);
              }
            });
    long begin = System.nanoTime();
    ProducerPerformance.main(arguments.toArray(String[]::new));
    return payments * 1e9 / (System.nanoTime() - begin);
  }

  /** Key, value and headers as simulate sends them. */
  private int bytesOfARecord() {
    Settings settings = stack.settings();
    try (LastfiveAvroSerializer serializer = new LastfiveAvroSerializer()) {
      Map<String, Object> properties = new HashMap<>(producerProperties());
      properties.putAll(settings.schemaRegistryProperties());
      serializer.configure(properties, false);
      Simulation some = new Simulation(plan, 1000);
      long bytes = 0;
      for (int i = 0; i < 1000; i++) {
        SimulatedPayment payment = some.next();
        bytes +=
            payment.customerId().length()
                + length(serializer.serialize(payment.channel().topic(), payment.event()))
                + "source".length()
                + "lastfive-simulate".length()
                + "traceparent".length()
                + 55;
      }
      return (int) (bytes / 1000);
    }
  }

  private static int length(byte @Nullable [] value) {
    return value == null ? 0 : value.length;
  }
}
