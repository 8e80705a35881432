// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.lastfive.customersink.page.pipeline.QueriesLook.Query;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entry point: looks every two seconds at Kafka, ksqlDB and PostgreSQL, each on a thread of its
 * own, and tells how every stage of the pipeline does. What does not answer keeps neither the
 * others nor the page from answering. Reads only; safe for threads.
 */
public final class PipelineWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineWatch.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(2);
  private static final String NOT_YET = "not looked at yet";

  private final KafkaLook kafkaLook;
  private final QueriesLook queriesLook;
  private final DatabaseLook databaseLook;
  private final String kafkaAddress;
  private final String sinkTopic;
  private final Supplier<String> dataAgeJson;
  private final IntSupplier watching;
  private final Rates rates = new Rates();
  private final LatencyHistory latency;
  private final PipelineMetrics metrics;
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(
          3,
          task -> {
            Thread thread = new Thread(task, "lastfive-page-pipeline");
            thread.setDaemon(true);
            return thread;
          });

  private final List<Future<?>> looks = new ArrayList<>();

  private volatile Reading<KafkaLook.Seen> kafka = Reading.failed(NOT_YET);
  private volatile Reading<List<Query>> ksql = Reading.failed(NOT_YET);
  private volatile Reading<DatabaseLook.Seen> database = Reading.failed(NOT_YET);
  private volatile List<Query> lastKnownQueries = List.of();

  private PipelineWatch(
      Settings settings,
      DataSource connections,
      MeterRegistry metrics,
      Supplier<String> dataAgeJson,
      IntSupplier watching) {
    this.kafkaLook = new KafkaLook(settings);
    this.queriesLook = new QueriesLook(new KsqlClient(settings));
    this.databaseLook = new DatabaseLook(connections, settings.get(KnownSettings.SINK_TOPIC));
    this.kafkaAddress = settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS);
    this.sinkTopic = settings.get(KnownSettings.SINK_TOPIC);
    this.dataAgeJson = dataAgeJson;
    this.watching = watching;
    this.latency = new LatencyHistory(metrics);
    this.metrics = new PipelineMetrics(metrics);
  }

  /**
   * Begins to look. Nothing needs to answer yet.
   *
   * @param dataAgeJson how old the newest data is
   * @param watching how many browsers watch a customer
   */
  public static PipelineWatch start(
      Settings settings,
      DataSource connections,
      MeterRegistry metrics,
      Supplier<String> dataAgeJson,
      IntSupplier watching) {
    PipelineWatch watch = new PipelineWatch(settings, connections, metrics, dataAgeJson, watching);
    watch.every(watch::lookAtKafka);
    watch.every(watch::lookAtKsql);
    watch.every(watch::lookAtDatabase);
    return watch;
  }

  /** The answer of {@code GET /api/pipeline}. */
  public String toJson() {
    PipelinePicture picture = picture();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putRawValue("data", new RawValue(dataAgeJson.get()));
    ObjectNode sources = json.putObject("sources");
    source(sources, "kafka", kafka);
    source(sources, "ksqldb", ksql);
    source(sources, "database", database);
    json.set("stages", new PipelineStages(picture, rates).toJson(watching.getAsInt()));
    kafka.value().ifPresent(seen -> json.put("leftOut", seen.leftOut()));
    latency(json.putObject("latency"));
    return json.toString();
  }

  private void latency(ObjectNode json) {
    latency
        .latency()
        .ifPresentOrElse(
            measured -> {
              List<Double> percentiles = measured.percentilesMillis();
              json.put("p50Millis", percentiles.get(0));
              json.put("p95Millis", percentiles.get(1));
              json.put("p99Millis", percentiles.get(2));
              json.put("everyMillis", BETWEEN_LOOKS.toMillis());
              ArrayNode history = json.putArray("meansMillis");
              measured
                  .meansMillis()
                  .forEach(
                      mean -> {
                        if (mean.isPresent()) {
                          history.add(Math.round(mean.getAsDouble() * 10) / 10.0);
                        } else {
                          history.addNull();
                        }
                      });
            },
            () ->
                json.put("problem", "no sink runs in this process; the one that runs measures it"));
  }

  private static void source(ObjectNode sources, String name, Reading<?> reading) {
    ObjectNode source = sources.putObject(name).put("readable", reading.value().isPresent());
    if (reading.value().isEmpty()) {
      source.put("problem", reading.problem());
    }
  }

  private PipelinePicture picture() {
    return new PipelinePicture(sinkTopic, kafka, ksql, database, lastKnownQueries);
  }

  private void every(Runnable look) {
    looks.add(
        threads.scheduleWithFixedDelay(
            () -> {
              try {
                look.run();
              } catch (RuntimeException bug) {
                // It would end the looks for good, and the page would go on showing the last.
                LOG.error("A look at the pipeline failed; the next is tried all the same", bug);
              }
            },
            0,
            BETWEEN_LOOKS.toMillis(),
            TimeUnit.MILLISECONDS));
  }

  private void lookAtKafka() {
    try {
      kafka = Reading.of(kafkaLook.look());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return;
    } catch (Exception away) {
      Throwable cause = away.getCause() == null ? away : away.getCause();
      kafka =
          Reading.failed(
              "Kafka at %s does not answer: %s".formatted(kafkaAddress, cause.getMessage()));
      LOG.debug("The pipeline view cannot read Kafka", away);
    }
    latency.sample();
    PipelinePicture picture = picture();
    long now = System.nanoTime();
    picture.counts().forEach((stage, count) -> rates.count(stage, now, count));
    metrics.update(picture, kafka, ksql, database);
  }

  private void lookAtKsql() {
    try {
      List<Query> queries = queriesLook.look();
      ksql = Reading.of(queries);
      lastKnownQueries = queries;
    } catch (RuntimeException away) {
      ksql = Reading.failed(String.valueOf(away.getMessage()));
      LOG.debug("The pipeline view cannot read ksqlDB", away);
    }
  }

  private void lookAtDatabase() {
    try {
      database = Reading.of(databaseLook.look());
    } catch (SQLException | RuntimeException away) {
      database = Reading.failed("PostgreSQL does not answer: " + away.getMessage());
      LOG.debug("The pipeline view cannot read PostgreSQL", away);
    }
  }

  @Override
  public void close() {
    looks.forEach(look -> look.cancel(true));
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("The pipeline view still waits for an answer");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    kafkaLook.close();
  }
}
