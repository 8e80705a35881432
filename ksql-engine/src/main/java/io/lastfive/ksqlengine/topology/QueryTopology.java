// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.Topology;

/**
 * A query as Kafka Streams runs it.
 *
 * @param internalTopics the repartition topics, without the application id before their names
 * @param materialization empty where the result is no table, or one that is not kept
 */
public record QueryTopology(
    Topology topology,
    List<InternalTopic> internalTopics,
    Optional<Materialization> materialization) {

  public QueryTopology {
    internalTopics = List.copyOf(internalTopics);
  }

  public record InternalTopic(String name, FormatSpec keyFormat) {}
}
