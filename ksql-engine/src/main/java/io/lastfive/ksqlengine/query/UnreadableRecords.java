// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.query;

import io.lastfive.ksqlengine.topology.ProcessingLog;
import io.lastfive.ksqlengine.topology.ProcessingLog.Kind;
import io.lastfive.ksqlengine.topology.ProcessingLog.ProcessingError;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jspecify.annotations.Nullable;

/** Leaves out records that cannot be read, tells the processing log of each, and goes on. */
public final class UnreadableRecords implements DeserializationExceptionHandler {
  /** The setting that holds the {@link ProcessingLog} itself: Kafka Streams makes this object. */
  static final String LOG = "lastfive.processing.log";

  /** The setting that holds the query's id. */
  static final String QUERY_ID = "lastfive.query.id";

  private @Nullable ProcessingLog log;
  private String queryId = "";

  @Override
  public void configure(Map<String, ?> settings) {
    log = (ProcessingLog) settings.get(LOG);
    queryId = String.valueOf(settings.get(QUERY_ID));
  }

  @Override
  public Response handleError(
      ErrorHandlerContext place, ConsumerRecord<byte[], byte[]> record, Exception cause) {
    Objects.requireNonNull(log)
        .report(
            new ProcessingError(
                Kind.DESERIALIZATION_ERROR,
                queryId + ".KsqlTopic.Source.deserializer",
                String.valueOf(cause.getMessage()),
                cause.getClass().getName(),
                record.topic(),
                record.partition(),
                record.offset()));
    return Response.resume();
  }
}
