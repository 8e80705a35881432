// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.query;

import io.lastfive.ksqlengine.Command;
import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.topology.Materialization;
import io.lastfive.ksqlengine.topology.QueryTopology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A persistent query: one Kafka Streams instance. It is made stopped; {@link #start} runs it, and
 * {@link #stop} ends it so that another start goes on where it was. A thread that dies is replaced,
 * and what killed it can be asked for.
 */
public final class PersistentQuery {
  private static final Logger LOG = LoggerFactory.getLogger(PersistentQuery.class);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
  private static final int ERRORS_KEPT = 10;

  /** What LIST QUERIES says of it. */
  public enum State {
    /** Not started yet: the command log is being replayed. */
    CREATED,
    RUNNING,
    PAUSED,
    ERROR
  }

  /** A thread's end. */
  public record QueryError(Instant time, String message) {}

  private final String id;
  private final Command command;
  private final AnalysedQuery query;
  private final QueryTopology topology;
  private final Properties settings;
  private final Deque<QueryError> errors = new ArrayDeque<>();
  private @Nullable KafkaStreams streams;
  private boolean paused;

  PersistentQuery(
      String id,
      Command command,
      AnalysedQuery query,
      QueryTopology topology,
      Properties settings) {
    this.id = id;
    this.command = command;
    this.query = query;
    this.topology = topology;
    this.settings = settings;
  }

  public String id() {
    return id;
  }

  /** The command that made it: its statement and properties. */
  public Command command() {
    return command;
  }

  public AnalysedQuery query() {
    return query;
  }

  /** How its table can be read, where it makes one. */
  Optional<Materialization> materialization() {
    return topology.materialization();
  }

  /** The topology as Kafka Streams describes it. */
  public String topologyText() {
    return topology.topology().describe().toString();
  }

  public synchronized State state() {
    if (streams == null) {
      return State.CREATED;
    }
    if (streams.state() == KafkaStreams.State.ERROR) {
      return State.ERROR;
    }
    return paused ? State.PAUSED : State.RUNNING;
  }

  /** The latest ends of threads, the oldest first. */
  public synchronized List<QueryError> errors() {
    return List.copyOf(errors);
  }

  synchronized Optional<KafkaStreams> streams() {
    return Optional.ofNullable(streams);
  }

  synchronized void start() {
    if (streams != null) {
      return;
    }
    KafkaStreams started = new KafkaStreams(topology.topology(), settings);
    started.setUncaughtExceptionHandler(this::onThreadEnd);
    if (paused) {
      started.pause();
    }
    started.start();
    streams = started;
    LOG.info("Query started. queryId={}", id);
  }

  synchronized void pause() {
    paused = true;
    streams().ifPresent(KafkaStreams::pause);
  }

  synchronized void resume() {
    paused = false;
    streams().ifPresent(KafkaStreams::resume);
  }

  /** Ends the instance and leaves its group at once; offsets and stores stay. */
  void stop() {
    Optional<KafkaStreams> running = streams();
    running.ifPresent(
        instance ->
            instance.close(
                CloseOptions.timeout(STOP_TIMEOUT)
                    .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)));
    LOG.info("Query stopped. queryId={}", id);
  }

  /**
   * Deletes the stores of a query that was stopped.
   *
   * @return false where it was never started, or does not end: another may follow that goes on
   */
  boolean deleteStores() {
    Optional<KafkaStreams> stopped = streams();
    if (stopped.isEmpty()) {
      return false;
    }
    try {
      stopped.get().cleanUp();
      return true;
    } catch (IllegalStateException | StreamsException e) {
      LOG.warn("The stores of a query could not be deleted. queryId={}", id, e);
      return false;
    }
  }

  private synchronized StreamThreadExceptionResponse onThreadEnd(Throwable cause) {
    LOG.error("A thread of the query ended. queryId={}", id, cause);
    errors.add(
        new QueryError(Instant.now(), cause.getClass().getName() + ": " + cause.getMessage()));
    if (errors.size() > ERRORS_KEPT) {
      errors.remove();
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }
}
