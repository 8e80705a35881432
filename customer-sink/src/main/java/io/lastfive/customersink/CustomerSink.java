// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import io.lastfive.customersink.consume.AggregateReader;
import io.lastfive.customersink.consume.KafkaClients;
import io.lastfive.customersink.consume.PendingSlices;
import io.lastfive.customersink.consume.RecentPaymentsDecoder;
import io.lastfive.customersink.consume.RegistrySchemas;
import io.lastfive.customersink.write.Batch;
import io.lastfive.customersink.write.BatchWriter;
import io.lastfive.customersink.write.DeadLetterTopic;
import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.customersink.write.SinkOffsets;
import io.lastfive.customersink.write.Slice;
import io.lastfive.customersink.write.SqlStates;
import io.lastfive.customersink.write.WriteResult;
import io.lastfive.customersink.write.WriteStep;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entry point: carries the table in {@code sink.topic} (PAYMENT-TRX-AGGR) into PostgreSQL.
 *
 * <pre>
 *   topic -> AggregateReader (poll, decode) -> PendingSlices -> BatchWriter (one transaction) -> customer_payments
 *                  ^                                                 |                           sink_offset
 *                  +------ where to read from: sink_offset ----------+                           sink_dead_letter
 * </pre>
 *
 * <p>The effect on the tables is exactly once and monotonic, whatever crashes and however many
 * instances share the topic: a batch's rows and its offsets are one transaction, and only the
 * partition's present owner can commit. While batches are committed, one by each of several writers
 * that share the partitions, the next are read.
 */
public final class CustomerSink implements AutoCloseable {
  /** Of every sink, whatever topic it carries: a dead letter names the topic it came from. */
  public static final String DEAD_LETTER_TOPIC = "PAYMENT-TRX-AGGR-DLQ";

  private static final Logger LOG = LoggerFactory.getLogger(CustomerSink.class);
  private static final Duration LONGEST_GATHERING = Duration.ofSeconds(2);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

  // Of the heap for what is read and not written yet: as much again is being written.
  private static final int HEAP_SHARE = 4;

  private final SinkDatabase database;
  private final DeadLetterTopic deadLetterTopic;
  private final PendingSlices pending;
  private final AggregateReader reader;
  private final BatchWriter writer;
  private final Settings settings;
  private final SinkHealth health;
  private final SinkMetrics metrics;

  private final Thread readerThread = new Thread(this::readAll, "lastfive-sink-reader");
  private final List<Thread> writerThreads;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private CustomerSink(
      Settings settings,
      SinkDatabase database,
      KafkaClients kafka,
      RegistrySchemas schemas,
      SinkHealth health,
      SinkMetrics metrics,
      Consumer<WriteStep> watcher) {
    this.database = database;
    this.health = health;
    this.metrics = metrics;
    String topic = settings.get(KnownSettings.SINK_TOPIC);
    SinkOffsets offsets = new SinkOffsets(database.connections(), topic);
    int writers = settings.get(KnownSettings.SINK_WRITERS);
    this.pending = new PendingSlices(bounds(settings, writers), writers);
    this.reader =
        new AggregateReader(
            topic,
            kafka,
            offsets,
            new RecentPaymentsDecoder(schemas),
            pending,
            health,
            metrics,
            () -> backoff(settings));
    this.deadLetterTopic =
        new DeadLetterTopic(topic, DEAD_LETTER_TOPIC, settings.kafkaProperties());
    this.writer = new BatchWriter(database.connections(), offsets, deadLetterTopic, topic, watcher);
    this.settings = settings;
    this.writerThreads =
        IntStream.range(0, writers)
            .mapToObj(lane -> new Thread(() -> writeAll(lane), "lastfive-sink-writer-" + lane))
            .toList();
  }

  /**
   * Makes the tables where they are missing and starts to carry records; returns once it runs.
   *
   * @throws io.lastfive.settings.UserError settings that cannot work, such as a wrong password
   * @throws io.lastfive.settings.UnavailableError database, broker or registry do not answer
   */
  public static CustomerSink start(Settings settings, SinkHealth health, SinkMetrics metrics) {
    return start(settings, health, metrics, WriteStep.UNWATCHED);
  }

  static CustomerSink start(
      Settings settings, SinkHealth health, SinkMetrics metrics, Consumer<WriteStep> watcher) {
    SinkDatabase database =
        SinkDatabase.openForWriting(settings, settings.get(KnownSettings.SINK_WRITERS) + 1);
    try {
      RegistrySchemas schemas = RegistrySchemas.open(settings);
      KafkaClients kafka = KafkaClients.open(settings, DEAD_LETTER_TOPIC);
      CustomerSink sink =
          new CustomerSink(settings, database, kafka, schemas, health, metrics, watcher);
      sink.readerThread.start();
      sink.writerThreads.forEach(Thread::start);
      return sink;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /** Fails when the sink ends by a bug; completes once it was closed. */
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  /**
   * Finishes the batches that are read, and stops. A database or broker that is away is given up
   * after some seconds.
   */
  @Override
  public void close() {
    stopping.countDown();
    reader.stop();
    join(readerThread);
    writerThreads.forEach(CustomerSink::join);
    deadLetterTopic.close();
    database.close();
    ended.complete(null);
  }

  private void readAll() {
    try {
      reader.run();
    } catch (InterruptedException | RuntimeException | Error bug) {
      fail(bug);
    } finally {
      pending.close();
    }
  }

  private void writeAll(int lane) {
    String reporter = "writer " + lane;
    Backoff backoff = backoff(settings);
    try {
      for (Optional<Batch> batch = pending.take(lane);
          batch.isPresent();
          batch = pending.take(lane)) {
        Instant start = Instant.now();
        WriteResult result = write(batch.get(), backoff, reporter);
        reader.wrote(result);
        Instant end = Instant.now();
        metrics.written(
            batch.get(), result, Duration.between(start, end), sinceNewestRecord(batch.get(), end));
      }
    } catch (InterruptedException | RuntimeException | Error bug) {
      fail(bug);
      reader.stop();
    }
  }

  /** Tries until it is written: an error leaves nothing half done, and trying again is safe. */
  private WriteResult write(Batch batch, Backoff backoff, String reporter)
      throws InterruptedException {
    Instant giveUpAt = Instant.MAX;
    while (true) {
      SinkHealth.Part troubled;
      try {
        WriteResult result = writer.write(batch);
        health.works(SinkHealth.Part.DATABASE, reporter);
        health.works(SinkHealth.Part.KAFKA, reporter);
        backoff.reset();
        return result;
      } catch (SQLException databaseTrouble) {
        troubled = SinkHealth.Part.DATABASE;
        health.degraded(troubled, reporter, SqlStates.reason(databaseTrouble));
      } catch (KafkaException kafkaTrouble) {
        troubled = SinkHealth.Part.KAFKA;
        health.degraded(troubled, reporter, String.valueOf(kafkaTrouble.getMessage()));
      }
      metrics.triedAgain();
      Duration wait = backoff.next();
      if (stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        giveUpAt = giveUpAt.equals(Instant.MAX) ? Instant.now().plus(LONGEST_STOP) : giveUpAt;
        if (Instant.now().isAfter(giveUpAt)) {
          throw new InterruptedException("gave up on " + troubled + " to stop");
        }
        TimeUnit.MILLISECONDS.sleep(wait.toMillis());
      }
    }
  }

  private void fail(Throwable bug) {
    if (bug instanceof InterruptedException && stopping.getCount() == 0) {
      LOG.warn("Stopped before the last batch was written; it will be read again", bug);
      return;
    }
    LOG.error("The sink ends", bug);
    ended.completeExceptionally(bug);
  }

  private static Duration sinceNewestRecord(Batch batch, Instant now) {
    long newest = batch.slices().stream().mapToLong(Slice::newestRecordMillis).max().orElse(-1);
    return newest <= 0 ? Duration.ZERO : Duration.between(Instant.ofEpochMilli(newest), now);
  }

  private static PendingSlices.Bounds bounds(Settings settings, int writers) {
    return new PendingSlices.Bounds(
        settings.get(KnownSettings.SINK_BATCH_SIZE),
        Runtime.getRuntime().maxMemory() / HEAP_SHARE / (2L * writers),
        LONGEST_GATHERING);
  }

  private static Backoff backoff(Settings settings) {
    return new Backoff(
        settings.get(KnownSettings.SINK_RETRY_BACKOFF),
        settings.get(KnownSettings.SINK_RETRY_BACKOFF_MAX));
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
