// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import java.util.Optional;

/**
 * What the history's stream and table are called, as ksql-migrations.properties may say.
 *
 * @param streamTopic {@code <service id>ksql_<stream>} where it is empty
 * @param tableTopic {@code <service id>ksql_<table>} where it is empty
 */
public record HistoryNames(
    String stream,
    String table,
    Optional<String> streamTopic,
    Optional<String> tableTopic,
    int replicas) {

  public static HistoryNames defaults() {
    return new HistoryNames(
        "MIGRATION_EVENTS", "MIGRATION_SCHEMA_VERSIONS", Optional.empty(), Optional.empty(), 1);
  }
}
