// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import org.apache.kafka.streams.errors.ErrorHandlerContext;

/**
 * Told of every record that could not be read, evaluated or written, and was left out or changed
 * for that reason. What it is told never holds a record's contents. Threads share it.
 */
public interface ProcessingLog {

  /** Counts nothing and says nothing. */
  ProcessingLog NONE = error -> {};

  void report(ProcessingError error);

  /** As ksqlDB numbers them in its processing log. */
  enum Kind {
    DESERIALIZATION_ERROR,
    RECORD_PROCESSING_ERROR,
    PRODUCTION_ERROR,
    SERIALIZATION_ERROR
  }

  /**
   * @param logger the step, as in an execution plan: {@code CSAS_S_1.Project}
   * @param message what could not be done, by names and types only
   * @param cause the class of what was thrown
   * @param topic of the record that was being processed; empty where there is none
   */
  record ProcessingError(
      Kind kind,
      String logger,
      String message,
      String cause,
      String topic,
      int partition,
      long offset) {

    static ProcessingError of(
        Kind kind, String logger, String message, Throwable cause, ErrorHandlerContext place) {
      return new ProcessingError(
          kind,
          logger,
          message,
          cause.getClass().getName(),
          place.topic() == null ? "" : place.topic(),
          place.partition(),
          place.offset());
    }
  }
}
