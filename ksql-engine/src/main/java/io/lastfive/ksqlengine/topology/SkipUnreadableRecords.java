// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import io.lastfive.ksqlengine.topology.ProcessingLog.Kind;
import io.lastfive.ksqlengine.topology.ProcessingLog.ProcessingError;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;

/**
 * Leaves out records that cannot be read and reports them, without their bytes. Where the schema
 * registry is away nothing is left out: the query stops, and tries again. Kafka Streams makes it by
 * name; the {@link ProcessingLog} and the query's id come with the configuration.
 */
public final class SkipUnreadableRecords implements DeserializationExceptionHandler {
  /** The configuration's name for the {@link ProcessingLog}. */
  public static final String PROCESSING_LOG = "lastfive.processing.log";

  /** The configuration's name for the query's id. */
  public static final String QUERY_ID = "lastfive.query.id";

  private ProcessingLog log = ProcessingLog.NONE;
  private String queryId = "";

  @Override
  public void configure(Map<String, ?> config) {
    if (config.get(PROCESSING_LOG) instanceof ProcessingLog given) {
      log = given;
    }
    if (config.get(QUERY_ID) instanceof String id) {
      queryId = id;
    }
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
    if (unavailable(exception)) {
      return Response.fail();
    }
    log.report(
        ProcessingError.of(
            Kind.DESERIALIZATION_ERROR,
            queryId + ".KsqlTopic.Source.deserializer",
            "A record of topic " + record.topic() + " could not be read",
            exception,
            context));
    return Response.resume(List.of());
  }

  /** Whether the record is not at fault, but the schema registry that is away. */
  static boolean unavailable(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RetriableException) {
        return true;
      }
    }
    return false;
  }
}
