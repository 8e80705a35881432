// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import io.lastfive.ksqlengine.analysis.AnalysedColumn;
import io.lastfive.ksqlengine.analysis.AnalysedFilter;
import io.lastfive.ksqlengine.analysis.Evaluator;
import io.lastfive.ksqlengine.analysis.RowContext;
import io.lastfive.ksqlengine.topology.ProcessingLog.Kind;
import io.lastfive.ksqlengine.topology.ProcessingLog.ProcessingError;
import io.lastfive.ksqlengine.types.RowSchema.HeaderColumn;
import io.lastfive.ksqlengine.types.StructValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.kstream.Windowed;
import org.jspecify.annotations.Nullable;

/**
 * Puts records before compiled expressions, and reports those that fail. Each processor owns one,
 * with the one {@link RowContext} that it fills anew for every record.
 */
final class RowReader {
  private final RowContext row = new RowContext();
  private final @Nullable Object[] noKey;
  private final List<HeaderColumn> headerColumns;
  private final String logger;
  private final ProcessingLog log;
  private String topic = "";

  /**
   * @param keyWidth the number of key columns: a record without a key has nulls in their place
   * @param headerColumns columns that are appended to the value, read from the record's headers
   * @param logger the step, as reported
   */
  RowReader(int keyWidth, List<HeaderColumn> headerColumns, String logger, ProcessingLog log) {
    this.noKey = new Object[keyWidth];
    this.headerColumns = headerColumns;
    this.logger = logger;
    this.log = log;
    row.failedCalls = (call, e) -> failed("Error computing expression " + call, e);
  }

  RowContext row() {
    return row;
  }

  void place(@Nullable String topicRead, int partition, long offset) {
    topic = topicRead == null ? "" : topicRead;
    row.partition = partition;
    row.offset = offset;
  }

  /**
   * @param key a {@link RowKey}, one with its window around it, or null
   */
  RowContext read(
      @Nullable Object key, @Nullable Object[] value, long rowtime, @Nullable Headers headers) {
    if (key instanceof RowKey plain) {
      row.key = plain.columns();
    } else if (key instanceof Windowed<?> windowed) {
      row.key = ((RowKey) windowed.key()).columns();
      row.windowStart = windowed.window().start();
      row.windowEnd = windowed.window().end();
    } else {
      row.key = noKey;
    }
    row.value = headerColumns.isEmpty() ? value : withHeaders(value, headers);
    row.rowtime = rowtime;
    return row;
  }

  private @Nullable Object[] withHeaders(@Nullable Object[] value, @Nullable Headers headers) {
    int width = value.length;
    @Nullable Object[] wider = Arrays.copyOf(value, width + headerColumns.size());
    if (headers != null) {
      for (int i = 0; i < headerColumns.size(); i++) {
        wider[width + i] = header(headerColumns.get(i), headers);
      }
    }
    return wider;
  }

  private static @Nullable Object header(HeaderColumn column, Headers headers) {
    if (column.headerKey().isPresent()) {
      Header last = headers.lastHeader(column.headerKey().get());
      return last == null || last.value() == null ? null : ByteBuffer.wrap(last.value());
    }
    List<Object> all = new ArrayList<>();
    for (Header header : headers) {
      byte[] bytes = header.value();
      all.add(new StructValue(header.key(), bytes == null ? null : ByteBuffer.wrap(bytes)));
    }
    return all;
  }

  /** The column's value, or null where it cannot be computed. */
  @Nullable Object evaluate(AnalysedColumn column) {
    return evaluate(column.evaluator(), column.text());
  }

  @Nullable Object evaluate(Evaluator evaluator, String text) {
    try {
      return evaluator.evaluate(row);
    } catch (RuntimeException e) {
      failed("Error computing expression " + text, e);
      return null;
    }
  }

  @Nullable Object[] evaluateAll(List<AnalysedColumn> columns) {
    @Nullable Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = evaluate(columns.get(i));
    }
    return values;
  }

  boolean meets(AnalysedFilter filter) {
    try {
      return Boolean.TRUE.equals(filter.condition().evaluate(row));
    } catch (RuntimeException e) {
      failed("Error evaluating predicate " + filter.text(), e);
      return false;
    }
  }

  void failed(String message, Throwable cause) {
    log.report(
        new ProcessingError(
            Kind.RECORD_PROCESSING_ERROR,
            logger,
            message,
            cause.getClass().getName(),
            topic,
            row.partition,
            row.offset));
  }
}
