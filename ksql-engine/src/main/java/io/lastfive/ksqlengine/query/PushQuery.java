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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A push query: a transient topology whose rows wait here until they are taken. Where nobody takes
 * them, the topology waits too. For one taker; {@link #close} may be called from any thread.
 */
public final class PushQuery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PushQuery.class);
  private static final int ROWS_WAITING = 1000;

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  /**
   * One row.
   *
   * @param gone whether a table's row is no more; then only its key's columns have values
   */
  @SuppressWarnings("ArrayRecordComponent") // A row is an array everywhere; nobody compares two.
  public record PushRow(@Nullable Object[] columns, boolean gone) {}

  private final String id;
  private final RowSchema schema;
  private final OptionalInt limit;
  private final BlockingQueue<PushRow> waiting = new ArrayBlockingQueue<>(ROWS_WAITING);
  private final Topics topics;
  private final String group;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean closed;
  private @Nullable KafkaStreams streams;
  private int taken;

  private PushQuery(String id, RowSchema schema, OptionalInt limit, Topics topics, String group) {
    this.id = id;
    this.schema = schema;
    this.limit = limit;
    this.topics = topics;
    this.group = group;
  }

  /**
   * Starts the query; rows can be taken at once. Where it begins at the latest records, those are
   * the latest of this moment, however long the topology takes to start.
   *
   * @param scalable whether it is one of ksqlDB's newer push queries, which have other ids and know
   *     no records without a key
   */
  public static PushQuery start(
      EngineConfig config,
      SchemaStore schemas,
      ProcessingLog log,
      Topics topics,
      AnalysedQuery query,
      Map<String, String> properties,
      boolean scalable) {
    String prefix =
        scalable
            ? "SCALABLE_PUSH_QUERY_"
            : "transient_" + query.sources().get(0).source().name() + "_";
    String id = prefix + ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
    String group = config.transientGroup(id);
    PushQuery push = new PushQuery(id, query.schema(), query.limit(), topics, group);
    if (push.isDone()) {
      return push;
    }
    Properties settings = StreamsSettings.of(config, group, properties);
    settings.put(SkipUnreadableRecords.PROCESSING_LOG, log);
    settings.put(SkipUnreadableRecords.QUERY_ID, id);
    // Whoever watches wants every change at once.
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0");
    // A client may stop reading for as long as it likes; its query waits, and loses nothing.
    settings.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG),
        String.valueOf(Integer.MAX_VALUE));
    StreamsSettings.beginAtEndOf(topics, query, group, settings);
    KafkaStreams streams =
        new KafkaStreams(
            TopologyBuilder.build(query, id, schemas, log, push::offer, !scalable).topology(),
            settings);
    streams.setUncaughtExceptionHandler(
        cause -> {
          push.failure.compareAndSet(null, cause);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    push.streams = streams;
    streams.start();
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

  private void offer(@Nullable Object[] columns, boolean gone) {
    PushRow row = new PushRow(columns, gone);
    try {
      while (!closed && !waiting.offer(row, 100, TimeUnit.MILLISECONDS)) {
        Thread.onSpinWait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the query and removes what it left on disk and in Kafka; again, it does nothing. */
  @Override
  public void close() {
    closed = true;
    KafkaStreams running = streams;
    if (running == null || !ended.compareAndSet(false, true)) {
      return;
    }
    boolean stopped =
        running.close(
            CloseOptions.timeout(STOP_TIMEOUT)
                .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    if (!stopped) {
      LOG.warn("A push query did not end in time. queryId={}", id);
      return;
    }
    try {
      running.cleanUp();
      topics.deleteInternal(group);
      topics.deleteGroup(group);
    } catch (RuntimeException e) {
      // Its rows are all told; what stays is looked at by nobody.
      LOG.warn("A push query could not be cleaned up after. queryId={}", id, e);
    }
  }
}
