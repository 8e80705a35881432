// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.query;

import io.lastfive.ksqlengine.EngineConfig;
import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import io.lastfive.ksqlengine.topology.ProcessingLog;
import io.lastfive.ksqlengine.topology.SkipUnreadableRecords;
import io.lastfive.ksqlengine.topology.TopologyBuilder;
import io.lastfive.ksqlengine.types.RowSchema;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;

/**
 * A push query: a transient topology whose rows wait here until they are taken. Where nobody takes
 * them, the topology waits too. For one taker; {@link #close} may be called from any thread.
 */
public final class PushQuery implements AutoCloseable {
  private static final int ROWS_WAITING = 1000;
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  /**
   * One row.
   *
   * @param columns empty where a table's row is gone; then the key's columns are all there is
   */
  @SuppressWarnings("ArrayRecordComponent") // A row is an array everywhere; nobody compares two.
  public record PushRow(@Nullable Object @Nullable [] columns) {}

  private final String id;
  private final RowSchema schema;
  private final OptionalInt limit;
  private final BlockingQueue<PushRow> waiting = new ArrayBlockingQueue<>(ROWS_WAITING);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean closed;
  private @Nullable KafkaStreams streams;
  private int taken;

  private PushQuery(String id, RowSchema schema, OptionalInt limit) {
    this.id = id;
    this.schema = schema;
    this.limit = limit;
  }

  /** Starts the query; rows can be taken at once. */
  public static PushQuery start(
      EngineConfig config,
      SchemaStore schemas,
      ProcessingLog log,
      AnalysedQuery query,
      Map<String, String> properties) {
    String id =
        "transient_"
            + query.sources().get(0).source().name()
            + "_"
            + ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
    PushQuery push = new PushQuery(id, query.schema(), query.limit());
    Properties settings = StreamsSettings.of(config, config.transientGroup(id), properties);
    settings.put(SkipUnreadableRecords.PROCESSING_LOG, log);
    settings.put(SkipUnreadableRecords.QUERY_ID, id);
    // Whoever watches wants every change at once, and nothing to be kept.
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0");
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "1000");
    KafkaStreams streams =
        new KafkaStreams(
            TopologyBuilder.build(query, id, schemas, log, (key, row, timestamp) -> push.offer(row))
                .topology(),
            settings);
    streams.setUncaughtExceptionHandler(
        cause -> {
          push.failure.compareAndSet(null, cause);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    push.streams = streams;
    if (!push.isDone()) {
      streams.start();
    }
    return push;
  }

  public String id() {
    return id;
  }

  /** The columns of its rows; all of them are values. */
  public RowSchema schema() {
    return schema;
  }

  /** Whether the LIMIT is reached. */
  public boolean isDone() {
    return limit.isPresent() && taken >= limit.getAsInt();
  }

  /** Why it ended by itself. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  public boolean isClosed() {
    return closed;
  }

  /** The next row, where one comes in time. */
  public Optional<PushRow> poll(Duration timeout) throws InterruptedException {
    if (isDone()) {
      return Optional.empty();
    }
    PushRow row = waiting.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
    if (row != null) {
      taken++;
    }
    return Optional.ofNullable(row);
  }

  /** How many rows have come that nobody has taken. */
  public int rowsWaiting() {
    return waiting.size();
  }

  private void offer(@Nullable Object @Nullable [] row) {
    try {
      while (!closed && !waiting.offer(new PushRow(row), 100, TimeUnit.MILLISECONDS)) {
        Thread.onSpinWait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the query and removes what it left on disk. */
  @Override
  public void close() {
    closed = true;
    KafkaStreams running = streams;
    if (running != null) {
      running.close(
          CloseOptions.timeout(STOP_TIMEOUT)
              .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
      running.cleanUp();
    }
  }
}
