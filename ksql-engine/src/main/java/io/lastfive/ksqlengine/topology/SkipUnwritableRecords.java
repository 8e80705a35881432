// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import io.lastfive.ksqlengine.topology.ProcessingLog.Kind;
import io.lastfive.ksqlengine.topology.ProcessingLog.ProcessingError;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;

/**
 * Leaves out rows that cannot be written as their format wants them, or are too large for the
 * broker, and reports them without their contents. Whatever else goes wrong with writing stops the
 * query, which then tries again.
 */
public final class SkipUnwritableRecords implements ProductionExceptionHandler {
  private ProcessingLog log = ProcessingLog.NONE;
  private String queryId = "";

  @Override
  public void configure(Map<String, ?> config) {
    if (config.get(SkipUnreadableRecords.PROCESSING_LOG) instanceof ProcessingLog given) {
      log = given;
    }
    if (config.get(SkipUnreadableRecords.QUERY_ID) instanceof String id) {
      queryId = id;
    }
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (!(exception instanceof RecordTooLargeException)) {
      return Response.fail();
    }
    report(Kind.PRODUCTION_ERROR, context, record, exception);
    return Response.resume(List.of());
  }

  @Override
  @SuppressWarnings("rawtypes") // as Kafka declares it
  public Response handleSerializationError(
      ErrorHandlerContext context,
      ProducerRecord record,
      Exception exception,
      SerializationExceptionOrigin origin) {
    if (SkipUnreadableRecords.unavailable(exception)) {
      return Response.fail();
    }
    report(Kind.SERIALIZATION_ERROR, context, record, exception);
    return Response.resume(List.of());
  }

  private void report(
      Kind kind, ErrorHandlerContext context, ProducerRecord<?, ?> record, Exception exception) {
    log.report(
        ProcessingError.of(
            kind,
            queryId + ".serializer",
            "A row could not be written to topic " + record.topic(),
            exception,
            context));
  }
}
