// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.driver;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.catalog.DataSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is known of topics, whose names may be written in any case. */
final class KnownTopics {
  /** Of topics of which nothing is said. */
  private static final int DEFAULT_PARTITIONS = 4;

  private final Catalog catalog;
  private final Map<String, List<DataSource>> sources = new LinkedHashMap<>();
  private final Map<String, Integer> partitions = new HashMap<>();

  KnownTopics(Catalog catalog) {
    this.catalog = catalog;
  }

  void remember(DataSource source) {
    sources.computeIfAbsent(TopicLog.name(source.topic()), topic -> new ArrayList<>()).add(source);
  }

  void forget(String topic) {
    sources.remove(TopicLog.name(topic));
    partitions.remove(TopicLog.name(topic));
  }

  /** The topic's source; of several the first, as it is now. */
  DataSource source(String topic) {
    List<DataSource> known = sources.get(TopicLog.name(topic));
    if (known == null) {
      throw new KsqlException("no stream or table has the topic " + topic);
    }
    return catalog
        .source(known.get(0).name())
        .filter(source -> source.topic().equalsIgnoreCase(topic))
        .orElse(known.get(0));
  }

  /** What is said first holds. */
  void setPartitions(String topic, int count) {
    partitions.putIfAbsent(TopicLog.name(topic), count);
  }

  int partitions(String topic) {
    return partitions.getOrDefault(TopicLog.name(topic), DEFAULT_PARTITIONS);
  }
}
