// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.cli.pipeline.KafkaReads;
import io.lastfive.cli.pipeline.QueryGroups;
import io.lastfive.cli.pipeline.ReadProgress;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * The persistent queries: what ksqlDB says of each, and how far Kafka says that it has read. Safe
 * for use by many threads.
 */
final class QueriesLook {
  private static final String RUNNING = "RUNNING";

  private final KsqlClient ksql;
  private final KafkaReads kafka;
  private final long mostLag;

  QueriesLook(KsqlClient ksql, KafkaReads kafka, long mostLag) {
    this.ksql = ksql;
    this.kafka = kafka;
    this.mostLag = mostLag;
  }

  /**
   * A line a query.
   *
   * @throws UserError where there is no query at all
   */
  List<StatusReport.Query> look() {
    String serviceId = ksql.serviceId();
    Map<String, JsonNode> queries = new LinkedHashMap<>();
    for (JsonNode entity : ksql.execute("LIST QUERIES;", Map.of(), Map.of())) {
      for (JsonNode query : entity.path("queries")) {
        if (query.path("queryType").asText().equals("PERSISTENT")) {
          queries.put(QueryGroups.group(serviceId, query.path("id").asText()), query);
        }
      }
    }
    if (queries.isEmpty()) {
      throw new UserError(
          "%s has no persistent queries: lastfive ksql apply".formatted(ksql.address()));
    }
    Map<String, Long> lags = lags(queries.keySet());
    return queries.entrySet().stream()
        .map(query -> line(query.getValue(), Optional.ofNullable(lags.get(query.getKey()))))
        .toList();
  }

  private StatusReport.Query line(JsonNode query, Optional<Long> lag) {
    String id = query.path("id").asText();
    String state = state(query);
    List<String> sinks = new ArrayList<>();
    query.path("sinkKafkaTopics").forEach(sink -> sinks.add(sink.asText()));
    return new StatusReport.Query(id, state, sinks, lag, problem(id, state, lag));
  }

  /** On some servers of several the query may be in another state: the worst counts. */
  private static String state(JsonNode query) {
    List<String> states = new ArrayList<>();
    query.path("statusCount").fieldNames().forEachRemaining(states::add);
    return states.stream()
        .filter(state -> !state.equals(RUNNING))
        .findFirst()
        .orElse(query.path("state").asText(RUNNING));
  }

  private Optional<String> problem(String id, String state, Optional<Long> lag) {
    if (!state.equals(RUNNING)) {
      return Optional.of("query %s is %s".formatted(id, state));
    }
    return lag.filter(records -> records > mostLag)
        .map(records -> "query %s is %,d records behind".formatted(id, records));
  }

  /** By group; none where Kafka does not say, which the topics' part reports. */
  private Map<String, Long> lags(Collection<String> groups) {
    try {
      Map<String, Map<TopicPartition, Long>> committed = kafka.committed(groups);
      List<TopicPartition> partitions =
          kafka
              .partitions(
                  committed.values().stream()
                      .flatMap(positions -> positions.keySet().stream())
                      .map(TopicPartition::topic)
                      .distinct()
                      .toList())
              .values()
              .stream()
              .flatMap(List::stream)
              .toList();
      Map<TopicPartition, Long> beginnings = kafka.beginnings(partitions);
      Map<TopicPartition, Long> ends = kafka.ends(partitions);
      Map<String, Long> lags = new HashMap<>();
      committed.forEach(
          (group, positions) -> {
            // One that has committed nothing may have everything before it, or nothing.
            if (!positions.isEmpty()) {
              lags.put(group, new ReadProgress(group, positions).behind(beginnings, ends));
            }
          });
      return lags;
    } catch (UserError | UnavailableError notSaid) {
      return Map.of();
    }
  }
}
