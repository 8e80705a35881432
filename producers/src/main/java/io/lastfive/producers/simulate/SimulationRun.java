// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import io.lastfive.settings.UnavailableError;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Entry point: sends simulated payments at a rate and measures. Runs once, on the caller's thread,
 * which waits while the producer's buffer is full. Whatever ends it, everything sent is
 * acknowledged or given up before {@link #run} returns; once it is to stop, within 10 s.
 */
public final class SimulationRun {
  private static final long PROGRESS_NANOS = Duration.ofMillis(250).toNanos();

  /** How long a broker that does not answer may hold up whoever wants to stop. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final long LONGEST_LATENCY_MICROS = Duration.ofMinutes(10).toNanos() / 1000;
  private static final int DIGITS = 3;

  private final Iterator<SimulatedPayment> records;
  private final SimulationPublishers publishers;
  private final Rate rate;
  private final long longestNanos;
  private final Duration patience;
  private final Recorder latencies = new Recorder(LONGEST_LATENCY_MICROS, DIGITS);
  private final Histogram allLatencies = new Histogram(LONGEST_LATENCY_MICROS, DIGITS);
  private final LongAdder failed = new LongAdder();
  private final AtomicReference<@Nullable Exception> firstFailure = new AtomicReference<>();
  private volatile boolean givenUp;
  private long payments;
  private long duplicates;
  private long late;
  private long refused;
  private long leftOut;
  private long startedAt;
  private long reportedAt;
  private long reportedAcknowledged;

  public SimulationRun(
      Iterator<SimulatedPayment> records, SimulationPublishers publishers, Rate rate) {
    this(records, publishers, rate, Duration.ofNanos(Long.MAX_VALUE));
  }

  /**
   * @param longest ends sending, whatever is left
   */
  public SimulationRun(
      Iterator<SimulatedPayment> records,
      SimulationPublishers publishers,
      Rate rate,
      Duration longest) {
    this(records, publishers, rate, longest, PATIENCE);
  }

  SimulationRun(
      Iterator<SimulatedPayment> records,
      SimulationPublishers publishers,
      Rate rate,
      Duration longest,
      Duration patience) {
    this.records = records;
    this.publishers = publishers;
    this.rate = rate;
    this.longestNanos = longest.toNanos();
    this.patience = patience;
  }

  /**
   * Sends until the records end, the time is over, broker or registry are away, or {@code stop}
   * says so.
   *
   * @param beforeSending sees each record just before it is sent; fast, or it slows the simulation
   *     down
   * @param progress hears four times a second how it stands
   * @param stop asked by this thread and by another
   */
  public SimulationReport run(
      Consumer<SimulatedPayment> beforeSending,
      Consumer<SimulationReport> progress,
      BooleanSupplier stop) {
    CountDownLatch done = new CountDownLatch(1);
    Thread guard = new Thread(() -> giveUpAfterStop(stop, done), "lastfive-simulation-stop");
    guard.setDaemon(true);
    guard.start();
    try {
      sendAll(beforeSending, progress, stop);
    } finally {
      publishers.flush();
      done.countDown();
    }
    return report(System.nanoTime(), true);
  }

  private void sendAll(
      Consumer<SimulatedPayment> beforeSending,
      Consumer<SimulationReport> progress,
      BooleanSupplier stop) {
    startedAt = System.nanoTime();
    reportedAt = startedAt;
    Schedule schedule = rate.schedule();
    while (records.hasNext() && !stop.getAsBoolean() && !isUnavailable()) {
      long now = rate.isMax() ? System.nanoTime() : waitForTurn(schedule, progress, stop);
      if (now - startedAt >= longestNanos || stop.getAsBoolean()) {
        return;
      }
      if (now - reportedAt >= PROGRESS_NANOS) {
        progress.accept(report(now, false));
      }
      SimulatedPayment payment = records.next();
      beforeSending.accept(payment);
      if (payment.flaw().filter(Flaw::isRefused).isPresent()) {
        SimulationPublishers.refuse(payment);
        refused++;
      } else {
        send(payment, now);
      }
      if (!rate.isMax()) {
        schedule.advance();
      }
    }
  }

  /** Sending and flushing wait for minutes where the broker does not answer. */
  private void giveUpAfterStop(BooleanSupplier stop, CountDownLatch done) {
    try {
      while (!done.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
        if (stop.getAsBoolean()) {
          if (!done.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            givenUp = true;
            publishers.giveUp();
          }
          return;
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the time. Waits in short steps, so that progress shows and a stop is heard. */
  private long waitForTurn(
      Schedule schedule, Consumer<SimulationReport> progress, BooleanSupplier stop) {
    long due = startedAt + Math.min(schedule.dueNanos(), longestNanos);
    long now = System.nanoTime();
    while (now < due && !stop.getAsBoolean()) {
      LockSupport.parkNanos(Math.min(due - now, PROGRESS_NANOS / 5));
      now = System.nanoTime();
      if (now - reportedAt >= PROGRESS_NANOS) {
        progress.accept(report(now, false));
      }
    }
    return now;
  }

  private void send(SimulatedPayment payment, long now) {
    if (payment.duplicate()) {
      duplicates++;
    } else {
      payments++;
      late += payment.late() ? 1 : 0;
    }
    leftOut += payment.flaw().isPresent() ? 1 : 0;
    try {
      publishers.publish(
          payment,
          (metadata, failure) -> {
            if (failure == null) {
              long micros = (System.nanoTime() - now) / 1000;
              latencies.recordValue(Math.min(micros, LONGEST_LATENCY_MICROS));
            } else {
              noteFailure(failure);
            }
          });
    } catch (UnavailableError away) {
      noteFailure(away);
    } catch (IllegalStateException | KafkaException closed) {
      if (!givenUp) {
        throw closed;
      }
      noteFailure(closed);
    }
  }

  private void noteFailure(Exception failure) {
    failed.increment();
    firstFailure.compareAndSet(
        null,
        givenUp
            ? new UnavailableError(
                "Kafka did not answer within %d s after the simulation was stopped."
                    .formatted(patience.toSeconds()),
                failure)
            : failure);
  }

  /** Going on without broker or registry would only fail each record after a long wait. */
  private boolean isUnavailable() {
    return firstFailure.get() instanceof UnavailableError;
  }

  /** Why the first record was given up that was. */
  public @Nullable Exception firstFailure() {
    return firstFailure.get();
  }

  private SimulationReport report(long now, boolean last) {
    allLatencies.add(latencies.getIntervalHistogram());
    long acknowledged = allLatencies.getTotalCount();
    long since = last ? startedAt : reportedAt;
    long before = last ? 0 : reportedAcknowledged;
    double perSecond = (acknowledged - before) * 1e9 / Math.max(1, now - since);
    reportedAt = now;
    reportedAcknowledged = acknowledged;
    return new SimulationReport(
        payments,
        duplicates,
        late,
        acknowledged,
        failed.sum(),
        refused,
        leftOut,
        Duration.ofNanos(now - startedAt),
        perSecond,
        new SimulationReport.Latency(
            millisAt(50),
            millisAt(95),
            millisAt(99),
            millisAt(99.9),
            allLatencies.getMaxValue() / 1000.0));
  }

  private double millisAt(double percentile) {
    return allLatencies.getValueAtPercentile(percentile) / 1000.0;
  }
}
