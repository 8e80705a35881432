// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import static org.awaitility.Awaitility.await;

import io.lastfive.cli.verify.ExpectedPayment;
import io.lastfive.cli.verify.ExpectedPayments;
import io.lastfive.producers.simulate.Rate;
import io.lastfive.producers.simulate.SimulatedPayment;
import io.lastfive.producers.simulate.Simulation;
import io.lastfive.producers.simulate.SimulationPlan;
import io.lastfive.producers.simulate.SimulationPublishers;
import io.lastfive.producers.simulate.SimulationRun;
import io.lastfive.schemas.CreditCardPayment;
import io.lastfive.schemas.PaymentEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * Payments of both channels that go on until they are stopped, some twice, late or declined, and
 * what must become of them. Their own time passes a second a payment.
 */
final class PaymentFlow implements AutoCloseable {
  /** As many as any table of the tests keeps. */
  private static final int KEPT = 10;

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
  private static final Rate PAYMENTS_PER_SECOND = new Rate(200);
  private static final long FIRST_SEED = 11;

  private final Pipeline pipeline;
  private Simulation payments;
  private final ExpectedPayments expected = new ExpectedPayments(KEPT);
  private final ExpectedPayments cards = new ExpectedPayments(KEPT);
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicLong sent = new AtomicLong();
  private CompletableFuture<Void> flow;

  private PaymentFlow(Pipeline pipeline, Instant begin) {
    this.pipeline = pipeline;
    this.payments = simulation(begin, FIRST_SEED);
    this.flow = CompletableFuture.runAsync(this::send);
  }

  private static Simulation simulation(Instant begin, long seed) {
    return new Simulation(
        new SimulationPlan(
            EnumSet.allOf(PaymentEvent.class),
            50,
            seed,
            Optional.of(begin),
            0.05,
            0.05,
            0.05,
            0.02),
        Long.MAX_VALUE);
  }

  /**
   * @param begin when the first of the payments was made
   */
  static PaymentFlow start(Pipeline pipeline, Instant begin) {
    return new PaymentFlow(pipeline, begin);
  }

  /** Goes on with payments that begin to be made at another time. */
  void jumpTo(Instant begin) {
    stop();
    payments = simulation(begin, FIRST_SEED + 1);
    goOn();
  }

  /** After a stop, with the payments that come next. */
  void goOn() {
    stopping.set(false);
    flow = CompletableFuture.runAsync(this::send);
  }

  private void send() {
    try (SimulationPublishers publishers = SimulationPublishers.open(pipeline.settings())) {
      SimulationRun run = new SimulationRun(payments, publishers, PAYMENTS_PER_SECOND);
      run.run(this::note, report -> {}, stopping::get);
      if (run.firstFailure() != null) {
        throw new AssertionError("payments were not acknowledged", run.firstFailure());
      }
    }
  }

  private void note(SimulatedPayment payment) {
    expected.add(payment.customerId(), payment.event());
    if (payment.event() instanceof CreditCardPayment) {
      cards.add(payment.customerId(), payment.event());
    }
    sent.incrementAndGet();
  }

  /** Lets some more payments flow. */
  void awaitMore(int more) {
    long wanted = sent.get() + more;
    await().atMost(LONGEST_WAIT).until(() -> flow.isDone() || sent.get() >= wanted);
  }

  /** Ends the flow: everything sent is acknowledged, and what is expected of it is complete. */
  void stop() {
    stopping.set(true);
    flow.join();
  }

  /**
   * The newest payments of every customer so far. To be asked after a {@link #stop}.
   *
   * @param last how many
   * @param changed what a changed normalization makes of a payment
   */
  Map<String, List<ExpectedPayment>> expected(int last, UnaryOperator<ExpectedPayment> changed) {
    Map<String, List<ExpectedPayment>> newest = new TreeMap<>();
    expected
        .byCustomer()
        .forEach(
            (customer, all) ->
                newest.put(customer, all.stream().limit(last).map(changed).toList()));
    return newest;
  }

  /** How many records must be normalized so far. To be asked after a {@link #stop}. */
  long passed() {
    return expected.passed();
  }

  /** How many of them are card payments. */
  long passedCards() {
    return cards.passed();
  }

  @Override
  public void close() {
    stopping.set(true);
    flow.exceptionally(failed -> null).join();
  }
}
