// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import io.lastfive.ksqlengine.analysis.AnalysedColumn;
import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.analysis.AnalysedRelation;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinRelation;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.SourceRelation;
import java.util.List;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The last node of a push query. A table's row that is gone is told by its key: the columns that
 * are made of it have their values, all others are null. A stream's record without a value is no
 * row.
 */
final class PushOutput extends ContextualProcessor<Object, @Nullable Object[], Void, Void> {
  private final AnalysedQuery query;
  private final RowReader reader;
  private final RowConsumer consumer;
  private final boolean keyed;

  /**
   * @param keyed whether only records with a key are told
   */
  PushOutput(AnalysedQuery query, RowReader reader, RowConsumer consumer, boolean keyed) {
    this.keyed = keyed;
    this.query = query;
    this.reader = reader;
    this.consumer = consumer;
  }

  @Override
  public void process(Record<Object, @Nullable Object[]> record) {
    @Nullable Object @Nullable [] row = record.value();
    if (keyed && record.key() == null) {
      return;
    }
    if (row != null) {
      consumer.accept(row, false);
    } else if (query.isTable() && record.key() != null) {
      consumer.accept(ofKeyAlone(record), true);
    }
  }

  private @Nullable Object[] ofKeyAlone(Record<Object, @Nullable Object[]> record) {
    reader.read(record.key(), new Object[width(query)], record.timestamp(), record.headers());
    List<AnalysedColumn> columns = query.projection().values();
    return reader.evaluateAll(columns);
  }

  private static int width(AnalysedQuery query) {
    return query.aggregate().isPresent()
        ? query.aggregate().get().functions().size()
        : width(query.from());
  }

  private static int width(AnalysedRelation relation) {
    if (relation instanceof SourceRelation source) {
      return source.source().schema().value().size();
    }
    if (relation instanceof JoinRelation join) {
      return join.left().row().size() + join.right().row().size();
    }
    throw new IllegalStateException("Unknown relation " + relation.getClass().getName());
  }
}
