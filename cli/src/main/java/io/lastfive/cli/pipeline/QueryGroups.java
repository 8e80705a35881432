// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.pipeline;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far persistent queries have read, by what their consumer groups have committed: ksqlDB and
 * the embedded engine name a query's group {@code _confluent-ksql-<service id>query_<query id>}.
 */
public final class QueryGroups {
  private static final Pattern NAME = Pattern.compile("_confluent-ksql-(.*?)query_(\\w+)");

  private QueryGroups() {}

  /** Every persistent query that has committed something, of whatever ksqlDB on these brokers. */
  public static List<ReadProgress> all(KafkaReads kafka) {
    Map<String, String> queryIds = new TreeMap<>();
    for (String group : kafka.groups()) {
      Matcher name = NAME.matcher(group);
      if (name.matches()) {
        queryIds.put(group, name.group(2));
      }
    }
    return kafka.committed(queryIds.keySet()).entrySet().stream()
        .map(group -> new ReadProgress(queryIds.getOrDefault(group.getKey(), ""), group.getValue()))
        .toList();
  }

  /** The group of one query. */
  public static String group(String serviceId, String queryId) {
    return "_confluent-ksql-" + serviceId + "query_" + queryId;
  }
}
