// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.pipeline;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * How far somebody has read some topics.
 *
 * @param reader a query's id, or the sink
 * @param positions the next offset that it reads, of each partition that it has read from
 */
public record ReadProgress(String reader, Map<TopicPartition, Long> positions) {
  public ReadProgress {
    positions = Map.copyOf(positions);
  }

  /** Whether it has read from any of {@code topics}. */
  public boolean reads(Collection<String> topics) {
    return positions.keySet().stream().anyMatch(partition -> topics.contains(partition.topic()));
  }

  /** How many records of the topics that it reads lie between it and {@code ends}. */
  public long behind(Map<TopicPartition, Long> beginnings, Map<TopicPartition, Long> ends) {
    Set<String> topics =
        positions.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
    return ends.entrySet().stream()
        .filter(end -> topics.contains(end.getKey().topic()))
        .mapToLong(
            end -> {
              long first = beginnings.getOrDefault(end.getKey(), 0L);
              long next = Math.max(first, positions.getOrDefault(end.getKey(), first));
              return Math.max(0, end.getValue() - next);
            })
        .sum();
  }
}
