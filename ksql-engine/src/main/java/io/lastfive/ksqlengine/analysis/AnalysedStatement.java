// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A statement whose names, types, keys and windows are resolved against the catalog. */
public sealed interface AnalysedStatement {

  /** CREATE STREAM|TABLE with every column known. */
  record AnalysedCreate(DataSource source, TopicSettings topic, boolean orReplace)
      implements AnalysedStatement {}

  /** CREATE STREAM|TABLE ... AS SELECT. */
  record AnalysedCreateAs(
      DataSource sink, TopicSettings topic, AnalysedQuery query, boolean orReplace)
      implements AnalysedStatement {}

  /** INSERT INTO ... SELECT; the id is what WITH (QUERY_ID=...) says, upper case. */
  record AnalysedInsertInto(DataSource target, AnalysedQuery query, Optional<String> queryId)
      implements AnalysedStatement {}

  /** SELECT ... EMIT CHANGES, and a SELECT without EMIT from a stream. */
  record AnalysedPush(AnalysedQuery query) implements AnalysedStatement {}

  /** SELECT without EMIT from a materialized table. */
  record AnalysedPull(PullQuery query) implements AnalysedStatement {}

  /** INSERT INTO ... VALUES: one row, in the order of the target's columns. */
  @SuppressWarnings("ArrayRecordComponent") // Rows are arrays everywhere.
  record AnalysedInsertValues(
      DataSource target, @Nullable Object[] key, @Nullable Object[] value, OptionalLong rowtime)
      implements AnalysedStatement {}

  record AnalysedDrop(DataSource source, boolean deleteTopic) implements AnalysedStatement {}

  record AnalysedAlter(DataSource altered) implements AnalysedStatement {}

  record AnalysedCreateType(String name, SqlType type) implements AnalysedStatement {}

  record AnalysedDropType(String name) implements AnalysedStatement {}

  /** IF [NOT] EXISTS met what it asked for: nothing to do, and why. */
  record AlreadyDone(String message) implements AnalysedStatement {}

  /** What the statement says of the topic; what is left out is decided by who makes it. */
  record TopicSettings(
      String name,
      OptionalInt partitions,
      OptionalInt replicas,
      OptionalLong retentionMillis,
      List<String> cleanupPolicy) {

    public TopicSettings {
      cleanupPolicy = List.copyOf(cleanupPolicy);
    }
  }
}
