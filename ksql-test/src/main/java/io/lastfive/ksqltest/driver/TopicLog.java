// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.streams.test.TestRecord;

/**
 * Every record of every topic in the order in which they were written, so that a query can begin at
 * the beginning or go on where it was.
 */
final class TopicLog {
  /**
   * @param topic in small letters; none where the topic was deleted
   * @param byQuery whether a query wrote it
   */
  record Entry(String topic, TestRecord<byte[], byte[]> record, boolean byQuery) {}

  private final List<Entry> entries = new ArrayList<>();

  static String name(String topic) {
    return topic.toLowerCase(Locale.ROOT);
  }

  void add(String topic, TestRecord<byte[], byte[]> record, boolean byQuery) {
    entries.add(new Entry(name(topic), record, byQuery));
  }

  int size() {
    return entries.size();
  }

  Entry get(int position) {
    return entries.get(position);
  }

  /** The records of a topic, oldest first. */
  List<Entry> of(String topic) {
    return entries.stream().filter(entry -> entry.topic().equals(name(topic))).toList();
  }

  void deleteTopic(String topic) {
    entries.replaceAll(
        entry ->
            entry.topic().equals(name(topic))
                ? new Entry("", entry.record(), entry.byQuery())
                : entry);
  }

  /** The largest timestamp so far. */
  long streamTime() {
    return entries.stream().mapToLong(entry -> entry.record().timestamp()).max().orElse(0);
  }
}
