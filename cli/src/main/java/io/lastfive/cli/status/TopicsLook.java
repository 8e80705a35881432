// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.status;

import io.lastfive.cli.pipeline.KafkaReads;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;

/**
 * The pipeline's topics. A rate is counted since the last look, and for the first one over a
 * second. Safe for use by many threads.
 */
final class TopicsLook {
  private static final Duration FIRST_SAMPLE = Duration.ofSeconds(1);

  private final List<String> topics;
  private final KafkaReads kafka;
  private Map<TopicPartition, Long> lastEnds = Map.of();
  private long lastNanos;

  TopicsLook(List<String> topics, KafkaReads kafka) {
    this.topics = topics;
    this.kafka = kafka;
  }

  synchronized List<StatusReport.Topic> look() throws InterruptedException {
    Map<String, List<TopicPartition>> partitions = kafka.partitions(topics);
    List<TopicPartition> all = partitions.values().stream().flatMap(List::stream).toList();
    if (lastEnds.isEmpty()) {
      lastNanos = System.nanoTime();
      lastEnds = kafka.ends(all);
      TimeUnit.MILLISECONDS.sleep(FIRST_SAMPLE.toMillis());
    }
    Map<TopicPartition, Long> beginnings = kafka.beginnings(all);
    Map<TopicPartition, Long> ends = kafka.ends(all);
    long nanos = System.nanoTime();
    double seconds = (nanos - lastNanos) / 1e9;
    Optional<Map<String, Long>> bytes = bytes();
    List<StatusReport.Topic> lines = new ArrayList<>();
    for (String topic : topics) {
      List<TopicPartition> own = partitions.getOrDefault(topic, List.of());
      lines.add(
          new StatusReport.Topic(
              topic,
              own.size(),
              sum(own, ends) - sum(own, beginnings),
              Math.max(0, sum(own, ends) - sum(own, lastEnds)) / seconds,
              bytes.map(known -> known.getOrDefault(topic, 0L)),
              own.isEmpty()
                  ? Optional.of("topic %s is not there: lastfive topics create".formatted(topic))
                  : Optional.empty()));
    }
    lastEnds = ends;
    lastNanos = nanos;
    return lines;
  }

  private static long sum(List<TopicPartition> partitions, Map<TopicPartition, Long> offsets) {
    return partitions.stream().mapToLong(part -> offsets.getOrDefault(part, 0L)).sum();
  }

  /**
   * Bytes on disk by topic; a user may lack the right to ask, which is no problem of the topics.
   */
  private Optional<Map<String, Long>> bytes() {
    try {
      List<Integer> brokers =
          kafka.answer(kafka.admin().describeCluster().nodes()).stream().map(Node::id).toList();
      Map<String, Long> bytes = new HashMap<>();
      for (Map<String, LogDirDescription> folders :
          kafka.answer(kafka.admin().describeLogDirs(brokers).allDescriptions()).values()) {
        for (LogDirDescription folder : folders.values()) {
          folder
              .replicaInfos()
              .forEach((part, replica) -> bytes.merge(part.topic(), replica.size(), Long::sum));
        }
      }
      return Optional.of(bytes);
    } catch (UserError | UnavailableError notSaid) {
      return Optional.empty();
    }
  }
}
