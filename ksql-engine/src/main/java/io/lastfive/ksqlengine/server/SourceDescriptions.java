// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.query.PersistentQuery;
import io.lastfive.ksqlengine.query.Topics.Topic;
import java.util.List;
import java.util.Optional;

/** DESCRIBE of streams and tables. */
final class SourceDescriptions {
  private final KsqlEngine engine;
  private final QueryDescriptions queries;

  SourceDescriptions(KsqlEngine engine, QueryDescriptions queries) {
    this.engine = engine;
    this.queries = queries;
  }

  ObjectNode describe(String name, boolean extended) {
    Catalog catalog = engine.catalog();
    DataSource source =
        catalog
            .source(name)
            .orElseThrow(
                () ->
                    new KsqlException(
                        "Could not find STREAM/TABLE '" + name + "' in the Metastore"));
    Optional<Topic> topic = engine.topics().find(source.topic());
    ObjectNode json = Json.object();
    json.put("name", source.name());
    json.put("windowType", source.window().map(window -> window.kind().name()).orElse(null));
    json.set("readQueries", summaries(catalog.readersOf(name)));
    json.set("writeQueries", summaries(catalog.writersOf(name)));
    json.set("fields", SchemaJson.fields(source.schema()));
    json.put("type", source.kind().name());
    json.put("timestamp", source.timestamp().map(DataSource.TimestampColumn::column).orElse(""));
    json.put("statistics", "");
    json.put("errorStats", "");
    json.put("extended", extended);
    json.put("keyFormat", source.keyFormat().name());
    json.put("valueFormat", source.valueFormat().name());
    json.put("topic", source.topic());
    json.put("partitions", topic.map(Topic::partitions).orElse(0));
    json.put("replication", topic.map(Topic::replicas).orElse(0));
    json.put("statement", source.statementText());
    json.putArray("queryOffsetSummaries");
    json.putArray("sourceConstraints");
    json.putArray("clusterStatistics");
    json.putArray("clusterErrorStats");
    return json;
  }

  private ArrayNode summaries(List<String> queryIds) {
    ArrayNode summaries = Json.array();
    for (PersistentQuery query : engine.queries()) {
      if (queryIds.contains(query.id())) {
        summaries.add(queries.summary(query));
      }
    }
    return summaries;
  }
}
