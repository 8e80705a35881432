// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine;

import java.nio.file.Path;
import java.util.Map;

/**
 * What an engine is started with.
 *
 * @param serviceId with which the names of its own topics and consumer groups begin
 * @param kafka what every Kafka client gets; {@code bootstrap.servers} at least
 * @param stateDirectory where state stores lie; what is lost there is read again from Kafka
 * @param defaults settings of queries that neither the statement nor its SET gives, named as in
 *     SET: {@code ksql.streams.num.stream.threads}
 */
public record EngineConfig(
    String serviceId,
    Map<String, String> kafka,
    Path stateDirectory,
    Map<String, String> defaults) {

  public EngineConfig {
    kafka = Map.copyOf(kafka);
    defaults = Map.copyOf(defaults);
    if (!kafka.containsKey("bootstrap.servers")) {
      throw new IllegalArgumentException("kafka needs bootstrap.servers");
    }
  }

  /** The consumer group of a persistent query, which is its Kafka Streams application id too. */
  public String consumerGroup(String queryId) {
    return "_confluent-ksql-" + serviceId + "query_" + queryId;
  }

  /** The consumer group of a push query. */
  public String transientGroup(String queryId) {
    return "_confluent-ksql-" + serviceId + queryId;
  }

  public String commandTopic() {
    return "_confluent-ksql-" + serviceId + "_command_topic";
  }

  public String processingLogTopic() {
    return serviceId + "ksql_processing_log";
  }
}
