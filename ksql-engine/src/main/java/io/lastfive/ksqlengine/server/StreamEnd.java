// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.query.Topics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Where the topics of a query ended at one moment. */
final class StreamEnd {
  private final Topics topics;
  private final Map<TopicPartition, Long> ends;

  private StreamEnd(Topics topics, Map<TopicPartition, Long> ends) {
    this.topics = topics;
    this.ends = ends;
  }

  static StreamEnd now(Topics topics, AnalysedQuery query) {
    Set<TopicPartition> partitions = new HashSet<>();
    for (var source : query.sources()) {
      String topic = source.source().topic();
      int count = topics.find(topic).map(Topics.Topic::partitions).orElse(0);
      for (int i = 0; i < count; i++) {
        partitions.add(new TopicPartition(topic, i));
      }
    }
    Map<TopicPartition, Long> ends = new HashMap<>(topics.endOffsets(partitions));
    Map<TopicPartition, Long> begins = topics.beginningOffsets(partitions);
    ends.entrySet().removeIf(end -> end.getValue() <= begins.getOrDefault(end.getKey(), 0L));
    return new StreamEnd(topics, ends);
  }

  /** Whether a consumer group has committed everything before. */
  boolean isReadBy(String group) {
    if (ends.isEmpty()) {
      return true;
    }
    Map<TopicPartition, Long> committed = topics.committedOffsets(group);
    return ends.entrySet().stream()
        .allMatch(end -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }
}
