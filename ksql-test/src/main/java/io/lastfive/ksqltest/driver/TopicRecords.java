// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.driver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedInsertValues;
import io.lastfive.ksqlengine.catalog.DataSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.streams.test.TestRecord;

/** What is on the topics of a driver: as files of tests have it, by columns, or as Kafka has it. */
public final class TopicRecords {
  private static final String ROWTIME = "ROWTIME";

  private final TopicLog log;
  private final KnownTopics topics;
  private final RecordBytes bytes;
  private final Map<String, Integer> readUpTo = new HashMap<>();

  TopicRecords(TopicLog log, KnownTopics topics, RecordBytes bytes) {
    this.log = log;
    this.topics = topics;
    this.bytes = bytes;
  }

  /**
   * A record by its columns.
   *
   * @param columns key and value columns and ROWTIME, by their names
   */
  public record Row(ObjectNode columns, boolean tombstone, Optional<ScriptRecord.Window> window) {}

  List<ScriptRecord> all(String topic) {
    DataSource source = topics.source(topic);
    return log.of(topic).stream().map(entry -> shown(source, entry.record())).toList();
  }

  List<ScriptRecord> written(String topic) {
    DataSource source = topics.source(topic);
    return log.of(topic).stream()
        .filter(TopicLog.Entry::byQuery)
        .map(entry -> shown(source, entry.record()))
        .toList();
  }

  List<ScriptRecord> unread(String topic) {
    List<ScriptRecord> all = all(topic);
    int begin = readUpTo.getOrDefault(TopicLog.name(topic), 0);
    readUpTo.put(TopicLog.name(topic), all.size());
    return List.copyOf(all.subList(Math.min(begin, all.size()), all.size()));
  }

  private ScriptRecord shown(DataSource source, TestRecord<byte[], byte[]> record) {
    return new ScriptRecord(
        source.topic(),
        bytes.keyJson(source, record.key()),
        bytes.valueJson(source, record.value()),
        OptionalLong.of(record.timestamp()),
        bytes.keyWindow(source, record.key()),
        Optional.empty());
  }

  /** What queries wrote to a topic, with its headers. */
  public List<TestRecord<byte[], byte[]>> rawWritten(String topic) {
    return log.of(topic).stream()
        .filter(TopicLog.Entry::byQuery)
        .map(TopicLog.Entry::record)
        .toList();
  }

  /** Everything on the topic of a stream or table, by its columns, oldest first. */
  public List<Row> rows(DataSource source) {
    return log.of(source.topic()).stream().map(entry -> row(source, entry.record())).toList();
  }

  private Row row(DataSource source, TestRecord<byte[], byte[]> record) {
    ObjectNode columns = bytes.columns(source, record.key(), record.value());
    columns.put(ROWTIME, record.timestamp());
    return new Row(columns, record.value() == null, bytes.keyWindow(source, record.key()));
  }

  /** The columns of a row of INSERT VALUES, and ROWTIME where it says one. */
  public ObjectNode columns(AnalysedInsertValues row) {
    DataSource target = row.target();
    ObjectNode columns = bytes.columns(target.schema().key(), row.key());
    columns.setAll(bytes.columns(target.schema().value(), row.value()));
    row.rowtime().ifPresent(time -> columns.put(ROWTIME, time));
    return columns;
  }
}
