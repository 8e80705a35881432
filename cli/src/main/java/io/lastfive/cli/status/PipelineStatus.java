// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.status;

import io.lastfive.cli.pipeline.KafkaReads;
import io.lastfive.cli.pipeline.PipelineTopics;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.KsqlServerException;
import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.registry.SchemaRegistryException;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Setting;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.StopSignal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;

/**
 * Entry point: looks at every part of the pipeline, all at once, so that one that does not answer
 * holds up nothing else and costs its own line only. Changes nothing. Looks are made one after
 * another.
 */
final class PipelineStatus implements AutoCloseable {
  /** What hangs is away. */
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(15);

  private static final Duration BETWEEN_STOPS = Duration.ofMillis(100);

  private final Settings settings;
  private final Duration longestLook;
  private final KafkaReads kafka;
  private final TopicsLook topics;
  private final QueriesLook queries;
  private final SinkLook sink;
  private final SchemasLook schemas;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "lastfive-status");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param mostLag more records than these are too many to be behind
   */
  PipelineStatus(Settings settings, long mostLag) {
    this(settings, mostLag, LONGEST_LOOK);
  }

  PipelineStatus(Settings settings, long mostLag, Duration longestLook) {
    this.longestLook = longestLook;
    this.settings = settings;
    this.kafka = new KafkaReads(settings);
    this.topics = new TopicsLook(PipelineTopics.all(settings), kafka);
    this.queries = new QueriesLook(new KsqlClient(settings), kafka, mostLag);
    this.sink = new SinkLook(settings, kafka, mostLag);
    this.schemas =
        new SchemasLook(
            new SchemaRegistryClient(settings.schemaRegistryProperties()),
            PipelineTopics.aggregate(settings));
  }

  /**
   * Looks once, for 15 s at most.
   *
   * @return nothing where it was stopped before all had answered
   */
  Optional<StatusReport> look(StopSignal stop) throws InterruptedException {
    Future<Part<StatusReport.Topic>> topicsPart = threads.submit(() -> part(topics::look));
    Future<Part<StatusReport.Query>> queriesPart = threads.submit(() -> part(queries::look));
    Future<Part<StatusReport.Sink>> sinkPart = threads.submit(() -> part(sink::look));
    Future<Part<StatusReport.DeadLetters>> lettersInTopic =
        threads.submit(() -> part(sink::deadLettersInTopic));
    Future<Part<StatusReport.DeadLetters>> lettersInTable =
        threads.submit(() -> part(sink::deadLettersInTable));
    Future<Part<StatusReport.Subject>> schemasPart = threads.submit(() -> part(schemas::look));
    List<Future<?>> parts =
        List.of(topicsPart, queriesPart, sinkPart, lettersInTopic, lettersInTable, schemasPart);
    Instant deadline = Instant.now().plus(longestLook);
    while (!parts.stream().allMatch(Future::isDone) && Instant.now().isBefore(deadline)) {
      if (stop.await(BETWEEN_STOPS)) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new StatusReport(
            Instant.now(),
            done(topicsPart, "Kafka", KnownSettings.KAFKA_BOOTSTRAP_SERVERS),
            done(queriesPart, "ksqlDB", KnownSettings.KSQLDB_URL),
            done(sinkPart, "PostgreSQL", KnownSettings.DATABASE_URL),
            done(lettersInTopic, "Kafka", KnownSettings.KAFKA_BOOTSTRAP_SERVERS)
                .and(done(lettersInTable, "PostgreSQL", KnownSettings.DATABASE_URL)),
            done(schemasPart, "Schema Registry", KnownSettings.SCHEMA_REGISTRY_URL)));
  }

  private <L extends Part.Line> Part<L> part(Callable<List<L>> look) throws Exception {
    try {
      return Part.of(look.call());
    } catch (UserError | UnavailableError expected) {
      return Part.away(String.valueOf(expected.getMessage()));
    } catch (KsqlServerException refused) {
      return Part.away("ksqlDB refuses to say: " + refused.getMessage());
    } catch (SchemaRegistryException refused) {
      return Part.away("Schema Registry refuses to say: " + refused.getMessage());
    } catch (KafkaException failed) {
      return Part.away(String.valueOf(kafka.explained(failed).getMessage()));
    } catch (SQLException failed) {
      return Part.away(
          "PostgreSQL at %s: %s"
              .formatted(settings.shown(KnownSettings.DATABASE_URL), failed.getMessage()));
    }
  }

  private <L extends Part.Line> Part<L> done(
      Future<Part<L>> part, String dependency, Setting<?> address) throws InterruptedException {
    if (!part.isDone()) {
      // Not interrupted: it ends by its own timeout, and an interrupted client says so in the log.
      return Part.away(
          String.valueOf(
              UnavailableError.at(
                      dependency,
                      String.valueOf(settings.get(address)),
                      address,
                      new TimeoutException(
                          "no answer within %d s".formatted(longestLook.toSeconds())))
                  .getMessage()));
    }
    try {
      return part.get();
    } catch (ExecutionException bug) {
      throw new CompletionException(bug.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    kafka.close();
  }
}
