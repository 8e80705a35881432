// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.driver;

import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.catalog.DataSource;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;

/** A query that takes the records of its topics one after the other. */
final class RunningQuery implements AutoCloseable {
  private final String id;
  private final AnalysedQuery query;
  private final QueryDriver driver;
  private final DataSource sink;
  private int position;
  private boolean paused;

  /**
   * @param position of the first record it takes
   */
  RunningQuery(String id, AnalysedQuery query, QueryDriver driver, DataSource sink, int position) {
    this.id = id;
    this.query = query;
    this.driver = driver;
    this.sink = sink;
    this.position = position;
  }

  String id() {
    return id;
  }

  AnalysedQuery query() {
    return query;
  }

  DataSource sink() {
    return sink;
  }

  /** Where it stands: what was before has been taken. */
  int position() {
    return position;
  }

  boolean isBehind(TopicLog log) {
    return !paused && position < log.size();
  }

  void pause(boolean now) {
    paused = now;
  }

  /** Takes over what {@code replaced} has aggregated. */
  void takeState(RunningQuery replaced) {
    driver.copyState(replaced.driver);
  }

  /** Takes the next record of the log, and returns what comes out. */
  List<TestRecord<byte[], byte[]>> takeNext(TopicLog log) {
    TopicLog.Entry entry = log.get(position);
    position++;
    return driver.pipe(entry.topic(), entry.record());
  }

  @Override
  public void close() {
    driver.close();
  }
}
