// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.driver;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.query.QueryUpgrade;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import io.lastfive.ksqlengine.topology.ProcessingLog;
import io.lastfive.ksqlengine.topology.QueryTopology;
import io.lastfive.ksqlengine.topology.TopologyBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.test.TestRecord;

/** The queries of a driver, and how far each is in the log. */
final class Queries implements AutoCloseable {
  private final TopicLog log;
  private final SchemaStore schemas;
  private final Map<String, RunningQuery> running = new LinkedHashMap<>();
  private final Map<String, Integer> endedAt = new HashMap<>();
  private final List<String> internalTopics = new ArrayList<>();
  private final Set<String> sinkTopics = new LinkedHashSet<>();
  private final Set<String> writers = new LinkedHashSet<>();
  private int startedSoFar;

  Queries(TopicLog log, SchemaStore schemas) {
    this.log = log;
    this.schemas = schemas;
  }

  /** The number that the id of the next query ends with. */
  int nextNumber() {
    return startedSoFar;
  }

  boolean has(String id) {
    return running.containsKey(id);
  }

  List<String> ids() {
    return List.copyOf(running.keySet());
  }

  /** Topics that queries write to, or wrote to, each once. */
  List<String> sinkTopics() {
    return List.copyOf(sinkTopics);
  }

  List<String> internalTopics() {
    return List.copyOf(internalTopics);
  }

  /** The queries that have written something. */
  Set<String> writers() {
    return Set.copyOf(writers);
  }

  /**
   * Starts a query where one of its id ended, or else where {@code auto.offset.reset} says.
   *
   * @param properties what SET has said
   */
  void start(String id, AnalysedQuery query, DataSource sink, Map<String, String> properties) {
    Integer goesOnAt = endedAt.remove(id);
    int position = goesOnAt != null ? goesOnAt : isEarliest(properties) ? 0 : log.size();
    running.put(id, query(id, query, sink, properties, position));
  }

  /**
   * CREATE OR REPLACE: goes on with the offsets and the state of the query whose place it takes.
   *
   * @throws KsqlException where the state would not fit
   */
  void replace(String id, AnalysedQuery query, DataSource sink, Map<String, String> properties) {
    RunningQuery replaced = running(id);
    QueryUpgrade.refuseImpossible(replaced.query(), query);
    RunningQuery replacement = query(id, query, sink, properties, replaced.position());
    replacement.takeState(replaced);
    replaced.close();
    running.put(id, replacement);
  }

  private RunningQuery query(
      String id,
      AnalysedQuery query,
      DataSource sink,
      Map<String, String> properties,
      int position) {
    QueryTopology topology = TopologyBuilder.build(query, id, schemas, ProcessingLog.NONE);
    topology
        .internalTopics()
        .forEach(topic -> internalTopics.add(QueryDriver.applicationId(id) + "-" + topic.name()));
    sinkTopics.add(sink.topic());
    startedSoFar++;
    return new RunningQuery(
        id,
        query,
        new QueryDriver(query, topology.topology(), id, sink.topic(), properties),
        sink,
        position);
  }

  private static boolean isEarliest(Map<String, String> properties) {
    return properties
        .getOrDefault(
            "auto.offset.reset",
            properties.getOrDefault("ksql.streams.auto.offset.reset", "latest"))
        .equals("earliest");
  }

  void pause(String id, boolean now) {
    running(id).pause(now);
  }

  /** Ends a query; one of its id goes on where it was. */
  void terminate(String id) {
    RunningQuery ended = running(id);
    endedAt.put(id, ended.position());
    ended.close();
    running.remove(id);
  }

  private RunningQuery running(String id) {
    RunningQuery query = running.get(id);
    if (query == null) {
      throw new KsqlException("Unknown queryId: " + id);
    }
    return query;
  }

  /** Lets the queries take what they have not taken, the one that is furthest behind first. */
  void pump() {
    Optional<RunningQuery> next = furthestBehind();
    while (next.isPresent()) {
      RunningQuery query = next.get();
      for (TestRecord<byte[], byte[]> output : query.takeNext(log)) {
        log.add(query.sink().topic(), output, true);
        writers.add(query.id());
      }
      next = furthestBehind();
    }
  }

  private Optional<RunningQuery> furthestBehind() {
    return running.values().stream()
        .filter(query -> query.isBehind(log))
        .min(Comparator.comparingInt(RunningQuery::position));
  }

  @Override
  public void close() {
    running.values().forEach(RunningQuery::close);
  }
}
