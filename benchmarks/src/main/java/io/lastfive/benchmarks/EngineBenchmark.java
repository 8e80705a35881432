// SPDX-License-Identifier: Apache-2.0
package io.lastfive.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.lastfive.producers.simulate.Rate;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Entry point: preloaded payments through a hand-written topology, then through the scripts on the
 * embedded engine, in one run: from the start of the queries until every payment is in the
 * aggregate's topic. A smaller round on a stack of its own goes before, so that the code of both is
 * compiled. The broker runs in the same JVM in both, so its CPU is counted in both.
 *
 * <p>Arguments: payments (1000000), customers (100000).
 */
public final class EngineBenchmark {
  private static final int PARTITIONS = 6;
  private static final long WARM_UP_PAYMENTS = 200_000;

  private EngineBenchmark() {}

  private record Measured(String what, long payments, Duration took, Duration cpu) {
    double perSecond() {
      return payments * 1e9 / took.toNanos();
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%-22s %,10d payments in %6.1f s: %,8.0f/s, %5.1f us of CPU each",
          what,
          payments,
          took.toMillis() / 1000.0,
          perSecond(),
          cpu.toNanos() / 1000.0 / payments);
    }
  }

  private record Round(Measured handWritten, Measured engine) {}

  public static void main(String[] arguments) throws Exception {
    long payments = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1_000_000;
    int customers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
    System.out.printf("warming up with %,d payments%n", WARM_UP_PAYMENTS);
    round(WARM_UP_PAYMENTS, customers);
    System.out.printf("measuring %,d payments of %,d customers%n", payments, customers);
    Round measured = round(payments, customers);
    System.out.println(measured.handWritten());
    System.out.println(measured.engine());
    System.out.printf(
        Locale.ROOT,
        "the engine does %.2f of the hand-written topology on %d cores%n",
        measured.engine().perSecond() / measured.handWritten().perSecond(),
        Runtime.getRuntime().availableProcessors());
  }

  private static Round round(long payments, int customers) throws Exception {
    try (BenchStack stack = BenchStack.start()) {
      stack.send(payments, customers, Rate.MAX, payment -> {});
      return new Round(handWritten(stack, payments), engine(stack, payments));
    }
  }

  private static Measured handWritten(BenchStack stack, long payments)
      throws IOException, InterruptedException {
    BenchStack.createTopics(
        stack.settings(), PARTITIONS, HandWrittenTopology.OUTPUT, HandWrittenTopology.AGGREGATE);
    Path state = Files.createTempDirectory("hand-written");
    long begin = System.nanoTime();
    long cpu = cpuNanos();
    try (KafkaStreams streams = HandWrittenTopology.start(stack.settings(), state.toString())) {
      stack.awaitRecords(HandWrittenTopology.AGGREGATE, payments);
      Measured measured = measured("hand-written topology", payments, begin, cpu);
      streams.close(Duration.ofSeconds(30));
      streams.cleanUp();
      return measured;
    }
  }

  private static Measured engine(BenchStack stack, long payments) throws InterruptedException {
    long begin = System.nanoTime();
    long cpu = cpuNanos();
    stack.applyScripts();
    stack.awaitRecords("PAYMENT-TRX-AGGR", payments);
    return measured("scripts on the engine", payments, begin, cpu);
  }

  private static Measured measured(String what, long payments, long begin, long cpu) {
    return new Measured(
        what,
        payments,
        Duration.ofNanos(System.nanoTime() - begin),
        Duration.ofNanos(cpuNanos() - cpu));
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
