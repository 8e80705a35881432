// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.query;

import io.lastfive.ksqlengine.Command;
import io.lastfive.ksqlengine.EngineConfig;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.SourceRelation;
import io.lastfive.ksqlengine.analysis.PullQuery;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import io.lastfive.ksqlengine.topology.Materialization;
import io.lastfive.ksqlengine.topology.ProcessingLog;
import io.lastfive.ksqlengine.topology.QueryTopology;
import io.lastfive.ksqlengine.topology.SkipUnreadableRecords;
import io.lastfive.ksqlengine.topology.TopologyBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The persistent queries by id. Queries are added, changed and ended one at a time, by whoever
 * carries out commands; looking at them is safe from any thread.
 */
public final class PersistentQueries implements AutoCloseable {
  private final EngineConfig config;
  private final SchemaStore schemas;
  private final ProcessingLog log;
  private final Topics topics;
  private final Map<String, PersistentQuery> queries = new LinkedHashMap<>();

  public PersistentQueries(
      EngineConfig config, SchemaStore schemas, ProcessingLog log, Topics topics) {
    this.topics = topics;
    this.config = config;
    this.schemas = schemas;
    this.log = log;
  }

  /** The oldest first. */
  public List<PersistentQuery> all() {
    synchronized (queries) {
      return List.copyOf(queries.values());
    }
  }

  public List<String> ids() {
    synchronized (queries) {
      return List.copyOf(queries.keySet());
    }
  }

  public Optional<PersistentQuery> find(String id) {
    synchronized (queries) {
      return Optional.ofNullable(queries.get(id));
    }
  }

  /**
   * Adds a query; one of the same id is stopped first, and the new one goes on where it was.
   *
   * @param start whether it begins to run now
   */
  public void add(String id, Command command, AnalysedQuery query, boolean start) {
    QueryTopology topology = TopologyBuilder.build(query, id, schemas, log);
    find(id).ifPresent(PersistentQuery::stop);
    Properties settings =
        StreamsSettings.of(config, config.consumerGroup(id), command.properties());
    settings.put(SkipUnreadableRecords.PROCESSING_LOG, log);
    settings.put(SkipUnreadableRecords.QUERY_ID, id);
    if (query.from() instanceof SourceRelation) {
      // A task with one input has no other to wait for, yet Kafka Streams asks before each record.
      settings.putIfAbsent(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, "-1");
    }
    PersistentQuery added = new PersistentQuery(id, command, query, topology, settings);
    synchronized (queries) {
      queries.put(id, added);
    }
    if (start) {
      StreamsSettings.beginAtEndOf(topics, query, config.consumerGroup(id), settings);
      added.start();
    }
  }

  public void startAll() {
    all().forEach(PersistentQuery::start);
  }

  public void pause(String id) {
    find(id).ifPresent(PersistentQuery::pause);
  }

  public void resume(String id) {
    find(id).ifPresent(PersistentQuery::resume);
  }

  /**
   * Stops the queries that write to a topic, which is to be deleted; {@link #terminate} follows.
   */
  public void stopWritersOf(String topic) {
    for (PersistentQuery query : all()) {
      if (query.query().sink().filter(sink -> sink.topic().equals(topic)).isPresent()) {
        query.stop();
      }
    }
  }

  /**
   * Ends a query for good: its stores and internal topics are deleted. Its group's offsets stay for
   * one that comes back under its id.
   */
  public void terminate(String id) {
    Optional<PersistentQuery> ended = find(id);
    ended.ifPresent(
        query -> {
          query.stop();
          if (query.deleteStores()) {
            topics.deleteInternal(config.consumerGroup(id));
          }
        });
    synchronized (queries) {
      queries.remove(id);
    }
  }

  /**
   * The rows that a pull query asks for, as they are now.
   *
   * @throws KsqlException where the table is not materialized, or its store is being restored
   */
  public PullRows pull(PullQuery pull) {
    for (PersistentQuery query : all()) {
      String kept =
          query.query().sink().orElseGet(() -> query.query().sources().get(0).source()).name();
      boolean makesTable = kept.equals(pull.table().name());
      Optional<Materialization> table = query.materialization();
      if (makesTable && table.isPresent()) {
        return new PullExecutor(query, table.get()).execute(pull);
      }
    }
    throw new KsqlException(
        "The `"
            + pull.table().name()
            + "` table isn't queryable. To derive a queryable table, you can do 'CREATE TABLE QUERYABLE_"
            + pull.table().name()
            + " AS SELECT * FROM "
            + pull.table().name()
            + "'. See https://cnfl.io/queries for more info.\nAdd EMIT CHANGES if you intended to issue a push query.");
  }

  /** Stops all at once; the slowest decides how long it takes. */
  @Override
  public void close() {
    List<Thread> stopping = new ArrayList<>();
    for (PersistentQuery query : all()) {
      Thread thread = new Thread(query::stop, "stop-" + query.id());
      thread.start();
      stopping.add(thread);
    }
    for (Thread thread : stopping) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
